"""When the simulated past must hold no attempt."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache

from strategy.domain.channel import Channel
from strategy.domain.local_time import zone

_FROM, _UNTIL = time(8), time(22)


@dataclass(frozen=True, slots=True)
class Quiet:
    """No attempt in [start, end): for one account or all, in one channel or all."""

    start: datetime
    end: datetime
    account_id: str | None = None
    channel: Channel | None = None

    def covers(self, account_id: str, channel: Channel, at: datetime) -> bool:
        return (
            self.start <= at < self.end
            and self.account_id in {None, account_id}
            and self.channel in {None, channel}
        )


@lru_cache(maxsize=4096)
def lawful_window(day: date, zones: tuple[str, ...]) -> tuple[datetime, datetime] | None:
    """The UTC instants of a day that lie in 08:00-22:00 in every zone; None: there are none.

    No zone known means no lawful instant either.
    """
    starts = [datetime.combine(day, _FROM, zone(name)).astimezone(UTC) for name in zones]
    ends = [datetime.combine(day, _UNTIL, zone(name)).astimezone(UTC) for name in zones]
    if not zones or max(starts) >= min(ends):
        return None
    return max(starts), min(ends)
