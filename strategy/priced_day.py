"""A day planned by the price-directed mode: for books too large to list their options, and wherever
people get several touches.
"""

from collections.abc import Iterable
from dataclasses import replace
from math import ceil, floor, isfinite
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from strategy.book_factors import BookFactors
from strategy.domain.before import Before
from strategy.domain.book import Book
from strategy.domain.capacity import Capacity
from strategy.domain.capacity_prices import CapacityPrices
from strategy.domain.contact_plan import (
    CERTAIN,
    Assignment,
    Churn,
    ContactPlan,
    PlanMode,
    PlanStatus,
    expected_sum,
    next_chance,
)
from strategy.domain.script import Script
from strategy.errors import InputError
from strategy.floor_results import FloorTally
from strategy.optimizer.exact import FloorReach
from strategy.optimizer.priced.book_plan import BookPlan, ResourceUse
from strategy.optimizer.priced.control import Control
from strategy.optimizer.priced.counted_book import Counted
from strategy.optimizer.priced.floors import BookReach, FlooredPlan, plan_with_floors
from strategy.optimizer.priced.pins import Pins
from strategy.optimizer.priced.problem import BookProblem, Bools, Floats, Present
from strategy.optimizer.priced.resources import Resources
from strategy.optimizer.priced.solve import plan_book
from strategy.plan_progress import PlanProgress, Stop, Tell

Kind = TypeVar("Kind", bound=np.signedinteger)

HALF_A_CENT = 0.5
"""By so much at most a value in whole cents is above what the planner reckons with."""


def plan_priced(
    book: Book,
    capacity: Capacity,
    factors: BookFactors,
    scripts: tuple[Script, ...],
    floors: FloorTally,
    *,
    seed: int,
    tell: Tell,
    stop: Stop,
    before: Before | None = None,
) -> ContactPlan:
    """The most valuable plan that can be found, with a proven bound.

    Changes of the plan before are paid for out of the value. Raises `InputError` for pins that are
    not open or take more than there is.
    """
    places = _Places(capacity, factors, scripts, before)
    control = _control(tell, stop)
    if capacity.floors:
        wanted = [Counted(row.accounts, row.scripts, row.at_least) for row in floors.rows()]
        floored = plan_with_floors(places.problem, wanted, seed=seed, control=control)
        return _with_floors(
            places, places.contact_plan(book, floored.plan, None, floored.counted), floors, floored
        )
    pins = start = None
    if before is not None:
        pins = places.pins(before.pinned)
        start = places.prices(before.prices) if before.prices else None
    try:
        found = plan_book(places.problem, seed=seed, start=start, pins=pins, control=control)
    except ValueError as error:
        raise InputError("pins", str(error)) from error
    return places.contact_plan(book, found, before)


def _with_floors(
    places: "_Places", plan: ContactPlan, floors: FloorTally, found: FlooredPlan
) -> ContactPlan:
    cost = round(found.cost)
    alone = cost if len(found.reaches) == 1 else None
    results = floors.results([places.reach(reach, alone) for reach in found.reaches])
    prices = {result.name: result.price_cents for result in results}
    return replace(
        plan,
        prices=replace(plan.prices, floors=prices),
        floors=results,
        floors_cost_cents=cost,
    )


def _control(tell: Tell, stop: Stop) -> Control:
    def progress(phase: str, bound: float, value: float | None) -> None:
        known = floor(bound) if isfinite(bound) else None
        tell(PlanProgress(f"solving: {phase}", 0.0, None if value is None else floor(value), known))

    return Control(progress=progress, stop=stop)


