"""A plan that makes contacts which count for floors, in the order of the floors.

At given prices a party loses something by a touch that counts: what it nets otherwise, less what
that touch nets. With a bonus of what the last of those loses who lose least, as many touches that
count pay as a floor asks for. The book is planned with these bonuses, and once more with those of
its new prices where that was too few or far too many. What is missing then is pinned, floor after
floor, and everybody else is planned around it.

Bonuses bound every plan as well. Each touch that counts for floor f earns b[f]: what capacities
cost and parties pay then bounds value plus bonuses, and so, less b[f] times the contacts reached,
the value of any plan that reaches as much (Everett 1963, generalised Lagrange multipliers).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from strategy.optimizer.priced.book_plan import BookPlan, alone
from strategy.optimizer.priced.control import Control
from strategy.optimizer.priced.counted_book import CLOSED, Counted, CountedBook, People
from strategy.optimizer.priced.floor_bonus import EXCESS, BonusSearch
from strategy.optimizer.priced.market import Market
from strategy.optimizer.priced.pins import Pins
from strategy.optimizer.priced.possible import possible
from strategy.optimizer.priced.problem import BookProblem, Bools, Floats, derived
from strategy.optimizer.priced.solve import plan_book

ROUNDS = 4
"""Plans with bonuses, at most."""

REACH = 2.0
"""Bonuses that a party may lose by a contact that counts and still be asked for one."""

SPARE = 2e-3
"""A share of a floor that bonuses aim above it, so that whole choices reach it."""

SWEEPS = 4
"""Times that the bonus of each of several floors is looked for."""


@dataclass(frozen=True)
class BookReach:
    """What a plan makes of one floor: `open` parties have an option that counts, `reached` get one.

    `possible` were reached without the floors before it, and no plan reaches more than `most`; both
    not above what is asked. One contact asked fewer would bring `price` cents at the margin.
    `scarce` are the limited rows that kept parties from such a contact, by kind and place.
    """

    open: int
    possible: int
    reached: int
    most: int
    price: float
    scarce: tuple[tuple[str, tuple[int, ...]], ...] = ()


@dataclass(frozen=True)
class FlooredPlan:
    """`cost` cents is the plan without any floor worth more; touches of parties `counted` count for
    floors, whatever they are worth."""

    plan: BookPlan
    reaches: tuple[BookReach, ...]
    cost: float
    counted: Bools


def plan_with_floors(
    problem: BookProblem,
    floors: Sequence[Counted],
    *,
    seed: int = 0,
    control: Control | None = None,
) -> FlooredPlan:
    """As `plan_book` for a single touch, with floors; the bound is of plans that reach as much."""
    if problem.touches != 1 or problem.present is not None:
        raise ValueError("floors need `touches` 1 and no `present`")
    control = control or Control()
    free = plan_book(problem, seed=seed, control=control)

    def progress(phase: str, bound: float, value: float | None) -> None:
        control.progress("floors", free.bound, None)  # what is told has bonuses or lacks pins

    quiet = replace(control, progress=progress)
    return _Floors(problem, floors, free).planned(seed, quiet)


def count(plan: BookPlan, floor: Counted) -> int:
    """Touches of the plan that count."""
    return int(_counts(plan, floor).sum())


def _counts(plan: BookPlan, floor: Counted) -> Bools:
    """Of each party whether its touch counts."""
    account, script = plan.account[:, 0], plan.script[:, 0]
    found: Bools = (account >= 0) & floor.accounts[account] & floor.scripts[script]
    return found


@dataclass(frozen=True)
class _AtPrices:
    """What parties (P) net at these prices, at all and by a touch that counts for each floor, -inf
    for none. `dual` bounds every plan, with floors or without."""

    prices: Floats
    dual: float
    nets: Floats
    counted: tuple[Floats, ...]


class _Floors:
    """Floors of one problem, and its plan without them."""

    def __init__(self, problem: BookProblem, floors: Sequence[Counted], free: BookPlan) -> None:
        self._whole, self._problem = problem, possible(problem)
        self._floors, self._free = floors, free
        self._together = list(_together(floors))
        self._open, self._room = list[int](), list[int]()
        self._most = list[int]()  # no plan reaches more, nor need it
        for floor in floors:
            book = self._book(floor)
            self._open.append(book.open_parties)
            self._room.append(_room(book.market.problem, floor))
            self._most.append(min(floor.asked, self._open[-1], self._room[-1]))

    def _book(self, floor: Counted) -> CountedBook:
        """Made when it is wanted: beside a big book that is planned there is no room for it."""
        return CountedBook.of(self._problem, floor)

    def planned(self, seed: int, control: Control) -> FlooredPlan:
        plans, seen = [self._free], list[_AtPrices]()
        if self._reached(self._free) != self._most:
            plans, seen = self._with_bonuses(seed, control)
            pairs = zip(plans, seen[1:], strict=True)
            short = [(plan, at) for plan, at in pairs if self._reached(plan) != self._most]
            if short and not self._exact(plans[-1]) and not control.stop():
                near, at = max(short, key=lambda pair: sum(self._reached(pair[0])))
                plans.append(self._around_pins(near, at, seed, control))
        plan = max(plans, key=lambda plan: (self._reached(plan), plan.value))
        reached = self._reached(plan)
        bound, bonus, prices = self._free.bound, np.zeros(len(reached)), self._free.prices
        for at in seen:
            found = self._bonuses(at, reached)
            if (lower := self._bound(at, found, reached)) < bound:
                bound, bonus, prices = lower, found, at.prices
        reaches = tuple(self._reach(n, plan, float(bonus[n])) for n in range(len(reached)))
        return FlooredPlan(
            plan.at_bound(bound, prices),
            reaches,
            max(0.0, self._free.value - plan.value),
            np.logical_or.reduce([_counts(plan, floor) for floor in self._floors]),
        )

    def _reached(self, plan: BookPlan) -> list[int]:
        """Not counted beyond the most."""
        floors = zip(self._floors, self._most, strict=True)
        return [min(count(plan, floor), most) for floor, most in floors]

    def _exact(self, plan: BookPlan) -> bool:
        """Whether it makes the most of each floor, and hardly more of any."""
        exceeded = (
            count(plan, floor) > (1 + EXCESS) * most + 1
            for floor, most in zip(self._floors, self._most, strict=True)
        )
        return self._reached(plan) == self._most and not any(exceeded)

    @cached_property
    def _at_free(self) -> _AtPrices:
        return self._at(self._free.prices)

    def _at(self, prices: Floats) -> _AtPrices:
        market = Market.of(self._problem)
        nets = np.zeros(self._problem.parties)
        nets[market.everyone] = market.respond(prices, market.everyone).net
        parties = self._problem.parties
        counted = tuple(self._book(floor).nets(prices, parties) for floor in self._floors)
        return _AtPrices(prices, market.bound, nets, counted)

    def _with_bonuses(self, seed: int, control: Control) -> tuple[list[BookPlan], list[_AtPrices]]:
        """Plans with bonuses, and what was seen at all prices on the way."""
        aims = [most + int(np.ceil(SPARE * most)) for most in self._most]
        seen, plans = [self._at_free], list[BookPlan]()
        searches = [
            BonusSearch(aim, count(self._free, floor), scarce=aim >= room)
            for aim, floor, room in zip(aims, self._floors, self._room, strict=True)
        ]
        for _ in range(ROUNDS):
            least = self._bonuses(seen[-1], aims)
            bonus = np.array([one.next(cents) for one, cents in zip(searches, least, strict=True)])
            plans.append(self._rewarded(bonus, seen[-1], seed, control))
            seen.append(self._at(plans[-1].prices))
            for one, floor in zip(searches, self._floors, strict=True):
                one.note(count(plans[-1], floor))
            if control.stop() or all(one.found for one in searches):
                break
        return plans, seen

    def _bonuses(self, at: _AtPrices, aims: Sequence[int]) -> Floats:
        """The bonuses that give the lowest bound for plans that reach so much: one after the other
        what the last of those loses who are needed, with the others as they are."""
        bonus = np.zeros(len(self._floors))
        for _ in range(SWEEPS if len(bonus) > 1 else 1):
            for n, aim in enumerate(aims):
                mine = [floors for floors in self._together if n in floors]
                others = [floors for floors in self._together if n not in floors]
                bonus[n] = 0.0
                counted = self._best(at, bonus, mine, np.full(self._problem.parties, -np.inf))
                loss = (self._best(at, bonus, others, at.nets) - counted)[np.isfinite(counted)]
                if aim > 0 and len(loss):
                    last = min(aim, len(loss)) - 1
                    bonus[n] = max(0.0, float(np.partition(loss, last)[last]))
        return bonus

    def _best(
        self, at: _AtPrices, bonus: Floats, ways: Sequence[tuple[int, ...]], least: Floats
    ) -> Floats:
        """Of each party at most what its best touch nets that counts for all floors of one of these
        ways, with their bonuses; not below `least`."""
        best = least
        for floors in ways:
            counted = np.minimum.reduce([at.counted[n] for n in floors])
            best = np.maximum(best, counted + bonus[list(floors)].sum())
        return best

    def _rewarded(self, bonus: Floats, at: _AtPrices, seed: int, control: Control) -> BookPlan:
        """The plan with these bonuses, worth what it is without them.

        Accounts stand once more beside themselves, with only what counts open and a bonus, where
        that may be worth it: their parties lose less than `REACH` bonuses at these prices.
        """
        problem = self._problem
        holder = np.repeat(np.arange(problem.parties), np.diff(problem.first_account))
        copies = []
        for floors in (some for some in self._together if bonus[list(some)].all()):
            cents = bonus[list(floors)].sum()
            counted = np.minimum.reduce([at.counted[n] for n in floors])
            own = np.logical_and.reduce([self._floors[n].accounts for n in floors])
            own &= (at.nets - counted <= REACH * cents)[holder]
            scripts = np.logical_and.reduce([self._floors[n].scripts for n in floors])
            copies.append((np.flatnonzero(own), scripts, cents))
        source = np.concatenate([np.arange(problem.accounts), *(own for own, _, _ in copies)])
        order = np.argsort(holder[source], kind="stable")
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        source = source[order]
        gain, extra = problem.gain[source], np.zeros(len(source), np.float32)
        first = problem.accounts
        for own, scripts, cents in copies:
            rows = place[first : first + len(own)]
            gain[rows] = np.where(scripts & (gain[rows] > 0), gain[rows], CLOSED)
            extra[rows] = cents
            first += len(own)
        size = np.bincount(holder[source], minlength=problem.parties)
        rewarded = derived(
            problem,
            first_account=np.append(0, np.cumsum(size)).astype(np.int32),
            contact=problem.contact[source],
            gain=gain,
            complaint=problem.complaint[source],
            bonus=extra,
        )
        plan = plan_book(rewarded, seed=seed, start=at.prices, control=control)
        made = plan.account >= 0
        earned = float(extra[plan.account[made]].sum(dtype=np.float64))
        without = np.flatnonzero(~made[:, 0]).astype(np.int32)
        return replace(
            plan,
            account=np.where(made, source[plan.account], -1).astype(np.int32),
            value=plan.value - earned,
            alone=alone(Market.of(problem), without),
        )

    def _around_pins(self, plan: BookPlan, at: _AtPrices, seed: int, control: Control) -> BookPlan:
        """Floor after floor keeps its touches of this plan that fit and adds what is missing; `at`
        the plan's prices."""
        market = Market.of(self._problem)
        people, left = People(), market.resources.whole.copy()
        for floor, most in zip(self._floors, self._most, strict=True):
            missing = most - people.count(floor)
            mine = np.flatnonzero(_counts(plan, floor) & ~people.among(self._problem.parties))
            people.keep(market, plan, mine.astype(np.int32), left, missing)
            missing = most - people.count(floor)
            self._book(floor).take(at.prices, at.nets, left, missing, people)
        pins = _pins(self._problem, people)
        return plan_book(self._whole, seed=seed, pins=pins, control=control)

    def _bound(self, at: _AtPrices, bonus: Floats, reached: Sequence[int]) -> float:
        """Of the value of every plan that reaches as much."""
        earned = float(np.sum(self._best(at, bonus, self._together, at.nets) - at.nets))
        return at.dual + earned - float(bonus @ np.array(reached))

    def _reach(self, n: int, plan: BookPlan, price: float) -> BookReach:
        floor, opened = self._floors[n], self._open[n]
        reached = count(plan, floor)
        if reached >= floor.asked:
            return BookReach(opened, floor.asked, reached, floor.asked, price)
        alone, at = People(), self._at_free
        book = self._book(floor)
        resources = book.market.resources
        book.take(at.prices, at.nets, resources.whole.copy(), floor.asked, alone)
        names = resources.names(book.market.problem)
        return BookReach(
            open=opened,
            possible=min(self._most[n], max(reached, len(alone.parties))),
            reached=reached,
            most=self._most[n],
            price=price,
            scarce=tuple(names[row] for row in sorted(alone.blocked)),
        )


