"""Half-hour slots of a planning horizon."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

SLOT = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Slot:
    """Half-open interval [start, end) of UTC instants."""

    start: datetime
    end: datetime

    def contains(self, instant: datetime) -> bool:
        return self.start <= instant < self.end


def slots_between(first: datetime, last: datetime) -> tuple[Slot, ...]:
    """Consecutive half-hour slots covering [first, last). Both must be aware."""
    start, slots = first.astimezone(UTC), []
    while start < last:
        slots.append(Slot(start, start + SLOT))
        start += SLOT
    return tuple(slots)
