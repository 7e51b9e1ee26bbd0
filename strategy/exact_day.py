"""A day planned by the exact mode: every option of every account may be looked at."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from typing import TypeVar

import numpy as np

from strategy.domain.book import Book
from strategy.domain.capacity import Capacity
from strategy.domain.capacity_prices import CapacityPrices
from strategy.domain.contact_plan import CERTAIN, Assignment, ContactPlan, PlanMode
from strategy.domain.script import Script
from strategy.floor_results import FloorTally
from strategy.opened import Opened
from strategy.optimizer.exact import Solution, solve
from strategy.optimizer.problem import LARGEST_VALUE, Floats, PlanProblem
from strategy.plan_progress import PlanProgress, Stop, Tell


def plan_exact(
    book: Book,
    capacity: Capacity,
    opened: Sequence[Opened],
    scripts: Sequence[Script],
    floors: FloorTally,
    seed: int,
    tell: Tell,
    stop: Stop,
) -> ContactPlan:
    """The most valuable plan of all accounts opened; `scripts` are those of the opener."""
    problem = exact_problem(book, capacity, opened, scripts, floors)
    solution = solve(
        problem,
        seed=seed,
        progress=lambda p: tell(
            PlanProgress(f"solving: {p.stage}", 0.0, p.value_cents, p.bound_cents)
        ),
        stop=stop,
    )
    plan = _contact_plan(capacity, problem, solution, opened)
    if not capacity.floors:
        return plan
    results = floors.results(solution.floors)
    prices = {result.name: result.price_cents for result in results}
    return replace(
        plan,
        prices=replace(plan.prices, floors=prices),
        floors=results,
        floors_cost_cents=solution.floors_cost_cents,
    )


def exact_problem(
    book: Book,
    capacity: Capacity,
    opened: Sequence[Opened],
    scripts: Sequence[Script],
    floors: FloorTally,
) -> PlanProblem:
    channels = tuple(capacity.attempts)
    accounts = [account for chunk in opened for account in chunk.accounts]
    types = {robot: number for number, robot in enumerate(capacity.robots)}
    numbers = {
        party_id: n for n, party_id in enumerate(dict.fromkeys(a.party_id for a in accounts))
    }
    of_channel = np.array([[s.channel is c for s in scripts] for c in channels])
    net = np.concatenate([chunk.value.net_cents for chunk in opened])
    micro = np.concatenate([chunk.value.complaint_micro for chunk in opened])
    usable = np.concatenate([chunk.script_allowed for chunk in opened])
    spend = opened[0].value.spend_cents
    shape = (len(accounts), len(channels), len(scripts))
    return PlanProblem(
        slots=capacity.slots,
        channels=channels,
        scripts=tuple(s.id for s in scripts),
        accounts=tuple(a.id for a in accounts),
        party=np.array([numbers[a.party_id] for a in accounts], np.int64),
        contact=np.concatenate([chunk.value.contact for chunk in opened]),
        gain_cents=net[:, None, :] * of_channel,
        cost_cents=np.broadcast_to(spend.astype(np.float64)[None, :, None], shape),
        complaint_micro=micro[:, None, :] * of_channel,
        allowed=np.concatenate([chunk.allowed for chunk in opened]),
        script_allowed=usable[:, None, :] & of_channel,
        capacity=np.array([capacity.attempts[c] for c in channels], np.int64),
        complaints_micro=capacity.complaints_micro,
        touches_per_party=capacity.touches_per_party,
        robot=np.array([types.get(s.robot, -1) for s in scripts], np.int64),
        robot_capacity=np.array(list(capacity.robots.values()), np.int64).reshape(
            len(types), len(capacity.slots)
        ),
        per_day=np.array([capacity.per_day.get(c, -1) for c in channels], np.int64),
        spend_cents=spend,
        money_cents=LARGEST_VALUE if capacity.money_cents is None else capacity.money_cents,
        floors=floors.rows(),
    )


def _contact_plan(
    capacity: Capacity, problem: PlanProblem, solution: Solution, opened: Sequence[Opened]
) -> ContactPlan:
    every = [
        (a, row) for chunk in opened for a, row in zip(chunk.accounts, chunk.openings, strict=True)
    ]
    assignments = []
    columns = (solution.account, solution.channel, solution.slot, solution.script)
    for a, c, t, s, value, billionths in zip(
        *columns, solution.value, solution.complaint, strict=True
    ):
        account, row = every[a]
        point = row[c].point
        if point is None:
            raise AssertionError(f"account `{account.id}` was planned without a contact point")
        assignments.append(
            Assignment(
                account_id=account.id,
                party_id=account.party_id,
                contact_point_id=point.id,
                channel=problem.channels[c],
                slot=problem.slots[t],
                script=problem.scripts[s],
                value_cents=int(value),
                complaint_micro=int(billionths) // 1000,
                cost_cents=int(problem.spend_cents[c]),
                contact_micro=ceil(CERTAIN * float(problem.contact[a, c, t])),
            )
        )
    assignments.sort(key=lambda a: (a.slot.start, a.channel, a.account_id))
    return ContactPlan(
        mode=PlanMode.EXACT,
        status=solution.status,
        assignments=tuple(assignments),
        value_cents=solution.value_cents,
        bound_cents=solution.bound_cents,
        prices=CapacityPrices(
            slots=_by_name(problem.channels, solution.prices),
            complaint=solution.complaint_price,
            robots=_by_name(tuple(capacity.robots), solution.robot_prices),
            days={
                c: float(solution.day_prices[problem.channels.index(c)]) for c in capacity.per_day
            },
            money=solution.money_price,
        ),
    )


Name = TypeVar("Name", bound=str)


def _by_name(names: tuple[Name, ...], prices: Floats) -> dict[Name, tuple[float, ...]]:
    return {name: tuple(row.tolist()) for name, row in zip(names, prices, strict=True)}
