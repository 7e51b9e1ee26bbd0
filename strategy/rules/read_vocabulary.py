"""What all files together declare, read before any rule: fields, calendars, names of segments."""

from collections.abc import Mapping, Sequence

from strategy.domain.calendar import HolidayCalendar
from strategy.rules.catalogue import BUILT_IN, Field
from strategy.rules.read_calendar import read_calendar
from strategy.rules.read_field import read_field
from strategy.rules.reader import Reader
from strategy.rules.segment import segment_field
from strategy.rules.source import Item, Listing, Scalar, Table
from strategy.rules.vocabulary import Vocabulary


def read_vocabulary(files: Sequence[tuple[Reader, Item]]) -> Vocabulary:
    """Mistakes go to the reader of their file."""
    fields: dict[str, Field] = dict(BUILT_IN)
    declared: dict[str, str] = {}
    calendars: dict[str, HolidayCalendar] = {}
    places: dict[str, str] = {}
    segments: list[str] = []
    for reader, root in files:
        for item in _list(root, "fields"):
            field = read_field(reader, item)
            other = fields.get(field.name)
            if (other is not None and not other.attribute) or field.name == "segment":
                reader.add(item, "duplicate-id.field", field=field.name)
            elif other is not None and other != field:
                place = declared[field.name]
                reader.add(item, "field-differs.field", field=field.name, place=place)
            else:
                fields[field.name] = field
                declared.setdefault(field.name, f"{reader.file}:{item.line}")
        for item in _list(root, "calendars"):
            calendar = read_calendar(reader, item)
            if calendars.get(calendar.id, calendar) != calendar:
                place = places[calendar.id]
                reader.add(item, "field-differs.calendar", calendar=calendar.id, place=place)
            calendars[calendar.id] = calendar
            places.setdefault(calendar.id, f"{reader.file}:{item.line}")
        segments += [name for item in _list(root, "segments") if (name := _id_of(item))]
    if segments:
        fields["segment"] = segment_field(tuple(dict.fromkeys(segments)))
    return Vocabulary(fields, calendars)


def _list(root: Item, key: str) -> tuple[Item, ...]:
    item = _entries(root).get(key)
    return item.items if isinstance(item, Listing) else ()


def _id_of(item: Item) -> str:
    value = _entries(item).get("id")
    return value.value if isinstance(value, Scalar) and isinstance(value.value, str) else ""


def _entries(item: Item) -> Mapping[str, Item]:
    return {str(key.value): one for key, one in item.entries} if isinstance(item, Table) else {}
