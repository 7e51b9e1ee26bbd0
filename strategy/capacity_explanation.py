"""Who is waiting for a capacity of a saved plan, and what they would gain by one more unit."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strategy.capacity_use import CapacityUse, capacity_uses
from strategy.domain.contact_plan import Assignment
from strategy.domain.slot import Slot
from strategy.errors import NotFound
from strategy.optimizer.problem import PlanProblem
from strategy.plan import problem_of
from strategy.plan_folder import SavedPlan

MOST_WAITING = 10
AT_ONCE = 500
"""Accounts whose options are looked at together."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An account that would take one more unit: by which attempt, and the cents that it would gain
    over what would make way for it. `planned` is that attempt to the same person; None: none."""

    account_id: str
    channel: str
    slot: Slot
    script: str
    gain_cents: float
    planned: Assignment | None


def uses_of(saved: SavedPlan) -> tuple[CapacityUse, ...]:
    """Every capacity of the plan, the one that costs most first."""
    inputs = saved.inputs
    found = capacity_uses(inputs.capacity, saved.prices, inputs.rulebook.scripts, saved.assignments)
    return tuple(sorted(found, key=lambda use: -use.cost_cents))


def capacity_named(saved: SavedPlan, name: str) -> CapacityUse:
    """`agent_call@10:00`, `小雨@10:00`, `sms`, `money`, `complaints`. Raises `NotFound`."""
    named = {use.label(saved.inputs.capacity.zone): use for use in uses_of(saved)}
    if name not in named:
        listed = ", ".join(f"`{one}`" for one in list(named)[:5])
        raise NotFound(f"the plan has no capacity `{name}`; it has {listed} and others")
    return named[name]


def waiting_for(saved: SavedPlan, use: CapacityUse) -> tuple[Waiting, ...]:
    """The accounts that would gain most by one more unit, at the other prices of the plan."""
    inputs = saved.inputs
    problem = problem_of(inputs.book, inputs.rulebook, inputs.capacity)
    market = _Market(saved, problem, use)
    found: list[Waiting] = []
    for first in range(0, len(problem.accounts), AT_ONCE):
        found.extend(market.waiting(slice(first, first + AT_ONCE)))
        found = sorted(found, key=lambda one: (-one.gain_cents, one.account_id))[:MOST_WAITING]
    return tuple(found)


class _Market:
    """What every option nets at the plan's prices, and which options use one capacity."""

    def __init__(self, saved: SavedPlan, problem: PlanProblem, use: CapacityUse) -> None:
        self._problem, self._use = problem, use
        self._place = {slot: place for place, slot in enumerate(problem.slots)}
        prices, scripts = saved.prices, saved.inputs.rulebook.scripts
        robots = [scripts[script].robot for script in problem.scripts]
        none = (0.0,) * len(problem.slots)
        self._slot = np.array([prices.slots[c] for c in problem.channels])
        self._robot = np.array([prices.robots.get(robot, none) for robot in robots])
        day = np.array([prices.days.get(c, 0.0) for c in problem.channels])
        self._attempt = day + prices.money * problem.spend_cents
        self._complaint = float(prices.complaint) / 1e6
        self._uses = self._mask(robots)
        self._party = {a.id: a.party_id for a in saved.inputs.book.accounts.values()}
        self._touches = saved.inputs.capacity.touches_per_party
        self._planned: dict[str, list[Assignment]] = {}
        for assignment in saved.assignments:
            self._planned.setdefault(assignment.party_id, []).append(assignment)

    def _mask(self, robots: list[str]) -> NDArray[np.bool_]:
        """(C, T, S): whether such an attempt uses the capacity."""
        p, use = self._problem, self._use
        mask = np.ones((len(p.channels), len(p.slots), len(p.scripts)), np.bool_)
        if use.slot is not None:
            mask &= (np.arange(len(p.slots)) == self._place[use.slot])[None, :, None]
        if use.kind == "robot_lines":
            mask &= np.array([robot == use.of for robot in robots])
        elif use.kind in ("channel_slot_capacity", "attempts_per_day"):
            mask &= np.array([c == use.of for c in p.channels])[:, None, None]
        return mask

    def waiting(self, rows: slice) -> Iterator[Waiting]:
        p = self._problem
        best = np.where(self._uses, self._net(rows) + self._back(rows), -np.inf)
        for row, account_id in enumerate(p.accounts[rows]):
            has = self._makes_way(account_id)
            place = np.unravel_index(int(best[row].argmax()), best.shape[1:])
            gain = float(best[row][place]) - (self._worth(has) if has else 0.0)
            c, t, s = (int(x) for x in place)
            if gain > 0 and not (has and self._uses[self._where(has)]):
                yield Waiting(account_id, p.channels[c], p.slots[t], p.scripts[s], gain, has)

    def _makes_way(self, account_id: str) -> Assignment | None:
        """The account's own attempt, or the person's least one where it has no more touches."""
        others = self._planned.get(self._party[account_id], [])
        own = next((a for a in others if a.account_id == account_id), None)
        if own or len(others) < self._touches:
            return own
        return min(others, key=self._worth)

    def _net(self, rows: slice) -> Floats:
        """(accounts, C, T, S) cents; minus infinity where it is closed."""
        p = self._problem
        micro = p.complaint_micro[rows]
        worth = p.contact[rows][..., None] * p.gain_cents[rows][:, :, None, :]
        worth -= (p.cost_cents[rows] + self._complaint * micro)[:, :, None, :]
        worth -= self._slot[:, :, None] + self._robot.T[None] + self._attempt[:, None, None]
        closed = ~(p.allowed[rows][..., None] & p.script_allowed[rows][:, :, None, :])
        worth[closed] = -np.inf
        return worth

    def _back(self, rows: slice) -> Floats:
        """What an option pays for this capacity, which it would get for nothing."""
        p, use = self._problem, self._use
        if use.kind == "money_budget":
            spent: Floats = (p.spend_cents.astype(np.float64) * use.price)[:, None, None]
            return spent
        if use.kind == "complaint_budget":
            micro = p.complaint_micro[rows].astype(np.float64)
            back: Floats = (micro * self._complaint)[:, :, None, :]
            return back
        return np.full(1, use.price, np.float64)

    def _worth(self, a: Assignment) -> float:
        """What a planned attempt nets at the plan's prices, in cents."""
        c, t, s = self._where(a)
        paid = self._slot[c, t] + self._robot[s, t] + self._attempt[c]
        return float(a.value_cents - paid - self._complaint * a.complaint_micro)

    def _where(self, a: Assignment) -> tuple[int, int, int]:
        p = self._problem
        return p.channels.index(a.channel), self._place[a.slot], p.scripts.index(a.script)
