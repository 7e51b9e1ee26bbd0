"""Adds up what a plan uses, beside what there is. Shares no code with the optimizer."""

from collections import Counter
from collections.abc import Iterator, Mapping

from strategy.domain.capacity import Capacity
from strategy.domain.channel import Channel
from strategy.domain.contact_plan import CERTAIN, Assignment
from strategy.domain.script import Script
from strategy.domain.slot import Slot


class Spending:
    """What has been planned so far, in millionths: an attempt counts as often as it is made."""

    def __init__(self, capacity: Capacity, scripts: Mapping[str, Script]) -> None:
        self._capacity, self._scripts = capacity, scripts
        self._place = {slot: place for place, slot in enumerate(capacity.slots)}
        self._channels: Counter[tuple[Channel, Slot]] = Counter()
        self._robots: Counter[tuple[str, Slot]] = Counter()
        self._days: Counter[Channel] = Counter()
        self._touches: Counter[str] = Counter()
        self._money = self._complaints = 0

    def add(self, a: Assignment) -> Iterator[tuple[str, str]]:
        """Word of the limit and what is wrong, for everything that this attempt overspends."""
        yield from self._by_slot(a)
        yield from self._by_day(a)
        self._touches[a.party_id] += 1
        if self._touches[a.party_id] > self._capacity.touches_per_party:
            most = self._capacity.touches_per_party
            yield "touches_per_party", f"more than {most} attempts to `{a.party_id}`"
        self._complaints += a.complaint_micro * a.chance_micro
        if a.complaint_micro < 0 or self._complaints > CERTAIN * self._capacity.complaints_micro:
            yield "complaint_budget", "expected complaints over budget"

    def _by_slot(self, a: Assignment) -> Iterator[tuple[str, str]]:
        when = f"at {a.slot.start:%H:%M} UTC"
        self._channels[a.channel, a.slot] += a.chance_micro
        room = self._room(self._capacity.attempts.get(a.channel, ()), a.slot)
        if self._channels[a.channel, a.slot] > CERTAIN * room:
            yield "channel_slot_capacity", f"more than {room} attempts by `{a.channel}` {when}"
        script = self._scripts.get(a.script)
        if script is None or script.robot not in self._capacity.robots:
            return
        self._robots[script.robot, a.slot] += a.chance_micro
        room = self._room(self._capacity.robots[script.robot], a.slot)
        if self._robots[script.robot, a.slot] > CERTAIN * room:
            yield "robot_lines", f"more than {room} attempts by robots `{script.robot}` {when}"

    def _by_day(self, a: Assignment) -> Iterator[tuple[str, str]]:
        self._days[a.channel] += a.chance_micro
        most = self._capacity.per_day.get(a.channel)
        if most is not None and self._days[a.channel] > CERTAIN * most:
            yield "attempts_per_day", f"more than {most} attempts by `{a.channel}` in the day"
        self._money += a.cost_cents * a.chance_micro
        most = self._capacity.money_cents
        if a.cost_cents < 0 or (most is not None and self._money > CERTAIN * most):
            yield "money_budget", "attempts cost more than there is"

    def _room(self, per_slot: tuple[int, ...], slot: Slot) -> int:
        place = self._place.get(slot)
        return per_slot[place] if place is not None and per_slot else 0
