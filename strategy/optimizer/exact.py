"""Exact mode: a plan is a choice of one option per account at most, within shared capacities."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from strategy.domain.contact_plan import PlanStatus
from strategy.optimizer.constraints import (
    choice_of,
    counted,
    prices_by_constraint,
    scarce_by_constraint,
)
from strategy.optimizer.interrupt import Stop, never
from strategy.optimizer.options import Options, options_of
from strategy.optimizer.problem import Floats, Ints, PlanProblem

if TYPE_CHECKING:
    from strategy.optimizer.choice import ChoiceSolution
    from strategy.optimizer.floors import Reach

STAGES = {"prices": "prices", "choice": "plan"}
CLOSE = 1e-6
"""A cent in ten thousand: what is expected is not known that well."""


@dataclass(frozen=True, slots=True)
class Progress:
    """`stage` is `options`, `prices` or `plan`. Cents; None while not known."""

    stage: str
    step: int
    value_cents: int | None
    bound_cents: int | None


@dataclass(frozen=True)
class FloorReach:
    """What a plan makes of a floor, as in `FloorResult`. `scarce` names each constraint that keeps
    it from more, and the channel or robot type by its position, or -1."""

    allowed: int
    possible: int
    reached: int
    most: int
    price: float
    cost_cents: int | None
    scarce: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Solution:
    """A feasible plan and its proven bound. Entry i of the arrays describes one attempt.

    `account`, `channel`, `slot`, `script` are positions in the problem, sorted by account;
    `value` cents, `complaint` billionths. `prices[c, t]` is the marginal value in cents of one
    more attempt, `robot_prices[k, t]` of one more by robots of a type, `day_prices[c]` of one more
    by a channel in the horizon; `money_price` the cents that one more cent to spend and
    `complaint_price` the cents that one more expected complaint would be worth.

    No plan that reaches as much of every floor is worth more than `bound_cents`; without any floor
    this one would be worth `floors_cost_cents` more.
    """

    account: Ints
    channel: Ints
    slot: Ints
    script: Ints
    value: Ints
    complaint: Ints
    value_cents: int
    bound_cents: int
    prices: Floats
    robot_prices: Floats
    day_prices: Floats
    money_price: float
    complaint_price: float
    floors: tuple[FloorReach, ...] = ()
    floors_cost_cents: int = 0

    @property
    def status(self) -> PlanStatus:
        same = self.value_cents == self.bound_cents
        return PlanStatus.OPTIMAL if same else PlanStatus.FEASIBLE

    @property
    def gap(self) -> float:
        """(bound - value) / bound."""
        if self.bound_cents == 0:
            return 0.0
        return (self.bound_cents - self.value_cents) / self.bound_cents


def solve(
    problem: PlanProblem,
    *,
    seed: int = 0,
    gap: float = CLOSE,
    effort: float = 5.0,
    progress: Callable[[Progress], None] | None = None,
    stop: Stop = never,
) -> Solution:
    """The most valuable plan. The same problem, seed, gap and effort give the same plan.

    Stops looking for better plans once the value is proven to be within `gap` of the bound, or
    after `effort` (deterministic time of CP-SAT with one worker, a few seconds per unit; never
    the wall clock), or soon after `stop` says so. An empty plan is an answer too.
    """
    tell = progress or _silent
    options = options_of(problem)
    tell(Progress("options", len(options), None, None))
    # OR-Tools takes half a second to load: whoever plans nothing, such as a server that starts,
    # does without.
    from strategy.optimizer.choice import solve_choice
    from strategy.optimizer.floors import choose_with_floors

    choice = choice_of(problem, options)
    if problem.floors:
        found = choose_with_floors(
            choice,
            [counted(floor, options) for floor in problem.floors],
            # Figures of its steps are of bonuses too: nobody is told those.
            partial(
                solve_choice,
                seed=seed,
                effort=effort,
                progress=lambda p: tell(Progress(STAGES[p.stage], p.step, None, None)),
                stop=stop,
            ),
            gap,
        )
        return replace(
            _solution(problem, options, found.choice),
            floors=tuple(_reach(problem, reach) for reach in found.reaches),
            floors_cost_cents=found.cost,
        )
    plain = solve_choice(
        choice,
        seed=seed,
        effort=effort,
        gap=gap,
        progress=lambda p: tell(Progress(STAGES[p.stage], p.step, p.value, p.bound)),
        stop=stop,
    )
    return _solution(problem, options, plain)


def _reach(problem: PlanProblem, reach: "Reach") -> FloorReach:
    return FloorReach(
        allowed=reach.open,
        possible=reach.possible,
        reached=reach.reached,
        most=reach.most,
        price=reach.price,
        cost_cents=reach.cost,
        scarce=scarce_by_constraint(problem, reach.scarce),
    )


def _silent(progress: Progress) -> None:
    """Nobody listens."""


def _solution(problem: PlanProblem, options: Options, found: "ChoiceSolution") -> Solution:
    # Nobody must be contacted, so there always is a choice.
    value, bound = found.value or 0, found.bound or 0
    chosen = options.take(found.options)
    prices = prices_by_constraint(problem, found.prices)
    by_day = np.zeros(len(problem.channels))
    by_day[np.flatnonzero(problem.per_day >= 0)] = prices["attempts_per_day"]
    return Solution(
        account=chosen.account,
        channel=chosen.channel,
        slot=chosen.slot,
        script=chosen.script,
        value=chosen.value,
        complaint=chosen.complaint,
        value_cents=value,
        bound_cents=bound,
        prices=prices["channel_slot_capacity"].reshape(problem.capacity.shape),
        robot_prices=prices["robot_lines"].reshape(problem.robot_capacity.shape),
        day_prices=by_day,
        money_price=float(prices["money_budget"].sum()),
        complaint_price=float(prices["complaint_budget"].sum()) * 1e9,
    )
