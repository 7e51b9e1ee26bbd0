"""Who is waiting for a capacity of a saved plan, and what they would gain by one more unit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strategy.capacity_use import CapacityUse, capacity_uses
from strategy.domain.account import Account
from strategy.domain.contact_plan import Assignment
from strategy.domain.floor import bonuses
from strategy.domain.script import Script
from strategy.domain.slot import Slot
from strategy.errors import NotFound
from strategy.opened import Opened, Opener, chunks
from strategy.plan_folder import SavedPlan

MOST_WAITING = 10

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
    opener = Opener(inputs.book, inputs.rulebook, inputs.capacity)
    market = _Market(saved, opener.scripts, use)
    found: list[Waiting] = []
    for opened in chunks(inputs.book, opener):
        found.extend(market.waiting(opened))
        found = sorted(found, key=lambda one: (-one.gain_cents, one.account_id))[:MOST_WAITING]
    return tuple(found)


class _Market:
    """What every option nets at the plan's prices, and which options use one capacity.

    Options are (S, T): each script is of one channel.
    """

    def __init__(self, saved: SavedPlan, scripts: Sequence[Script], use: CapacityUse) -> None:
        capacity, prices = saved.inputs.capacity, saved.prices
        self._scripts, self._slots, self._use = scripts, capacity.slots, use
        self._slot_place = {slot: place for place, slot in enumerate(capacity.slots)}
        self._script_place = {script.id: place for place, script in enumerate(scripts)}
        channels = tuple(capacity.attempts)
        self._channel = np.array([channels.index(script.channel) for script in scripts])
        none = (0.0,) * len(capacity.slots)
        slot = np.array([prices.slots[script.channel] for script in scripts])
        robot = np.array([prices.robots.get(script.robot, none) for script in scripts])
        day = np.array([prices.days.get(script.channel, 0.0) for script in scripts])
        self._price: Floats = slot + robot + day[:, None]
        self._money, self._complaint = prices.money, prices.complaint / 1e6
        self._uses = self._mask()
        self._touches = capacity.touches_per_party
        self._floors, self._floor_prices = capacity.floors, prices.floors
        self._segments: dict[str, str | None] = {}
        self._planned: dict[str, list[Assignment]] = {}
        for assignment in saved.assignments:
            self._planned.setdefault(assignment.party_id, []).append(assignment)

    def _mask(self) -> NDArray[np.bool_]:
        """(S, T): whether such an attempt uses the capacity."""
        use, scripts = self._use, self._scripts
        mask = np.ones((len(scripts), len(self._slots)), np.bool_)
        if use.slot is not None:
            mask &= np.arange(len(self._slots)) == self._slot_place[use.slot]
        if use.kind == "robot_lines":
            mask &= np.array([script.robot == use.of for script in scripts])[:, None]
        elif use.kind in ("channel_slot_capacity", "attempts_per_day"):
            mask &= np.array([script.channel == use.of for script in scripts])[:, None]
        return mask

    def waiting(self, opened: Opened) -> Iterator[Waiting]:
        for account, case in zip(opened.accounts, opened.cases, strict=True):
            self._segments[account.id] = case.verdict.segment
        best = np.where(self._uses, self._net(opened), -np.inf)
        for row, account in enumerate(opened.accounts):
            has = self._makes_way(account)
            place = np.unravel_index(int(best[row].argmax()), best.shape[1:])
            gain = float(best[row][place]) - (self._worth(has) if has else 0.0)
            s, t = (int(x) for x in place)
            if gain > 0 and not (has and self._uses[self._where(has)]):
                script = self._scripts[s]
                yield Waiting(account.id, script.channel, self._slots[t], script.id, gain, has)

    def _makes_way(self, account: Account) -> Assignment | None:
        """The account's own least attempt, or the person's where it has no more touches."""
        others = self._planned.get(account.party_id, [])
        own = [a for a in others if a.account_id == account.id]
        if own or len(others) < self._touches:
            return min(own, key=self._worth, default=None)
        return min(others, key=self._worth)

    def _net(self, opened: Opened) -> Floats:
        """(accounts, S, T) cents, with the capacity asked about for nothing; minus infinity where
        it is closed."""
        value, use = opened.value, self._use
        contact = value.contact[:, self._channel].astype(np.float64)
        spend = value.spend_cents[self._channel].astype(np.float64)
        money = 0.0 if use.kind == "money_budget" else self._money
        complaint = 0.0 if use.kind == "complaint_budget" else self._complaint
        back = 0.0 if use.kind in ("money_budget", "complaint_budget") else use.price
        net = contact * (value.net_cents - complaint * value.complaint_micro)[:, :, None]
        net -= self._price + ((1 + money) * spend)[:, None] - back
        if self._floor_prices:
            net += np.array([self._bonus(account.id) for account in opened.accounts])[:, :, None]
        net[~(opened.allowed[:, self._channel] & opened.script_allowed[:, :, None])] = -np.inf
        return net

    def _worth(self, a: Assignment) -> float:
        """What a planned attempt nets at the plan's prices, in cents."""
        paid = self._price[self._where(a)] + self._money * a.cost_cents
        paid += self._complaint * a.complaint_micro
        return float(a.value_cents - paid) + self._bonus(a.account_id)[self._script_place[a.script]]

    def _bonus(self, account_id: str) -> list[float]:
        """What floors add to an attempt to an account that was opened, by script."""
        segment = self._segments[account_id]
        asked = (self._floors, self._floor_prices, segment)
        return [sum(bonuses(*asked, s.channel, s.robot).values()) for s in self._scripts]

    def _where(self, a: Assignment) -> tuple[int, int]:
        return self._script_place[a.script], self._slot_place[a.slot]
