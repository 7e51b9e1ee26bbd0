"""Exact mode: prices by column generation, a whole plan by CP-SAT, and a bound that proves it."""

from collections.abc import Callable
from dataclasses import dataclass
from math import floor

import numpy as np

from strategy.domain.contact_plan import PlanStatus
from strategy.optimizer.columns import Relaxation, relaxation
from strategy.optimizer.greedy import fill
from strategy.optimizer.integer import best_whole
from strategy.optimizer.options import Options, options_of
from strategy.optimizer.pricing import Market
from strategy.optimizer.problem import Floats, Ints, PlanProblem

NEAR = 20
"""Options per account that the first whole plan is filled from."""


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
    more attempt, `robot_prices[k, t]` of one more by robots of a type, `day_prices[c]` of one more
    by a channel in the horizon; `money_price` the cents that one more cent to spend and
    `complaint_price` the cents that one more expected complaint would be worth.
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
    gap: float = 0.0,
    effort: float = 5.0,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Solution:
    """The most valuable plan. The same problem, seed, gap and effort give the same plan.

    Stops looking for better plans once the value is proven to be within `gap` of the bound, or
    after `effort` (deterministic time of CP-SAT with one worker, a few seconds per unit; never
    the wall clock), or soon after `stop` says so. An empty plan is an answer too.
    """
    tell = progress or _silent
    options = options_of(problem)
    market = Market.of(problem, options)
    tell(Progress("options", len(options), None, None))
    found = relaxation(
        market,
        np.random.default_rng(seed),
        lambda step, bound: tell(
            Progress("prices", step, None, None if bound is None else floor(bound))
        ),
        stop=stop,
    )
    net = market.net(found.prices)
    whole = best_whole(
        market,
        net,
        found.bound,
        _first_plan(market, found, net),
        seed=seed,
        effort=effort,
        gap=gap,
        stop=stop,
        tell=lambda w: tell(Progress("plan", 0, int(options.value[w.chosen].sum()), w.bound)),
    )
    return _solution(problem, options.take(whole.chosen), whole.bound, found)


def _silent(progress: Progress) -> None:
    """Nobody listens."""


def _first_plan(market: Market, found: Relaxation, net: Floats) -> Ints:
    """What the relaxed plan takes whole, then by closeness to the best at these prices."""
    regret = market.best(net)[market.group] - net
    whole = found.active[found.share > 0.999]
    wanted = min(len(net), NEAR * len(market.first))
    near = np.zeros(len(net), np.bool_)
    near[np.argpartition(regret, wanted - 1)[:wanted] if wanted else whole] = True
    near[whole] = True
    inside = np.flatnonzero(near)
    order = np.lexsort((regret[inside], ~np.isin(inside, whole)))
    return inside[fill(Market.of(market.problem, market.options.take(inside)), order)]


def _solution(problem: PlanProblem, chosen: Options, bound: int, found: Relaxation) -> Solution:
    capacity, complaints, robots, days, money = found.prices[:5]
    by_day = np.zeros(len(problem.channels))
    by_day[np.flatnonzero(problem.per_day >= 0)] = days
    return Solution(
        account=chosen.account,
        channel=chosen.channel,
        slot=chosen.slot,
        script=chosen.script,
        value=chosen.value,
        complaint=chosen.complaint,
        value_cents=int(chosen.value.sum()),
        bound_cents=bound,
        prices=capacity.reshape(problem.capacity.shape),
        robot_prices=robots.reshape(problem.robot_capacity.shape),
        day_prices=by_day,
        money_price=float(money.sum()),
        complaint_price=float(complaints[0]) * 1e6,
    )
