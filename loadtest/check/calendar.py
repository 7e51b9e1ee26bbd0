"""The person's clock and calendar, by zoneinfo alone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def local(micros: int, zone: str) -> datetime:
    return (_EPOCH + timedelta(microseconds=micros)).astimezone(ZoneInfo(zone))


def midnight(day: date, zone: str) -> int:
    """Microseconds at which a local day begins."""
    begins = datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
    return (begins - _EPOCH) // timedelta(microseconds=1)


def clock(micros: int, zone: str) -> str:
    return f"{local(micros, zone):%Y-%m-%d %H:%M:%S}"