class _Places:
    """Treatments by their names, and by their places in the arrays of the planner."""

    def __init__(
        self,
        capacity: Capacity,
        factors: BookFactors,
        scripts: tuple[Script, ...],
        before: Before | None,
    ) -> None:
        self._capacity, self._factors = capacity, factors
        self._channels, self._robots = tuple(capacity.attempts), tuple(capacity.robots)
        self._account = {account: place for place, account in enumerate(factors.account)}
        self._scripts = tuple(script.id for script in scripts)
        self._slot = {slot: place for place, slot in enumerate(capacity.slots)}
        self._script = {script: place for place, script in enumerate(self._scripts)}
        self.problem = factors.problem if before is None else self._beside(before)

    def _beside(self, before: Before) -> BookProblem:
        """The problem beside the plan in use; what is no longer possible of that is left out."""
        _, treated = self._touches(before.assignments)
        people, size = treated.party, len(self._factors.party)
        present = Present(
            account=_spread(size, people, treated.account),
            channel=_spread(size, people, treated.channel),
            slot=_spread(size, people, treated.slot),
            script=_spread(size, people, treated.script),
            change_cents=float(before.change_cents),
            most_changed=before.most_changed,
        )
        return replace(self._factors.problem, present=present)

    def pins(self, pinned: tuple[Assignment, ...]) -> Pins | None:
        """Raises `InputError` that names the first that is not open."""
        known, touches = self._touches(pinned)
        if len(known) < len(pinned):
            lost = next(a for a in pinned if a not in known)
            raise InputError("pins", f"account `{lost.account_id}` cannot be planned {_said(lost)}")
        p = self._factors.problem
        closed = p.contact[touches.account, touches.channel, touches.slot] <= 0
        closed |= p.gain[touches.account, touches.script] <= 0
        if closed.any():
            shut = known[int(np.flatnonzero(closed)[0])]
            what = f"account `{shut.account_id}`: rules or limits close {_said(shut)}"
            raise InputError("pins", f"{what}; `strategy explain` says which")
        return touches if pinned else None

    def prices(self, before: CapacityPrices) -> Floats | None:
        """Of the limited resources, by name; None where the plan before had other slots."""
        if any(len(of) != len(self._slot) for of in before.slots.values()):
            return None
        resources = Resources.of(self.problem)
        return np.array([self._price(before, *name) for name in resources.names(self.problem)])

    def _price(self, prices: CapacityPrices, kind: str, place: tuple[int, ...]) -> float:
        none = (0.0,) * len(self._slot)
        match kind:
            case "minutes":
                return prices.slots.get(self._channels[place[0]], none)[place[1]]
            case "script_period":
                return prices.robots.get(self._robots[place[0]], none)[place[1]]
            case "channel_day":
                return prices.days.get(self._channels[place[0]], 0.0)
            case "money":
                return prices.money
            case "complaints":
                return prices.complaint
        return prices.change

    def _touches(self, assignments: Iterable[Assignment]) -> tuple[list[Assignment], Pins]:
        """Those that can be named in this problem, one of a person, and where they are."""
        known: dict[int, tuple[Assignment, tuple[int, ...]]] = {}
        for a in assignments:
            account = self._account.get(a.account_id)
            slot, script = self._slot.get(a.slot), self._script.get(a.script)
            if account is None or slot is None or script is None or a.channel not in self._channels:
                continue
            party = int(np.searchsorted(self._factors.problem.first_account, account, "right")) - 1
            channel = self._channels.index(a.channel)
            known.setdefault(party, (a, (party, account, channel, slot, script)))
        places = np.array([place for _, place in known.values()], np.int64).reshape(-1, 5).T
        return [a for a, _ in known.values()], Pins(
            party=places[0].astype(np.int32),
            account=places[1].astype(np.int32),
            channel=places[2].astype(np.int16),
            slot=places[3].astype(np.int16),
            script=places[4].astype(np.int16),
        )

    def reach(self, found: BookReach, cost_cents: int | None) -> FloorReach:
        """In the words of the exact mode; capacities by half hours are named once."""
        named = (self._constraint(kind, place) for kind, place in found.scarce)
        return FloorReach(
            allowed=found.open,
            possible=found.possible,
            reached=found.reached,
            most=found.most,
            price=found.price,
            cost_cents=cost_cents,
            scarce=tuple(dict.fromkeys(named)),
        )

    def _constraint(self, kind: str, place: tuple[int, ...]) -> tuple[str, int]:
        match kind:
            case "minutes":
                return "channel_slot_capacity", place[0]
            case "script_period":
                return "robot_lines", place[0]
            case "channel_day":
                return "attempts_per_day", place[0]
            case "money":
                return "money_budget", -1
        return "complaint_budget", -1

    def contact_plan(
        self, book: Book, found: BookPlan, before: Before | None, counted: Bools | None = None
    ) -> ContactPlan:
        """Touches of parties `counted` for floors stay, whatever they are worth."""
        party, number = np.nonzero(found.account >= 0)
        account, channel, slot, script = (
            array[party, number].astype(np.int64)
            for array in (found.account, found.channel, found.slot, found.script)
        )
        cents, micro = self._factors.worth(account, channel, slot, script)
        chance = self._factors.problem.contact[account, channel, slot].astype(np.float64)
        columns = (account, channel, slot, script, cents, micro, chance)
        assignments: list[Assignment] = []
        for row in zip(*(column.tolist() for column in columns), strict=True):
            one = self._assignment(book, *row)
            if assignments and assignments[-1].party_id == one.party_id:
                last = assignments[-1]
                made = next_chance(last.chance_micro, last.contact_micro)
                one = replace(one, touch=last.touch + 1, chance_micro=made)
            assignments.append(one)
        if before is None:  # otherwise what is worth nothing may stay, as a change costs something
            kept = () if counted is None else np.flatnonzero(counted).tolist()
            assignments = _without_needless(assignments, {self._factors.party[p] for p in kept})
        assignments.sort(key=lambda a: (a.slot.start, a.channel, a.account_id))
        churn = None if before is None else self._churn(found, before)
        value = expected_sum(assignments, lambda a: a.value_cents)
        value -= churn.changed * churn.change_cents if churn else 0
        bound = floor(found.bound + HALF_A_CENT * self._most_attempts())
        return ContactPlan(
            mode=PlanMode.PRICED,
            status=PlanStatus.OPTIMAL if value == bound else PlanStatus.FEASIBLE,
            assignments=tuple(assignments),
            value_cents=value,
            bound_cents=max(value, bound),
            prices=self._capacity_prices(found.resources),
            churn=churn,
        )

    def _assignment(
        self, book: Book, a: int, c: int, t: int, s: int, cents: int, micro: int, chance: float
    ) -> Assignment:
        account = book.accounts[self._factors.account[a]]
        points = book.parties[account.party_id].contact_points
        return Assignment(
            account_id=account.id,
            party_id=account.party_id,
            contact_point_id=points[int(self._factors.point[a, c])].id,
            channel=self._channels[c],
            slot=self._capacity.slots[t],
            script=self._scripts[s],
            value_cents=cents,
            complaint_micro=micro,
            cost_cents=int(self._factors.spend_cents[c]),
            contact_micro=ceil(CERTAIN * chance),
        )

    def _most_attempts(self) -> int:
        """No plan makes more, on average."""
        capacity = self._capacity
        room = sum(
            min(sum(attempts), capacity.per_day.get(channel, sum(attempts)))
            for channel, attempts in capacity.attempts.items()
        )
        return min(room, capacity.touches_per_party * len(self._factors.party))

    def _churn(self, found: BookPlan, before: Before) -> Churn:
        present = self.problem.present
        assert present is not None
        then, now = present.account >= 0, found.account[:, 0] >= 0
        pairs = (
            (present.account, found.account),
            (present.channel, found.channel),
            (present.slot, found.slot),
            (present.script, found.script),
        )
        same = np.all([old == new[:, 0] for old, new in pairs], axis=0)
        return Churn(
            begun=int((now & ~then).sum()),
            ended=int((then & ~now).sum()),
            moved=int((then & now & ~same).sum()),
            pinned=len(before.pinned),
            change_cents=before.change_cents,
        )

    def _capacity_prices(self, uses: Iterable[ResourceUse]) -> CapacityPrices:
        price = {(use.kind, use.place): use.price for use in uses}

        def row(kind: str, place: int) -> tuple[float, ...]:
            return tuple(price.get((kind, (place, t)), 0.0) for t in range(len(self._slot)))

        return CapacityPrices(
            slots={c: row("minutes", n) for n, c in enumerate(self._channels)},
            complaint=price.get(("complaints", (0,)), 0.0),
            robots={robot: row("script_period", n) for n, robot in enumerate(self._robots)},
            days={
                c: price.get(("channel_day", (self._channels.index(c),)), 0.0)
                for c in self._capacity.per_day
            },
            money=price.get(("money", (0,)), 0.0),
            change=price.get(("changed", (0,)), 0.0),
        )


def _without_needless(assignments: Iterable[Assignment], needed: set[str]) -> list[Assignment]:
    """Without last touches that are worth nothing in whole cents, but for parties `needed`; touches
    of a person stand one after the other. One in the middle stays: without it the next would be
    made more often."""
    kept: list[Assignment] = []
    for one in reversed(list(assignments)):
        last = not kept or kept[-1].party_id != one.party_id
        if one.value_cents > 0 or not last or one.party_id in needed:
            kept.append(one)
    return kept[::-1]


def _spread(size: int, places: NDArray[np.int32], values: NDArray[Kind]) -> NDArray[Kind]:
    """`values` at these places of an array of -1."""
    array = np.full(size, -1, values.dtype)
    array[places] = values
    return array


def _said(a: Assignment) -> str:
    return f"by `{a.channel}` with `{a.script}` at {a.slot.start:%Y-%m-%d %H:%M} UTC"
