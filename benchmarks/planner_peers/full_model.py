"""The full model of a small book, every allowed option that is worth something a variable.

Leaving out what is worth nothing loses nothing: nobody must be contacted. Whole numbers only, as
the general core and CP-SAT take them: values in tenths of a cent, rounded down, amounts in the
units below, rounded up, capacities down. Every choice keeps the constraints of the book; a bound
is proven for the rounded numbers, and has the tenths added that rounding took from values.
"""

from collections.abc import Sequence

import numpy as np
from numba import njit
from numpy.typing import NDArray

from planner_peers.check import Touches
from planner_peers.flat import flat, rows_of
from planner_peers.orders import PeerPlan
from strategy.optimizer.choice_problem import ChoiceProblem
from strategy.optimizer.priced.problem import BookProblem

TENTHS = 10
UNITS = {"minutes": 1e6, "money": 1e2, "complaints": 1e9}
"""In a minute, a cent, an expected complaint; touches are counted."""


class FullModel:
    """The choice problem of a book, and the touch that each of its options stands for."""

    def __init__(self, book: BookProblem) -> None:
        arrays, capacity = flat(book), rows_of(book.capacity)
        scale = np.ones(len(capacity))
        scale[: arrays.at[1]] = UNITS["minutes"]
        scale[arrays.at[4]], scale[arrays.at[5]] = UNITS["money"], UNITS["complaints"]
        limited = np.isfinite(capacity)
        number = np.where(limited, np.cumsum(limited) - 1, -1)
        first = np.zeros(book.parties + 1, np.int64)
        nothing = np.zeros((0, 4), np.int32), np.zeros(0, np.int64)
        uses = np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64)
        entries = _options(arrays, number, scale, first, *nothing, *uses)
        options = int(first[-1])
        self.touch, value = np.empty((options, 4), np.int32), np.empty(options, np.int64)
        option, row = np.empty(entries, np.int64), np.empty(entries, np.int64)
        amount = np.empty(entries, np.int64)
        _options(arrays, number, scale, first, self.touch, value, option, row, amount)
        self.parties = book.parties
        self.problem = ChoiceProblem(
            first=first,
            value=value,
            use_option=option,
            use_row=row,
            use_amount=amount,
            capacity=np.floor(capacity[limited] * scale[limited]).astype(np.int64),
            exactly_one=np.zeros(book.parties, np.bool_),
        )

    def plan(self, chosen: NDArray[np.int64]) -> PeerPlan:
        """`chosen`: positions of options."""
        touch = np.full((self.parties, 4), -1)
        touch[self.problem.group[chosen]] = self.touch[chosen]
        account, channel, slot, script = (touch[:, [k]] for k in range(4))
        return PeerPlan(account, channel, slot, script, 0)

    def chosen(self, plan: Touches) -> NDArray[np.int64]:
        """Of each party the option that a plan of single touches takes, -1 for none."""
        key, wanted = _key(self.touch.T), _key([plan.account, plan.channel, plan.slot, plan.script])
        at = np.minimum(np.searchsorted(key, wanted[:, 0]), len(key) - 1)
        return np.where((plan.account[:, 0] >= 0) & (key[at] == wanted[:, 0]), at, -1)

    def cents(self, bound: float) -> float:
        """A bound on the problem as a bound in cents on the book."""
        return (bound + self.parties) / TENTHS


def _key(touch: Sequence[NDArray[np.integer]]) -> NDArray[np.int64]:
    """Ascends as options do: account, channel, slot, script."""
    account, channel, slot, script = (np.asarray(part, np.int64) for part in touch)
    return ((account * 2**10 + channel) * 2**10 + slot) * 2**16 + script


@njit(cache=True, error_model="numpy")
def _options(book, number, scale, first, touch, value, option, row, amount):
    """Counts options by party into `first` if `touch` is empty, else fills what is given.

    Returns the number of entries.
    """
    counting = len(touch) == 0
    slots = book.contact.shape[2]
    periods = len(book.first_slot) - 1
    rows = np.empty(6, np.int64)
    used = np.empty(6)
    o = 0
    e = 0
    for party in range(len(book.first_account) - 1):
        first[party] = o
        for a in range(book.first_account[party], book.first_account[party + 1]):
            for c in range(book.contact.shape[1]):
                if book.channel_left[party, c] <= 0 or book.touches_left[party] <= 0:
                    continue
                w = 0
                for t in range(book.open_from[party], slots):
                    while book.first_slot[w + 1] <= t:
                        w += 1
                    x = np.float64(book.contact[a, c, t])
                    if x <= 0:
                        continue
                    cents = book.try_cents[c] + book.contact_cents[c] * x
                    used[:] = 1.0
                    used[0] = book.try_minutes[c] + book.contact_minutes[c] * x
                    used[4] = cents
                    for s in range(book.first_script[c], book.first_script[c + 1]):
                        if book.gain[a, s] <= 0:
                            continue
                        used[5] = x * np.float64(book.complaint[a]) * book.tone[s]
                        worth = x * book.gain[a, s] - cents - book.complaint_cents * used[5]
                        tenths = np.int64(np.floor(worth * TENTHS))
                        if tenths <= 0:
                            continue
                        rows[0] = c * slots + t
                        rows[1] = book.at[1] + s * periods + w
                        rows[2] = book.at[2] + s
                        rows[3] = book.at[3] + c
                        rows[4] = book.at[4]
                        rows[5] = book.at[5]
                        for k in range(6):
                            if number[rows[k]] < 0:
                                continue
                            if not counting:
                                option[e] = o
                                row[e] = number[rows[k]]
                                amount[e] = np.int64(np.ceil(used[k] * scale[rows[k]]))
                            e += 1
                        if not counting:
                            touch[o, 0] = a
                            touch[o, 1] = c
                            touch[o, 2] = t
                            touch[o, 3] = s
                            value[o] = tenths
                        o += 1
    first[len(first) - 1] = o
    return e
