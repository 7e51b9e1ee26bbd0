"""The capacity file: what the operation can do on a day, written by hand in YAML."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from strategy import marked_yaml
from strategy.domain.capacity import MOST_TOUCHES, Capacity
from strategy.domain.channel import Channel
from strategy.domain.floor import Floor
from strategy.domain.local_time import local_day, zone
from strategy.domain.slot import Slot, slots_between
from strategy.errors import InputError

_NEEDED = {"zone", "horizon", "channels", "expected_complaints"}
_KEYS = _NEEDED | {"touches_per_party", "robots", "per_day", "money", "floors"}
_FLOOR = {"name", "at_least", "segments", "channels", "robot"}
_MOST_FLOORS = 20
_SHARE = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,2}))?%")
_MOST = 10_000_000
_MONEY = re.compile(r"([0-9]{1,12})\.([0-9]{2}) ([A-Z]{3})")


def parse_capacity(text: str, name: str, at: datetime) -> Capacity:
    """Read a capacity file for the local day of the UTC instant `at`; `name` goes into errors.

    Raises `InputError` that names the line and what to write there.
    """
    return _Reader(name).capacity(marked_yaml.load(text, name), at)


class _Reader:
    def __init__(self, name: str) -> None:
        self._name = name

    def capacity(self, found: Any, at: datetime) -> Capacity:
        if not isinstance(found, dict):
            raise InputError(self._name, f"must be a mapping with {_words(_NEEDED)}")
        self._only(found, _KEYS)
        zone_name = self._zone(found)
        slots = self._slots(found, local_day(at, zone_name), zone_name)
        touches = found.get("touches_per_party", 1)
        if not _whole(touches) or not 1 <= touches <= MOST_TOUCHES:
            what = f"must be a whole number from 1 to {MOST_TOUCHES}"
            raise self._wrong(found, "touches_per_party", what)
        return Capacity(
            zone=zone_name,
            slots=slots,
            attempts=self._channels(found, slots, zone_name),
            complaints_micro=self._complaints(found),
            touches_per_party=touches,
            robots=self._robots(found, slots, zone_name),
            per_day=self._per_day(found),
            floors=self._floors(found),
            **self._money(found),
        )

    def _zone(self, found: Any) -> str:
        name = self._need(found, "zone")
        try:
            zone(str(name))
        except ValueError as error:
            raise self._wrong(found, "zone", f"{error}; write one like `Asia/Shanghai`") from error
        return str(name)

    def _slots(self, found: Any, day: date, zone_name: str) -> tuple[Slot, ...]:
        horizon = self._mapping(found, "horizon", {"from", "to"})
        first, last = (self._clock(horizon, key, day, zone_name) for key in ("from", "to"))
        if not first < last:
            raise self._wrong(horizon, "to", "must be later than `from`")
        return slots_between(first, last)

    def _channels(
        self, found: Any, slots: tuple[Slot, ...], zone_name: str
    ) -> dict[Channel, tuple[int, ...]]:
        channels = self._mapping(found, "channels", {c.value for c in Channel})
        if not channels:
            raise self._wrong(found, "channels", "must name at least one channel")
        return {
            Channel(key): tuple(self._per_slot(channels, key, slots, zone_name)) for key in channels
        }

    def _robots(
        self, found: Any, slots: tuple[Slot, ...], zone_name: str
    ) -> dict[str, tuple[int, ...]]:
        robots = found.get("robots", {})
        if not isinstance(robots, dict):
            raise self._wrong(found, "robots", "must name types of robots, as `{小雨: 40}`")
        return {str(key): tuple(self._per_slot(robots, key, slots, zone_name)) for key in robots}

    def _per_day(self, found: Any) -> dict[Channel, int]:
        if "per_day" not in found:
            return {}
        days = self._mapping(found, "per_day", {c.value for c in Channel})
        for key, most in days.items():
            if not (_whole(most) and 0 <= most <= _MOST):
                raise self._wrong(days, key, f"must be a whole number from 0 to {_MOST}")
        return {Channel(key): int(most) for key, most in days.items()}

    def _money(self, found: Any) -> dict[str, Any]:
        if "money" not in found:
            return {}
        written = _MONEY.fullmatch(str(found["money"]))
        if not written:
            hint = 'must be an amount with two decimals and its currency, such as "800.00 CNY"'
            raise self._wrong(found, "money", hint)
        return {"money_cents": int(written[1] + written[2]), "currency": written[3]}

    def _floors(self, found: Any) -> tuple[Floor, ...]:
        written = found.get("floors", [])
        if not isinstance(written, list) or len(written) > _MOST_FLOORS:
            hint = f"must be a list of up to {_MOST_FLOORS} of {{name, at_least, segments, ...}}"
            raise self._wrong(found, "floors", hint)
        floors: list[Floor] = []
        for item in written:
            if not isinstance(item, dict):
                raise self._wrong(found, "floors", f"must list mappings of {_words(_FLOOR)}")
            floor = self._floor(item)
            if floor.name in {other.name for other in floors}:
                raise self._wrong(item, "name", f"is of two floors: `{floor.name}`; rename one")
            floors.append(floor)
        return tuple(floors)

    def _floor(self, item: Any) -> Floor:
        self._only(item, _FLOOR)
        name = self._need(item, "name")
        if not isinstance(name, str) or not 0 < len(name) <= 64:
            raise self._wrong(item, "name", "must be a text of up to 64 characters")
        channels = self._some(item, "channels")
        for channel in channels:
            if channel not in list(Channel):
                hint = f"has `{channel}`; use {_words({c.value for c in Channel})}"
                raise self._wrong(item, "channels", hint)
        robot = item.get("robot", "")
        if not isinstance(robot, str):
            raise self._wrong(item, "robot", "must be a type of robots, such as `小雨`")
        return Floor(
            name=name,
            segments=self._some(item, "segments"),
            channels=tuple(Channel(channel) for channel in channels),
            robot=robot,
            source=f"{self._name}:{item.lc.line + 1}",
            **self._asked(item),
        )

    def _asked(self, item: Any) -> dict[str, int]:
        asked = self._need(item, "at_least")
        if _whole(asked) and 0 <= asked <= _MOST:
            return {"at_least": int(asked)}
        share = _SHARE.fullmatch(str(asked))
        share_bp = int(share[1] + (share[2] or "").ljust(2, "0")) if share else -1
        if not 0 <= share_bp <= 10_000:
            hint = 'must be contacts, or a share of its accounts up to "100%" such as "12.5%"'
            raise self._wrong(item, "at_least", hint)
        return {"share_bp": share_bp}

    def _some(self, item: Any, key: str) -> tuple[str, ...]:
        """A word or a list of words; none where the key is left out."""
        if key not in item:
            return ()
        listed = item[key] if isinstance(item[key], list) else [item[key]]
        if not listed or not all(isinstance(one, str) and one for one in listed):
            raise self._wrong(item, key, "must be a word or a list of words")
        return tuple(str(one) for one in listed)

    def _per_slot(
        self, channels: Any, key: str, slots: tuple[Slot, ...], zone_name: str
    ) -> Iterator[int]:
        what = channels[key]
        if _whole(what) and 0 <= what <= _MOST:
            yield from (int(what) for _ in slots)
            return
        if not isinstance(what, list):
            hint = "must be attempts per half hour, or a list of {from, to, attempts}"
            raise self._wrong(channels, key, hint)
        day = local_day(slots[0].start, zone_name)
        spans = [self._span(item, day, zone_name) for item in what]
        for slot in slots:
            yield sum(attempts for first, last, attempts in spans if first <= slot.start < last)

    def _span(self, item: Any, day: date, zone_name: str) -> tuple[datetime, datetime, int]:
        if not isinstance(item, dict):
            raise InputError(self._name, "each span must be {from, to, attempts}")
        self._only(item, {"from", "to", "attempts"})
        attempts = self._need(item, "attempts")
        if not _whole(attempts) or not 0 <= attempts <= _MOST:
            raise self._wrong(item, "attempts", f"must be a whole number from 0 to {_MOST}")
        first, last = (self._clock(item, key, day, zone_name) for key in ("from", "to"))
        return first, last, int(attempts)

    def _complaints(self, found: Any) -> int:
        written = self._need(found, "expected_complaints")
        try:
            micro = Decimal(str(written)) * 1_000_000
        except InvalidOperation:
            micro = Decimal(-1)
        if isinstance(written, bool) or not 0 <= micro <= 10**12 or micro != int(micro):
            hint = "must be a number from 0 to 1000000 with at most six decimals"
            raise self._wrong(found, "expected_complaints", hint)
        return int(micro)

    def _clock(self, found: Any, key: str, day: date, zone_name: str) -> datetime:
        written = self._need(found, key)
        try:
            hour, minute = (int(part) for part in str(written).split(":"))
            if not (0 <= hour * 60 + minute <= 1440 and minute in (0, 30)):
                raise ValueError
        except ValueError:
            hint = 'must be a quoted half hour such as "08:00" or "21:30"'
            raise self._wrong(found, key, hint) from None
        midnight = datetime.combine(day, time(), zone(zone_name))
        return (midnight + timedelta(hours=hour, minutes=minute)).astimezone(UTC)

    def _mapping(self, found: Any, key: str, allowed: set[str]) -> Any:
        inner = self._need(found, key)
        if not isinstance(inner, dict):
            raise self._wrong(found, key, f"must be a mapping with {_words(allowed)}")
        self._only(inner, allowed)
        return inner

    def _need(self, found: Any, key: str) -> Any:
        if found.get(key) is None:
            line = f":{found.lc.line + 1}" if hasattr(found, "lc") else ""
            raise InputError(f"{self._name}{line}", f"`{key}` is missing")
        return found[key]

    def _only(self, found: Any, allowed: set[str]) -> None:
        for key in found:
            if key not in allowed:
                raise self._wrong(found, key, f"unknown; use one of {_words(allowed)}")

    def _wrong(self, found: Any, key: str, what: str) -> InputError:
        line, column = found.lc.key(key)
        return InputError(f"{self._name}:{line + 1}:{column + 1}", f"`{key}` {what}")


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _words(names: set[str]) -> str:
    return ", ".join(f"`{n}`" for n in sorted(names))