def _together(floors: Sequence[Counted]) -> Iterator[tuple[int, ...]]:
    """Floors, by their places, that one touch may count for."""
    found: list[tuple[int, ...]] = [(n,) for n in range(len(floors))]
    while found:
        yield from found
        longer = [(*some, n) for some in found for n in range(some[-1] + 1, len(floors))]
        found = [some for some in longer if _compatible([floors[n] for n in some])]


def _compatible(floors: Sequence[Counted]) -> bool:
    accounts = np.logical_and.reduce([floor.accounts for floor in floors])
    scripts = np.logical_and.reduce([floor.scripts for floor in floors])
    return bool(accounts.any() and scripts.any())


def _pins(problem: BookProblem, people: People) -> Pins:
    return Pins(
        party=people.parties,
        account=people.accounts,
        channel=(people.cells // problem.slots).astype(np.int16),
        slot=(people.cells % problem.slots).astype(np.int16),
        script=people.scripts,
    )


def _room(problem: BookProblem, floor: Counted) -> int:
    """No plan of this counted book has more touches: what open minutes, robots, days and money hold
    of them."""
    capacity = problem.capacity
    first = problem.first_script
    channels = [c for c in range(problem.channels) if floor.scripts[first[c] : first[c + 1]].any()]
    if not channels:
        return 0
    tries = capacity.minutes / np.maximum(problem.try_minutes, 1e-12)[:, None]
    tries = np.minimum(tries, np.count_nonzero(problem.contact > 0, axis=0))
    by_channel = np.minimum(tries.sum(axis=1), capacity.channel_day)[channels].sum()
    kinds = np.arange(problem.scripts) if problem.robot is None else problem.robot
    by_robot = capacity.script_period[np.unique(kinds[floor.scripts])].sum()
    by_script = capacity.script_day[floor.scripts].sum()
    cheapest = problem.try_cents[channels].min()
    by_money = capacity.money / cheapest if cheapest > 0 else np.inf
    most = min(by_channel, by_robot, by_script, by_money)
    return int(most) if np.isfinite(most) else problem.parties
