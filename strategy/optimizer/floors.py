"""The most valuable choice that makes counted choices, floors, in their order.

A floor is a bonus for each option that counts, up to so many. Without floors in the problem: every
option that counts takes one unit of a resource of which there is one for each group that has such
an option, and fillers take what the floor leaves of it. So the value of a choice is that of its
options plus bonus x min(counted, level), plus a constant; everything that is proven of a choice
holds, with no new kind of constraint.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from strategy.optimizer.choice import ChoiceSolution
from strategy.optimizer.choice_problem import ChoiceProblem, Counted, Floats, Ints

MOST_FILLED = 64
"""Units of the largest filler: values stay small enough for floats."""
LARGEST_BONUS = 2**33
MOST_SOLVED_AGAIN = 100_000
"""Options up to which a choice is made once more without each floor, to see what it costs."""
NOISE = 1e-6
"""Solver noise: prices below this are none."""

Solve = Callable[..., ChoiceSolution]
"""`solve_choice` with its seed, effort and stop."""


@dataclass(frozen=True)
class Reach:
    """What a choice makes of one floor: `open` groups have an option that counts; the rest as in
    `FloorResult`. `scarce` are the resources that keep it from more; empty where it is met."""

    open: int
    possible: int
    reached: int
    most: int
    price: float
    cost: int | None
    scarce: Ints


@dataclass(frozen=True)
class FloorSolution:
    """`cost` is what the choice would be worth more without any floor."""

    choice: ChoiceSolution
    reaches: tuple[Reach, ...]
    cost: int


def choose_with_floors(
    problem: ChoiceProblem, floors: Sequence[Counted], solve: Solve, gap: float
) -> FloorSolution:
    """First as many counted choices as can be for each floor in its order, then the most value.

    `gap` as in `solve_choice`, of the value. The bound is of choices that reach as much.
    """
    free = solve(problem, gap=gap)
    opens = [len(np.unique(problem.group[floor.options])) for floor in floors]
    counts = [_count(free.chosen, floor) for floor in floors]
    if all(count >= floor.asked for count, floor in zip(counts, floors, strict=True)):
        nothing = np.zeros(0, np.int64)
        reaches = tuple(
            Reach(opened, floor.asked, count, floor.asked, 0.0, 0, nothing)
            for opened, count, floor in zip(opens, counts, floors, strict=True)
        )
        return FloorSolution(free, reaches, 0)
    climb = _Climb(problem, solve)
    for floor in floors:
        climb.add(floor)
    found = _Valued(problem, floors, climb.chosen, solve, gap, abs(free.value or 0))
    best, prices = found.best(climb.levels)
    value = best.value or 0
    reaches = tuple(
        Reach(
            opened,
            max(climb.possible[n], min(floors[n].asked, _count(best.chosen, floors[n]))),
            _count(best.chosen, floors[n]),
            climb.most[n],
            float(prices[n]),
            found.cost(climb.levels, n, best),
            climb.scarce[n],
        )
        for n, opened in enumerate(opens)
    )
    return FloorSolution(best, reaches, max(0, (free.value or 0) - value))


def _count(chosen: Ints, floor: Counted) -> int:
    return int(np.isin(chosen[chosen >= 0], floor.options).sum())


class _Climb:
    """How far each floor gets, one after the other.

    Counts alone say little about which options to look at: all are alike. So a bound on the count
    comes from a relaxation, the choice from values with bonuses, and only where these two differ
    are counts searched.
    """

    def __init__(self, problem: ChoiceProblem, solve: Solve) -> None:
        self._problem, self._solve = problem, solve
        self._floors: list[Counted] = []
        self.chosen = np.full(problem.groups, -1, np.int64)
        self.levels: list[int] = []
        self.most: list[int] = []
        self.possible: list[int] = []
        self.scarce: list[Ints] = []

    def add(self, floor: Counted) -> None:
        """One more floor, after those that were added: these keep what they have."""
        self._floors.append(floor)
        self.chosen, most, prices = self._reach(self._floors, self.levels, self.chosen)
        level = min(floor.asked, _count(self.chosen, floor))
        missed, possible = level < floor.asked, level
        if missed and self.levels:
            nothing = np.full_like(self.chosen, -1)
            alone, _, prices = self._reach([floor], [], nothing)
            possible = max(level, min(floor.asked, _count(alone, floor)))
        self.levels.append(level)
        self.most.append(most)
        self.possible.append(possible)
        self.scarce.append(self._scarce(floor, prices) if missed else np.zeros(0, np.int64))

    def _reach(
        self, floors: Sequence[Counted], levels: Sequence[int], start: Ints
    ) -> tuple[Ints, int, Floats]:
        """A choice with the most that the last floor gets while the others keep their levels; a
        bound on that, and the prices of resources that prove it."""
        floor = floors[-1]
        valued, bonus = self._valued(floors, levels, start)
        chosen = max(start, valued.chosen, key=self._rank)
        counted, most = self._counting(floors, levels, chosen, valued.prices / bonus, effort=0.0)
        if _count(chosen, floor) < most:
            found, most = self._counting(floors, levels, chosen, counted.prices)
            chosen = max(chosen, found.chosen, key=self._rank)
        return chosen, most, counted.prices

    def _counting(
        self,
        floors: Sequence[Counted],
        levels: Sequence[int],
        start: Ints,
        prices: Floats,
        **how: float,
    ) -> tuple[ChoiceSolution, int]:
        """Nothing but counted options; one choice less of a floor before outweighs all that the
        last may get."""
        floor = floors[-1]
        inside = np.unique(np.concatenate([one.options for one in floors]))
        small = self._problem.take(inside)
        small = replace(small, value=np.zeros_like(small.value))
        here = [Counted(np.searchsorted(inside, one.options), one.asked) for one in floors]
        bonuses = [floor.asked + 1] * len(levels) + [1]
        moved = np.full_like(start, -1)
        kept = np.isin(start, inside)
        moved[kept] = np.searchsorted(inside, start[kept])
        rewarded = _Rewarded(small, here, [*levels, floor.asked], bonuses)
        found = rewarded.solve(self._solve, moved, gap=0.0, prices=prices, **how)
        chosen = found.chosen.copy()
        chosen[chosen >= 0] = inside[chosen[chosen >= 0]]
        others = sum(b * n for b, n in zip(bonuses[:-1], levels, strict=True))
        return replace(found, chosen=chosen), min(floor.asked, (found.bound or 0) - others)

    def _valued(
        self, floors: Sequence[Counted], levels: Sequence[int], start: Ints
    ) -> tuple[ChoiceSolution, int]:
        """With the bonus of the last floor. It may give up a floor before it: then it is no use."""
        bonus = min(2 * int(np.abs(self._problem.value).max(initial=0)) + 1, LARGEST_BONUS // 8)
        bonuses = [8 * bonus] * len(levels) + [bonus]
        asked = [*levels, floors[-1].asked]
        rewarded = _Rewarded(self._problem, floors, asked, bonuses)
        total = rewarded.filled + sum(b * n for b, n in zip(bonuses, asked, strict=True))
        close = bonus / 2 / max(1, total)  # half a contact
        return rewarded.solve(self._solve, start, gap=close), bonus

    def _rank(self, chosen: Ints) -> tuple[int, ...]:
        """What the floors have, as far as they may keep it, the first first."""
        asked = [*self.levels, self._floors[-1].asked][: len(self._floors)]
        return tuple(
            min(most, _count(chosen, floor))
            for floor, most in zip(self._floors, asked, strict=True)
        )

    def _scarce(self, floor: Counted, prices: Floats) -> Ints:
        """Resources with a price, and those that there is too little of for an option by itself."""
        options = self._problem.take(floor.options)
        over = options.use_amount > options.capacity[options.use_row]
        return np.union1d(np.flatnonzero(prices > NOISE), options.use_row[over])


class _Valued:
    """The most valuable choice that keeps what floors have reached."""

    def __init__(
        self,
        problem: ChoiceProblem,
        floors: Sequence[Counted],
        start: Ints,
        solve: Solve,
        gap: float,
        scale: int,
    ) -> None:
        self._problem, self._floors, self._start = problem, floors, start
        self._solve, self._gap, self._scale = solve, gap, max(1, scale)

    def best(self, levels: Sequence[int]) -> tuple[ChoiceSolution, Floats]:
        """With the price of each floor. A bonus that is too small to hold every floor is raised;
        the bound is of choices that reach the levels, whatever the bonus."""
        problem, top = self._problem, int(np.abs(self._problem.value).max(initial=0))
        for bonus in (2 * top + 1, 64 * top + 1, 2 * problem.largest_total + 1):
            bonus = min(bonus, LARGEST_BONUS)
            rewarded = _Rewarded(problem, self._floors, levels, [bonus] * len(levels))
            total = bonus * sum(levels)
            share = self._scale / (self._scale + total + rewarded.filled)
            found = rewarded.solve(self._solve, self._start, gap=self._gap * share)
            chosen, floors = found.chosen, zip(levels, self._floors, strict=True)
            if all(_count(chosen, floor) >= level for level, floor in floors):
                break
        else:
            chosen = self._start
        value = int(problem.value[chosen[chosen >= 0]].sum())
        bound = max(value, (found.bound or 0) - total)
        prices, by_floor = self._prices(levels, bonus)
        return replace(found, chosen=chosen, value=value, bound=bound, prices=prices), by_floor

    def _prices(self, levels: Sequence[int], bonus: int) -> tuple[Floats, Floats]:
        """Of resources and of floors, where each floor asks for half a choice less.

        At whole numbers the value has its kinks, and what a floor has reached may be the edge of
        what there is: there any price would hold it.
        """
        halves = [max(0, 2 * level - 1) for level in levels]
        bonuses = [2 * bonus] * len(levels)
        rewarded = _Rewarded(self._problem, self._floors, halves, bonuses, unit=2)
        found = rewarded.solve(self._solve, self._start, gap=0.0, effort=0.0)
        resources, rows = np.split(found.prices, [len(self._problem.capacity)])
        prices: Floats = np.clip(2 * (bonus - rows), 0.0, None)
        prices[(prices < NOISE * bonus) | (np.array(levels) == 0)] = 0.0
        return resources, prices

    def cost(self, levels: Sequence[int], which: int, best: ChoiceSolution) -> int | None:
        """What the choice would be worth more without this floor; None where that would take
        long."""
        if not levels[which]:
            return 0
        if self._problem.options > MOST_SOLVED_AGAIN:
            return None
        others = [0 if n == which else level for n, level in enumerate(levels)]
        without, _ = self.best(others)
        return max(0, (without.value or 0) - (best.value or 0))


class _Rewarded:
    """The problem with a bonus for what each floor counts, up to its level.

    Levels are in parts of a choice: `unit` of them are one, and every bonus is a multiple of it.
    """

    def __init__(
        self,
        problem: ChoiceProblem,
        floors: Sequence[Counted],
        levels: Sequence[int],
        bonuses: Sequence[int],
        unit: int = 1,
    ) -> None:
        self._unit = unit
        self._plain, self._floors, self._bonuses = problem, floors, bonuses
        self._sizes = [unit * len(np.unique(problem.group[floor.options])) for floor in floors]
        self._parts = [
            _parts(max(0, size - level)) for size, level in zip(self._sizes, levels, strict=True)
        ]
        self.filled = sum(b // unit * sum(p) for b, p in zip(bonuses, self._parts, strict=True))
        self.problem = self._with_fillers()

    def _with_fillers(self) -> ChoiceProblem:
        plain, value = self._plain, self._plain.value.copy()
        options, rows, amounts = [plain.use_option], [plain.use_row], [plain.use_amount]
        more: list[int] = []
        for n, (floor, bonus) in enumerate(zip(self._floors, self._bonuses, strict=True)):
            value[floor.options] += bonus
            parts = np.array(self._parts[n], np.int64)
            fillers = plain.options + len(more) + np.arange(len(parts))
            more += (bonus // self._unit * parts).tolist()
            options += [floor.options, fillers]
            rows.append(np.full(len(floor.options) + len(parts), len(plain.capacity) + n))
            amounts += [np.full(len(floor.options), self._unit), parts]
        option, row, amount = (np.concatenate(part) for part in (options, rows, amounts))
        order = np.lexsort((row, option))
        return ChoiceProblem(
            first=np.concatenate([plain.first, plain.options + 1 + np.arange(len(more))]),
            value=np.concatenate([value, np.array(more, np.int64)]),
            use_option=option[order],
            use_row=row[order],
            use_amount=amount[order],
            capacity=np.concatenate([plain.capacity, np.array(self._sizes, np.int64)]),
            exactly_one=np.concatenate([plain.exactly_one, np.zeros(len(more), np.bool_)]),
        )

    def solve(self, solve: Solve, start: Ints, *, gap: float, **how: object) -> ChoiceSolution:
        """Of the groups of the plain problem; value and bound without what the fillers bring.

        The bound is of value plus bonus x min(counted, level).
        """
        begin = np.concatenate([start, self._fillers_beside(start)])
        found = solve(self.problem, **{**how, "gap": gap, "start": begin})
        bound = None if found.bound is None else found.bound - self.filled
        value = None if found.value is None else found.value - self.filled
        chosen = found.chosen[: self._plain.groups]
        return replace(found, chosen=chosen, value=value, bound=bound)

    def _fillers_beside(self, start: Ints) -> Ints:
        """Fillers that fit beside the start, the largest first; -1 where one does not."""
        taken: list[int] = []
        at = self._plain.options
        for floor, size, parts in zip(self._floors, self._sizes, self._parts, strict=True):
            left, mine = size - self._unit * _count(start, floor), [-1] * len(parts)
            for place in sorted(range(len(parts)), key=lambda p: -parts[p]):
                if parts[place] <= left:
                    mine[place] = at + place
                    left -= parts[place]
            taken += mine
            at += len(parts)
        return np.array(taken, np.int64)


def _parts(spare: int) -> list[int]:
    """Sizes that add up to `spare`, and some of them to every smaller number."""
    parts, size = [], 1
    while spare > 0:
        parts.append(min(size, spare))
        spare -= parts[-1]
        size = min(2 * size, MOST_FILLED)
    return parts
