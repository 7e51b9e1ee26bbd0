"""A book in the factors that the price-directed planner reads, filled chunk after chunk."""

from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from strategy.domain.capacity import Capacity
from strategy.domain.script import Script
from strategy.later_touches import LaterTouches
from strategy.opened import Opened
from strategy.optimizer.priced.problem import BookProblem
from strategy.optimizer.priced.problem import Capacity as Shared
from strategy.valuation.assumptions import COMPLAINT_CENTS

Bytes = NDArray[np.int8]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class BookFactors:
    """`problem` numbers parties and accounts in the order in which they were opened.

    `party` and `account` are their ids; `point[a, c]` is the place of the contact point among those
    of its person, -1 for none.
    """

    problem: BookProblem
    party: tuple[str, ...]
    account: tuple[str, ...]
    point: Bytes
    spend_cents: Ints

    def worth(self, account: Ints, channel: Ints, slot: Ints, script: Ints) -> tuple[Ints, Ints]:
        """Whole cents and millionths of a complaint of attempts, as the exact mode has them."""
        p = self.problem
        contact = p.contact[account, channel, slot].astype(np.float64)
        micro = 1e6 * p.complaint[account].astype(np.float64) * p.tone[script].astype(np.float64)
        net = p.gain[account, script].astype(np.float64) - micro * (COMPLAINT_CENTS / 1e6)
        cents = np.rint(contact * net - self.spend_cents[channel])
        return cents.astype(np.int64), np.floor(contact * micro).astype(np.int64)


class Filling:
    """Arrays for `accounts` accounts, filled by `add`."""

    def __init__(self, accounts: int, capacity: Capacity, scripts: tuple[Script, ...]) -> None:
        channels, slots = len(capacity.attempts), len(capacity.slots)
        self._capacity, self._scripts = capacity, scripts
        self._contact = np.zeros((accounts, channels, slots), np.float32)
        self._gain = np.zeros((accounts, len(scripts)), np.float32)
        self._complaint = np.zeros(accounts, np.float32)
        self._point = np.full((accounts, channels), -1, np.int8)
        self._tone = np.zeros(len(scripts), np.float32)
        self._spend = np.zeros(channels, np.int64)
        self._account: list[str] = []
        self._party: list[str] = []
        self._first: list[int] = []
        several = capacity.touches_per_party > 1
        self._later = (
            LaterTouches(tuple(capacity.attempts), capacity.slots, capacity.touches_per_party)
            if several
            else None
        )

    def add(self, opened: Opened) -> None:
        first = len(self._account)
        rows = slice(first, first + len(opened.accounts))
        value = opened.value
        self._contact[rows] = np.where(opened.allowed, value.contact, 0)
        self._gain[rows] = np.where(opened.script_allowed, value.gain_cents, 0)
        self._complaint[rows] = value.complaint
        self._tone, self._spend = value.tone, value.spend_cents
        for n, (account, case, row) in enumerate(
            zip(opened.accounts, opened.cases, opened.openings, strict=True), first
        ):
            if not self._party or self._party[-1] != account.party_id:
                self._party.append(account.party_id)
                self._first.append(n)
            self._account.append(account.id)
            for c, openings in enumerate(row):
                if openings.point is not None and openings.slots.any():
                    self._point[n, c] = case.party.contact_points.index(openings.point)
        if self._later is not None:
            asked = zip(opened.accounts, opened.cases, opened.openings, strict=True)
            for _, person in groupby(asked, key=lambda one: one[0].party_id):
                self._later.add(tuple(person))

    def done(self) -> BookFactors:
        """What caps and gaps leave to a first touch is in the slots that are open."""
        capacity, scripts = self._capacity, self._scripts
        channels, parties = tuple(capacity.attempts), len(self._party)
        count = [sum(s.channel is c for s in scripts) for c in channels]
        one_by_one = len(capacity.slots) if capacity.robots else 1
        robots = tuple(capacity.robots)
        kind = {robot: number for number, robot in enumerate(robots)}
        later = self._later
        problem = BookProblem(
            first_account=np.array([*self._first, len(self._account)], np.int32),
            first_script=np.concatenate([[0], np.cumsum(count)]).astype(np.int32),
            first_slot=np.linspace(0, len(capacity.slots), one_by_one + 1).astype(np.int32),
            contact=self._contact,
            gain=self._gain,
            complaint=self._complaint,
            tone=self._tone,
            try_minutes=np.ones(len(channels)),
            contact_minutes=np.zeros(len(channels)),
            try_cents=self._spend.astype(np.float64),
            contact_cents=np.zeros(len(channels)),
            complaint_cents=float(COMPLAINT_CENTS),
            capacity=_shared(capacity, len(scripts)),
            touches=capacity.touches_per_party,
            touches_left=np.ones(parties, np.int8) if later is None else later.touches_left(),
            channel_left=np.ones((parties, len(channels)), np.int8),
            open_from=np.zeros(parties, np.int16),
            gap=np.ones((len(channels), len(channels)), np.int16),
            robot=np.array([kind.get(s.robot, len(robots)) for s in scripts], np.int16),
            following=None if later is None else later.following(),
        )
        return BookFactors(
            problem, tuple(self._party), tuple(self._account), self._point, self._spend
        )


def _shared(capacity: Capacity, scripts: int) -> Shared:
    """An attempt takes one of the minutes of its slot; robots without a bound are of the last
    kind."""
    periods = len(capacity.slots) if capacity.robots else 1
    robots = [*capacity.robots.values(), (np.inf,) * periods]
    money = capacity.money_cents
    return Shared(
        minutes=np.array(list(capacity.attempts.values()), np.float64),
        script_period=np.array(robots, np.float64),
        script_day=np.full(scripts, np.inf),
        channel_day=np.array(
            [capacity.per_day.get(c, np.inf) for c in capacity.attempts], np.float64
        ),
        money=np.inf if money is None else float(money),
        complaints=capacity.complaints_micro / 1e6,
    )
