"""The instant a portfolio is made for, from the command line or the clock."""

from datetime import UTC, datetime

from strategy.domain.instant import parse_instant


def instant_or_now(text: str | None, option: str) -> datetime:
    """The UTC instant written in `text`, or now to the minute. Raises `InputError`."""
    if text is None:
        return datetime.now(UTC).replace(second=0, microsecond=0)
    return parse_instant(text, option)
