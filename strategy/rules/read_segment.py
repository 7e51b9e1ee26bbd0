"""Reads `segments`: the sorting centre, in order; the first that holds takes the account."""

from collections.abc import Sequence

from strategy.rules.condition import ALWAYS
from strategy.rules.read_condition import read_condition
from strategy.rules.read_rule import check_size
from strategy.rules.reader import Reader
from strategy.rules.segment import Segment
from strategy.rules.source import Item
from strategy.rules.vocabulary import Vocabulary

ID = ("[a-z][a-z0-9]*(-[a-z0-9]+)*", "early-agents")


def read_segments(reader: Reader, items: Sequence[Item], known: Vocabulary) -> tuple[Segment, ...]:
    """A missing value puts nobody into a segment, so the last one takes everybody."""
    found = tuple(_segment(reader, item, known) for item in items)
    if found and not reader.found and found[-1].condition != ALWAYS:
        reader.add(items[-1], "bad-segments", segment=found[-1].id)
    return found


def _segment(reader: Reader, item: Item, known: Vocabulary) -> Segment:
    e = reader.entries(item, "a segment", ("id", "title", "when"), ("note",))
    if "note" in e:
        reader.text(e["note"], "`note`")
    before = len(reader.found)
    fields = {name: field for name, field in known.fields.items() if name != "segment"}
    condition = read_condition(reader, e["when"], False, fields)
    check_size(reader, e["when"], condition, before, "a segment")
    return Segment(
        reader.text(e["id"], "segment id", *ID),
        reader.text(e["title"], "title"),
        condition,
        f"{reader.file}:{item.line}",
    )
