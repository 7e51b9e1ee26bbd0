"""Whether a plan keeps every constraint, and what it is worth: from the definition, in numpy.

Shares no code with the planner nor with the peers, and judges all of them.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from strategy.optimizer.priced.problem import BookProblem

BILLIONTH = 10**9
"""Amounts are rounded up to whole billionths and capacities down, so no float hides an excess."""


class Touches(Protocol):
    """(parties, touches), -1 for none, in order of slots."""

    account: NDArray[np.integer]
    channel: NDArray[np.integer]
    slot: NDArray[np.integer]
    script: NDArray[np.integer]


@dataclass(frozen=True)
class Checked:
    """`faults` in words, empty for a feasible plan; `value` cents; `touches` and `changed` parties
    (of a present plan) counted."""

    faults: list[str]
    value: float
    touches: int
    changed: int


def check(book: BookProblem, plan: Touches) -> Checked:
    made = plan.account >= 0
    party = np.nonzero(made)[0]
    a, c, t, s = (
        np.asarray(array)[made].astype(np.int64)
        for array in (plan.account, plan.channel, plan.slot, plan.script)
    )
    share = _share(book, plan, made)[made]
    x = book.contact[a, c, t].astype(np.float64)
    cents = book.try_cents[c] + book.contact_cents[c] * x
    complaints = x * book.complaint[a].astype(np.float64) * book.tone[s].astype(np.float64)
    period = np.searchsorted(book.first_slot, t, side="right") - 1
    faults = [*_party_faults(book, party, a, c, t, s, x), *_order_faults(book, plan, made)]
    uses = {
        "minutes": ((c, t), book.try_minutes[c] + book.contact_minutes[c] * x),
        "script_period": ((s, period), np.ones(len(a))),
        "script_day": ((s,), np.ones(len(a))),
        "channel_day": ((c,), np.ones(len(a))),
        "money": ((0 * a,), cents),
        "complaints": ((0 * a,), complaints),
    }
    for kind, (index, amount) in uses.items():
        capacity = np.atleast_1d(getattr(book.capacity, kind))
        used = np.zeros(capacity.shape, np.int64)
        np.add.at(used, index, np.ceil(share * amount * BILLIONTH).astype(np.int64))
        limit = np.where(np.isfinite(capacity), np.floor(capacity * BILLIONTH), 2.0**62)
        if (used > limit).any():
            faults.append(f"more {kind} than there is")
    value = float((share * (x * book.gain[a, s] - cents - complaints * book.complaint_cents)).sum())
    changed = 0
    if book.present is not None:
        changed = _changes(book, plan)
        value -= book.present.change_cents * changed
        if changed > np.floor(book.present.most_changed * book.parties):
            faults.append("more parties change than may")
    return Checked(faults, value, len(a), changed)


def _party_faults(book, party, a, c, t, s, x):  # type: ignore[no-untyped-def]
    if (x <= 0).any() or (book.gain[a, s] <= 0).any():
        yield "an option that is not allowed"
    if (a < book.first_account[party]).any() or (a >= book.first_account[party + 1]).any():
        yield "an account of another party"
    if (s < book.first_script[c]).any() or (s >= book.first_script[c + 1]).any():
        yield "a script of another channel"
    if (t < book.open_from[party]).any():
        yield "a touch before the party is open"
    touches = np.bincount(party, minlength=book.parties)
    if (touches > np.minimum(book.touches, book.touches_left)).any():
        yield "more touches than are left to a party"
    by_channel = np.bincount(party * book.channels + c, minlength=book.parties * book.channels)
    if (by_channel > book.channel_left.ravel()).any():
        yield "more touches of a channel than are left to a party"


def _order_faults(book, plan, made):  # type: ignore[no-untyped-def]
    for k in range(1, plan.account.shape[1]):
        later = made[:, k]
        if (later & ~made[:, k - 1]).any():
            yield "a later touch without an earlier one"
        away = plan.slot[later, k].astype(np.int64) - plan.slot[later, k - 1]
        if (away < book.gap[plan.channel[later, k - 1], plan.channel[later, k]]).any():
            yield "two touches closer than the gap"


def _share(book: BookProblem, plan: Touches, made: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The chance that each touch is made: nobody was reached before."""
    share = np.ones(plan.account.shape)
    for k in range(1, plan.account.shape[1]):
        before = (plan.account[:, k - 1], plan.channel[:, k - 1], plan.slot[:, k - 1])
        reached = np.where(made[:, k - 1], book.contact[before].astype(np.float64), 0.0)
        share[:, k] = share[:, k - 1] * (1 - reached)
    return share


def _changes(book: BookProblem, plan: Touches) -> int:
    present = book.present
    assert present is not None
    pairs = (
        (plan.account, present.account),
        (plan.channel, present.channel),
        (plan.slot, present.slot),
        (plan.script, present.script),
    )
    return int(np.any([now[:, 0] != then for now, then in pairs], axis=0).sum())
