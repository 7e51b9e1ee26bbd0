"""The constraints of a plan, one function each, in the words of the limits."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from strategy.optimizer.choice_problem import ChoiceProblem, Counted, Floats, Ints
from strategy.optimizer.options import Options
from strategy.optimizer.problem import FloorRow, PlanProblem


@dataclass(frozen=True)
class Rows:
    """Sparse rows `sum of weight over chosen options <= limit`.

    Entry e says that option `option[e]` weighs `weight[e]` in row `row[e]`. Which rows there are
    depends on the problem alone, so prices found on some of the options hold for all of them.
    """

    limit: Ints
    option: Ints
    row: Ints
    weight: Ints


def channel_slot_capacity(problem: PlanProblem, options: Options) -> Rows:
    """Attempts by a channel in a slot. Row c * T + t."""
    return Rows(
        problem.capacity.ravel().astype(np.int64),
        np.arange(len(options)),
        options.channel * len(problem.slots) + options.slot,
        np.ones(len(options), np.int64),
    )


def complaint_budget(problem: PlanProblem, options: Options) -> Rows:
    """Expected complaints of the whole plan, in billionths. One row."""
    return Rows(
        np.array([1000 * problem.complaints_micro], np.int64),
        np.arange(len(options)),
        np.zeros(len(options), np.int64),
        options.complaint,
    )


def robot_lines(problem: PlanProblem, options: Options) -> Rows:
    """Attempts by robots of one type in a slot. Row k * T + t."""
    robot = problem.robot[options.script] if problem.robot.size else np.full(len(options), -1)
    bound = np.flatnonzero(robot >= 0)
    return Rows(
        problem.robot_capacity.ravel().astype(np.int64),
        bound,
        robot[bound] * len(problem.slots) + options.slot[bound],
        np.ones(len(bound), np.int64),
    )


def attempts_per_day(problem: PlanProblem, options: Options) -> Rows:
    """Attempts by a channel in the whole horizon, for channels that have a bound."""
    bounded = problem.per_day >= 0
    row_of_channel = np.cumsum(bounded) - 1
    bound = np.flatnonzero(bounded[options.channel] if bounded.size else [])
    return Rows(
        problem.per_day[bounded],
        bound,
        row_of_channel[options.channel[bound]] if bounded.size else bound,
        np.ones(len(bound), np.int64),
    )


def money_budget(problem: PlanProblem, options: Options) -> Rows:
    """What the attempts of the whole plan cost together, in cents. One row if it is bounded."""
    spends = problem.spend_cents.size > 0
    bound = np.arange(len(options) if spends else 0)
    return Rows(
        np.full(int(spends), problem.money_cents, np.int64),
        bound,
        np.zeros(len(bound), np.int64),
        problem.spend_cents[options.channel] if spends else bound,
    )


def touches_per_party(problem: PlanProblem, options: Options) -> Rows:
    """Attempts to one party in the horizon, for parties with more accounts than that."""
    _, number, size = np.unique(problem.party, return_inverse=True, return_counts=True)
    crowded = size > problem.touches_per_party
    row_of_party = np.cumsum(crowded) - 1
    party = number[options.account]
    bound = np.flatnonzero(crowded[party])
    return Rows(
        np.full(int(crowded.sum()), problem.touches_per_party, np.int64),
        bound,
        row_of_party[party[bound]],
        np.ones(len(bound), np.int64),
    )


def one_treatment_per_account(options: Options) -> Ints:
    """Where the options of each account begin that has any, and the number of options."""
    begin = np.flatnonzero(np.diff(options.account, prepend=-1))
    return np.append(begin, len(options))


SHARED: tuple[Callable[[PlanProblem, Options], Rows], ...] = (
    channel_slot_capacity,
    complaint_budget,
    robot_lines,
    attempts_per_day,
    money_budget,
    touches_per_party,
)
"""The constraints that carry a price. One treatment per account is kept inside the choice."""


_NOTHING = Options(*[np.zeros(0, np.int64)] * 6)


def prices_by_constraint(problem: PlanProblem, prices: Floats) -> dict[str, Floats]:
    """The prices of all resources, apart: those of each constraint in the order of its rows."""
    sizes = {c.__name__: len(c(problem, _NOTHING).limit) for c in SHARED}
    ends = np.cumsum(list(sizes.values()))
    return dict(zip(sizes, np.split(prices, ends[:-1]), strict=True))


def scarce_by_constraint(problem: PlanProblem, resources: Ints) -> tuple[tuple[str, int], ...]:
    """The constraints that these resources are of, each once, with the channel or robot type that
    the resource is of, or -1."""
    flags = np.zeros(sum(len(c(problem, _NOTHING).limit) for c in SHARED))
    flags[resources[resources < len(flags)]] = 1.0
    by_constraint = prices_by_constraint(problem, flags)
    slots = max(1, len(problem.slots))
    found = []
    for name, marked in by_constraint.items():
        rows = np.flatnonzero(marked)
        if name in ("channel_slot_capacity", "robot_lines"):
            places = rows // slots
        elif name == "attempts_per_day":
            places = np.flatnonzero(problem.per_day >= 0)[rows]
        else:
            places = np.full_like(rows, -1)
        found += [(name, place) for place in np.unique(places).tolist()]
    return tuple(found)


def counted(floor: FloorRow, options: Options) -> Counted:
    """The options that a floor counts."""
    mine = floor.accounts[options.account] & floor.scripts[options.script]
    return Counted(np.flatnonzero(mine), floor.at_least)


def choice_of(problem: PlanProblem, options: Options) -> ChoiceProblem:
    """The plan as a choice: a group for each account, resources in the order of `SHARED`."""
    shared = [constraint(problem, options) for constraint in SHARED]
    offsets = np.cumsum([0, *(len(rows.limit) for rows in shared)])
    option = np.concatenate([rows.option for rows in shared])
    row = np.concatenate([r.row + offset for r, offset in zip(shared, offsets, strict=False)])
    weight = np.concatenate([rows.weight for rows in shared])
    order = np.argsort(option, kind="stable")  # each constraint lists its rows in order
    first = one_treatment_per_account(options)
    return ChoiceProblem(
        first=first,
        value=options.value,
        use_option=option[order],
        use_row=row[order],
        use_amount=weight[order],
        capacity=np.concatenate([rows.limit for rows in shared]),
        exactly_one=np.zeros(len(first) - 1, np.bool_),
    )
