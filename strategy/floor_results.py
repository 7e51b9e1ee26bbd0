"""Floors of a capacity file for the exact planner, and what became of them in words of the file."""

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


def floor_rows(
    capacity: Capacity, opened: Sequence[Opened], scripts: Sequence[Script]
) -> tuple[FloorRow, ...]:
    """The floors in their order, over all accounts opened and these scripts."""
    return tuple(_row(floor, opened, scripts) for floor in capacity.floors)


def _row(floor: Floor, opened: Sequence[Opened], scripts: Sequence[Script]) -> FloorRow:
    mine = np.array([floor.about(c.verdict.segment) for chunk in opened for c in chunk.cases])
    counted = np.array([floor.counts(script.channel, script.robot) for script in scripts], np.bool_)
    return FloorRow(floor.name, mine, counted, floor.asked(int(mine.sum())))


def floor_results(
    capacity: Capacity,
    opened: Sequence[Opened],
    scripts: Sequence[Script],
    reaches: Sequence[FloorReach],
) -> tuple[FloorResult, ...]:
    """What the solver reached, with the rules that keep accounts out and the capacities in the
    way of the floors that are missed."""
    rows = floor_rows(capacity, opened, scripts)
    found = []
    for floor, row, reach in zip(capacity.floors, rows, reaches, strict=True):
        short = reach.allowed < row.at_least
        refusals = _refusals(capacity, floor, opened, scripts, row.scripts) if short else ()
        result = FloorResult(
            name=floor.name,
            asked=row.at_least,
            accounts=int(row.accounts.sum()),
            allowed=reach.allowed,
            possible=reach.possible,
            reached=reach.reached,
            most=reach.most,
            price_cents=reach.price,
            cost_cents=reach.cost_cents,
            refusals=tuple(refusals),
            full=tuple(_full(capacity, scarce) for scarce in reach.scarce),
        )
        found.append(result)
    return tuple(found)


def _full(capacity: Capacity, scarce: tuple[str, int]) -> FullCapacity:
    kind, place = scarce
    if kind == "robot_lines":
        return FullCapacity(kind, tuple(capacity.robots)[place])
    if kind in _WITHOUT_NAME:
        return FullCapacity(kind, _WITHOUT_NAME[kind])
    return FullCapacity(kind, tuple(capacity.attempts)[place])


def _refusals(
    capacity: Capacity,
    floor: Floor,
    opened: Sequence[Opened],
    scripts: Sequence[Script],
    counted: Bools,
) -> list[FloorRefusal]:
    """Most frequent first."""
    channels = {script.channel for script, one in zip(scripts, counted, strict=True) if one}
    planned = tuple(capacity.attempts)
    of_channel = np.array([script.channel for script in scripts])
    refused: Counter[tuple[str, str, str, str]] = Counter()
    for chunk in opened:
        places = [n for n, channel in enumerate(planned) if channel in channels]
        for case, row, usable in zip(
            chunk.cases, chunk.openings, chunk.script_allowed, strict=True
        ):
            if not floor.about(case.verdict.segment):
                continue
            fit = set(of_channel[usable & counted])
            open_ = [n for n in places if row[n].slots.any()]
            if not any(planned[n] in fit for n in open_):
                refused.update(set(_why([row[n] for n in places], bool(open_))))
    ordered = sorted(refused.items(), key=lambda item: (-item[1], item[0]))
    return [FloorRefusal(*key, accounts) for key, accounts in ordered]


def _why(openings: Sequence[Openings], some_open: bool) -> Iterator[tuple[str, str, str, str]]:
    """Code, rule, its source and title."""
    for reason in (reason for one in openings for reason in one.reasons):
        rule = reason.rule
        yield (reason.code, rule.id, rule.source, rule.title) if rule else (reason.code, "", "", "")
    if some_open:
        yield _NO_SCRIPT
