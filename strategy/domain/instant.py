"""UTC instants as text and as microseconds since 1970, the form in which tables hold them."""

from datetime import UTC, datetime, timedelta

from strategy.domain.local_time import is_aware
from strategy.errors import InputError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_micros(instant: datetime) -> int:
    """Microseconds of an aware instant. Raises `InputError` when it carries no time zone."""
    if not is_aware(instant):
        raise InputError("instant", f"`{instant}` has no time zone: write `Z` or an offset")
    return (instant - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


def parse_instant(text: str, field: str) -> datetime:
    """An ISO 8601 instant with `Z` or an offset, as UTC. Raises `InputError` naming `field`."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(
            field, f"`{text}` is no instant: write it like `2026-10-01T00:00:00Z`"
        ) from None
    if not is_aware(instant):
        raise InputError(field, f"`{text}` has no time zone: add `Z` or an offset like `+08:00`")
    return instant.astimezone(UTC)
