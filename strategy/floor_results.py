"""Floors of a capacity file for the planners, and what became of them in words of the file."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from strategy.domain.capacity import Capacity
from strategy.domain.floor import Floor, FloorRefusal, FloorResult, FullCapacity
from strategy.domain.script import Script
from strategy.eligibility import Openings
from strategy.opened import Bools, Opened
from strategy.optimizer.exact import FloorReach
from strategy.optimizer.problem import FloorRow

_NO_SCRIPT = ("script_choice", "", "", "")
_WITHOUT_NAME = {
    "money_budget": "money",
    "complaint_budget": "complaints",
    "touches_per_party": "touches of a person",
}


class FloorTally:
    """What rules leave to the floors of a capacity file, tallied chunk after chunk."""

    def __init__(self, capacity: Capacity, scripts: Sequence[Script]) -> None:
        self._capacity = capacity
        self._of_channel = np.array([script.channel for script in scripts])
        self._counted = [
            np.array([floor.counts(s.channel, s.robot) for s in scripts], np.bool_)
            for floor in capacity.floors
        ]
        self._mine: list[list[bool]] = [[] for _ in capacity.floors]
        self._refused: list[Counter[tuple[str, str, str, str]]] = [
            Counter() for _ in capacity.floors
        ]

    def add(self, chunk: Opened) -> None:
        for n, floor in enumerate(self._capacity.floors):
            self._mine[n] += [floor.about(case.verdict.segment) for case in chunk.cases]
            self._refused[n].update(self._refusals(floor, self._counted[n], chunk))

    def rows(self) -> tuple[FloorRow, ...]:
        """The floors in their order, over all accounts added and all scripts."""
        floors = zip(self._capacity.floors, self._mine, self._counted, strict=True)
        return tuple(
            FloorRow(floor.name, np.array(mine, np.bool_), counted, floor.asked(sum(mine)))
            for floor, mine, counted in floors
        )

    def results(self, reaches: Sequence[FloorReach]) -> tuple[FloorResult, ...]:
        """What the solver reached, with the rules that keep accounts out and the capacities in the
        way of the floors that are missed."""
        found = []
        for row, refused, reach in zip(self.rows(), self._refused, reaches, strict=True):
            ordered = sorted(refused.items(), key=lambda item: (-item[1], item[0]))
            short = reach.allowed < row.at_least
            result = FloorResult(
                name=row.name,
                asked=row.at_least,
                accounts=int(row.accounts.sum()),
                allowed=reach.allowed,
                possible=reach.possible,
                reached=reach.reached,
                most=reach.most,
                price_cents=reach.price,
                cost_cents=reach.cost_cents,
                refusals=tuple(FloorRefusal(*key, n) for key, n in ordered) if short else (),
                full=tuple(_full(self._capacity, scarce) for scarce in reach.scarce),
            )
            found.append(result)
        return tuple(found)

    def _refusals(
        self, floor: Floor, counted: Bools, chunk: Opened
    ) -> Iterator[tuple[str, str, str, str]]:
        """Of each account that has no contact which counts, whatever keeps it from one."""
        channels = set(self._of_channel[counted])
        planned = tuple(self._capacity.attempts)
        places = [n for n, channel in enumerate(planned) if channel in channels]
        for case, row, usable in zip(
            chunk.cases, chunk.openings, chunk.script_allowed, strict=True
        ):
            if not floor.about(case.verdict.segment):
                continue
            fit = set(self._of_channel[usable & counted])
            open_ = [n for n in places if row[n].slots.any()]
            if not any(planned[n] in fit for n in open_):
                yield from set(_why([row[n] for n in places], bool(open_)))


def _full(capacity: Capacity, scarce: tuple[str, int]) -> FullCapacity:
    kind, place = scarce
    if kind == "robot_lines":
        return FullCapacity(kind, tuple(capacity.robots)[place])
    if kind in _WITHOUT_NAME:
        return FullCapacity(kind, _WITHOUT_NAME[kind])
    return FullCapacity(kind, tuple(capacity.attempts)[place])


def _why(openings: Sequence[Openings], some_open: bool) -> Iterator[tuple[str, str, str, str]]:
    """Code, rule, its source and title."""
    for reason in (reason for one in openings for reason in one.reasons):
        rule = reason.rule
        yield (reason.code, rule.id, rule.source, rule.title) if rule else (reason.code, "", "", "")
    if some_open:
        yield _NO_SCRIPT
