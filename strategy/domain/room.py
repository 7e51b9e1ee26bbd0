"""What is left of a day's capacity, and what one attempt takes of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from strategy.domain.capacity import Capacity
from strategy.domain.channel import Channel


class Basis(StrEnum):
    """Why a permit was given: planned, best at the plan's prices, or asked for by the caller."""

    PLAN = "plan"
    PRICES = "prices"
    REQUEST = "request"


@dataclass(frozen=True, slots=True)
class Use:
    """What one attempt, or several together, use: by one channel and one robot type (empty: none);
    cents spent and millionths of an expected complaint."""

    channel: Channel
    robot: str
    attempts: int
    cents: int
    complaint_micro: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What a permit takes of the slot that starts at a UTC instant. `value_cents` is what the
    attempt is worth, `price_cents` what others would pay for what it uses."""

    basis: Basis
    slot_start: datetime
    use: Use
    value_cents: int = 0
    price_cents: float = 0.0


@dataclass(frozen=True, slots=True)
class SlotCount:
    """How much of one channel and robot type is gone: in the present slot, and in the whole day."""

    now: int
    day: Use


@dataclass(frozen=True, slots=True)
class RoomRow:
    """One capacity: the word of its constraint, the channel, robot type or budget, the limit, what
    permits have `taken`, and what is `kept` for planned attempts that have not come yet."""

    kind: str
    of: str
    most: int
    taken: int
    kept: int

    def lacks(self, use: Use, planned: bool) -> bool:
        """Whether the attempt does not fit. A planned one may take what is kept: it is kept for
        it; any other only what is neither taken nor kept."""
        need = self._need(use)
        free = self.most - self.taken - (0 if planned else self.kept)
        return need > max(free, 0)

    def overspent(self, use: Use, planned: bool) -> bool:
        """Whether it is too much, now that the attempt is counted in `taken`."""
        spent = self.taken + (0 if planned else self.kept)
        return self._need(use) > 0 and spent > self.most

    def _need(self, use: Use) -> int:
        if self.kind == "money_budget":
            return use.cents
        if self.kind == "complaint_budget":
            return use.complaint_micro
        whose = use.robot if self.kind == "robot_lines" else use.channel
        return use.attempts if self.of == whose else 0


@dataclass(frozen=True, slots=True)
class Room:
    """Every capacity that binds the slot that starts at `slot_start`."""

    slot_start: datetime
    rows: tuple[RoomRow, ...]

    def lacking(self, use: Use, planned: bool) -> tuple[RoomRow, ...]:
        """The capacities that have no room for it; none means that it fits."""
        return tuple(row for row in self.rows if row.lacks(use, planned))

    def overspent(self, use: Use, planned: bool) -> bool:
        """Whether the attempt, which is counted, should not have been given."""
        return any(row.overspent(use, planned) for row in self.rows)


def room_of(
    capacity: Capacity, place: int, taken: Sequence[SlotCount], kept: Sequence[SlotCount]
) -> Room:
    """What binds in slot `place`: `taken` by permits all day, `kept` for planned attempts of this
    slot and later ones. Counts are by channel and robot type, each pair once."""
    return Room(capacity.slots[place].start, tuple(_rows(capacity, place, taken, kept)))


def _rows(
    capacity: Capacity, place: int, taken: Sequence[SlotCount], kept: Sequence[SlotCount]
) -> Iterator[RoomRow]:
    for channel, room in capacity.attempts.items():
        here = [sum(c.now for c in side if c.day.channel is channel) for side in (taken, kept)]
        yield RoomRow("channel_slot_capacity", channel, room[place], *here)
    for robot, room in capacity.robots.items():
        here = [sum(c.now for c in side if c.day.robot == robot) for side in (taken, kept)]
        yield RoomRow("robot_lines", robot, room[place], *here)
    for channel, most in capacity.per_day.items():
        day = [
            sum(c.day.attempts for c in side if c.day.channel is channel) for side in (taken, kept)
        ]
        yield RoomRow("attempts_per_day", channel, most, *day)
    if capacity.money_cents is not None:
        cents = [sum(c.day.cents for c in side) for side in (taken, kept)]
        yield RoomRow("money_budget", "money", capacity.money_cents, *cents)
    micro = [sum(c.day.complaint_micro for c in side) for side in (taken, kept)]
    yield RoomRow("complaint_budget", "complaints", capacity.complaints_micro, *micro)
