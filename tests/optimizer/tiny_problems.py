"""Problems small enough to solve by hand, and a solver that tries everything."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import numpy as np

from strategy.domain.channel import Channel
from strategy.domain.slot import slots_between
from strategy.optimizer.problem import PlanProblem

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
CHANNELS = (Channel.AGENT_CALL, Channel.SMS, Channel.PUSH)


def problem(values, *, complaints=None, party=None, capacity=None, **changes) -> PlanProblem:
    """Values in cents by account, channel, slot (script: one). Nothing binds unless said.

    `complaints` are millionths of the attempt in the first slot.
    """
    values = np.array(values, float)
    a, c, t = values.shape
    complaints = np.zeros((a, c, 1)) if complaints is None else np.array(complaints, float)
    first = np.maximum(values[:, :, :1], 1e-9) / 1000
    plain = PlanProblem(
        slots=slots_between(MONDAY, MONDAY + timedelta(minutes=30 * t)),
        channels=CHANNELS[:c],
        scripts=("only",),
        accounts=tuple(f"a{i}" for i in range(a)),
        party=np.arange(a) if party is None else np.array(party),
        contact=values / 1000,
        gain_cents=np.full((a, c, 1), 1000.0),
        cost_cents=np.zeros((a, c, 1)),
        complaint_micro=complaints / first,
        allowed=np.ones((a, c, t), bool),
        script_allowed=np.ones((a, c, 1), bool),
        capacity=np.full((c, t), a) if capacity is None else np.array(capacity),
        complaints_micro=10**9,
        touches_per_party=max(a, 1),
    )
    return replace(plain, **changes)


def random_problem(rng: np.random.Generator, accounts: int, most: int) -> PlanProblem:
    """Up to `most` channels (3), slots and scripts; every constraint may bind."""
    a, few = accounts, max(1, accounts // 4)
    c, t, s = min(3, rng.integers(1, most + 1)), *rng.integers(max(1, most - 1), most + 1, 2)
    return PlanProblem(
        slots=slots_between(MONDAY, MONDAY + timedelta(minutes=30 * int(t))),
        channels=CHANNELS[:c],
        scripts=tuple(f"s{i}" for i in range(s)),
        accounts=tuple(f"a{i}" for i in range(a)),
        party=rng.integers(0, max(3, a // 2), a),
        contact=rng.random((a, c, t)),
        gain_cents=rng.uniform(0, 30 * few, (a, c, s)),
        cost_cents=rng.uniform(0, 3 * few, (a, c, s)),
        complaint_micro=rng.uniform(0, 18, (a, c, s)),
        allowed=rng.random((a, c, t)) < 0.85,
        script_allowed=rng.random((a, c, s)) < 0.85,
        capacity=rng.integers(0, 2 + few // 2, (c, t)),
        complaints_micro=int(rng.integers(0, 20 * few // 2 + 10)),
        touches_per_party=int(rng.integers(1, 3)),
        robot=rng.integers(-1, 2, s),
        robot_capacity=rng.integers(0, 2 + few // 2, (2, t)),
        per_day=rng.integers(-1, 1 + few, c),
        spend_cents=rng.integers(0, 9, c),
        money_cents=int(rng.integers(0, 20 * few // 2 + 10)),
    )


def options_by_account(p: PlanProblem) -> list[list[tuple[int, int, int, int, int]]]:
    """Per account: (channel, slot, script, cents, billionths of a complaint), straight from the
    definition."""
    listed = []
    for a in range(len(p.accounts)):
        mine = []
        for c, t, s in np.ndindex(len(p.channels), len(p.slots), len(p.scripts)):
            cents = int(np.rint(p.contact[a, c, t] * p.gain_cents[a, c, s] - p.cost_cents[a, c, s]))
            if p.allowed[a, c, t] and p.script_allowed[a, c, s] and cents > 0:
                complaints = p.contact[a, c, t] * p.complaint_micro[a, c, s]
                mine.append((c, t, s, cents, int(np.rint(1000 * complaints))))
        listed.append(mine)
    return listed


def feasible(p: PlanProblem, plan: dict[int, tuple[int, int, int, int, int]]) -> bool:
    used, robots = np.zeros_like(p.capacity), np.zeros_like(p.robot_capacity)
    days, money = np.zeros(len(p.channels), int), 0
    for c, t, s, *_ in plan.values():
        used[c, t] += 1
        days[c] += 1
        money += p.spend_cents[c] if p.spend_cents.size else 0
        if p.robot.size and p.robot[s] >= 0:
            robots[p.robot[s], t] += 1
    touches = np.bincount([p.party[a] for a in plan], minlength=1)
    return (
        bool((used <= p.capacity).all() and (robots <= p.robot_capacity).all())
        and money <= p.money_cents
        and all(most < 0 or day <= most for day, most in zip(days, p.per_day, strict=False))
        and sum(o[4] for o in plan.values()) <= 1000 * p.complaints_micro
        and touches.max() <= p.touches_per_party
    )


def brute_force(p: PlanProblem) -> int:
    """Best value in cents over every plan."""
    best = 0
    for choice in product(*([None, *mine] for mine in options_by_account(p))):
        plan = {a: option for a, option in enumerate(choice) if option is not None}
        value = sum(option[3] for option in plan.values())
        if value > best and feasible(p, plan):
            best = value
    return best
