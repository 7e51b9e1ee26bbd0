"""Exact mode: a plan is a choice of one option per account at most, within shared capacities."""

from collections.abc import Callable
from dataclasses import dataclass

from strategy.domain.contact_plan import PlanStatus
from strategy.optimizer.choice import ChoiceSolution, solve_choice
from strategy.optimizer.constraints import choice_of
from strategy.optimizer.options import Options, options_of
from strategy.optimizer.problem import Floats, Ints, PlanProblem

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
class Solution:
    """A feasible plan and its proven bound. Entry i of the arrays describes one attempt.

    `account`, `channel`, `slot`, `script` are positions in the problem, sorted by account;
    `value` cents, `complaint` millionths. `prices[c, t]` is the marginal value in cents of one
    more attempt, `complaint_price` the cents that one more expected complaint would be worth.
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
    complaint_price: float

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
) -> Solution:
    """The most valuable plan. The same problem, seed, gap and effort give the same plan.

    Stops looking for better plans once the value is proven to be within `gap` of the bound, or
    after `effort` (deterministic time of CP-SAT with one worker, a few seconds per unit; never
    the wall clock). An empty plan is an answer too.
    """
    tell = progress or _silent
    options = options_of(problem)
    tell(Progress("options", len(options), None, None))
    found = solve_choice(
        choice_of(problem, options),
        seed=seed,
        effort=effort,
        gap=gap,
        progress=lambda p: tell(Progress(STAGES[p.stage], p.step, p.value, p.bound)),
    )
    return _solution(problem, options, found)


def _silent(progress: Progress) -> None:
    """Nobody listens."""


def _solution(problem: PlanProblem, options: Options, found: ChoiceSolution) -> Solution:
    # Nobody must be contacted, so there always is a choice.
    value, bound = found.value or 0, found.bound or 0
    chosen = options.take(found.options)
    cells = problem.capacity.size
    return Solution(
        account=chosen.account,
        channel=chosen.channel,
        slot=chosen.slot,
        script=chosen.script,
        value=chosen.value,
        complaint=chosen.complaint,
        value_cents=value,
        bound_cents=bound,
        prices=found.prices[:cells].reshape(problem.capacity.shape),
        complaint_price=float(found.prices[cells]) * 1e6,
    )
