"""Reads one rule file: its header, and the lists below it."""

from strategy.rules.language import Language
from strategy.rules.read_rule import read_rule
from strategy.rules.read_script import read_script
from strategy.rules.read_segment import read_segments
from strategy.rules.reader import Entries, Reader
from strategy.rules.rule import Pack, PackKind
from strategy.rules.source import Hole, Item
from strategy.rules.vocabulary import Vocabulary

SCHEMA = "collections-rules/1"
_JURISDICTION = ("[A-Z]{2}(-[A-Z0-9]{1,3}){0,2}", "CN")
_NAME = ("[a-z][a-z0-9]*([-_][a-z0-9]+)*", "early-reminder")
_LISTS = ("fields", "calendars", "segments", "rules", "scripts")
_HOUSE_ONLY = ("segments", "scripts")


def read_pack(reader: Reader, root: Item, known: Vocabulary) -> Pack | None:
    """The pack, or None where the file has problems; they are in the reader."""
    pack = _read(reader, root, known)
    return None if reader.found else pack


def _read(reader: Reader, root: Item, known: Vocabulary) -> Pack | None:
    optional = ("jurisdictions", "reason", "language", *_LISTS)
    e = reader.entries(root, "a rule file", ("schema", "pack", "kind"), optional)
    schema = reader.text(e["schema"], "schema")
    if schema and schema != SCHEMA:
        reader.add(e["schema"], "bad-schema", schema=schema, known=SCHEMA)
    if "language" in e:
        reader.word(e["language"], "language", Language)
    name = reader.text(e["pack"], "pack name", *_NAME)
    before = len(reader.found)
    kind = reader.word(e["kind"], "kind", PackKind)
    if isinstance(e["kind"], Hole) or len(reader.found) > before:  # what rules need depends on it
        return None
    jurisdictions = _jurisdictions(reader, e, kind)
    if kind is PackKind.CLOSED:
        return Pack(name, kind, jurisdictions, (), (), (), _why_closed(reader, e))
    if "reason" in e:
        reader.add(e.keys["reason"], "unknown-key.reason")
    if not any(key in e for key in _LISTS):
        reader.add(root, "empty.lists")
    lists = {key: reader.items(e[key], f"`{key}`") if key in e else () for key in _LISTS}
    is_law = kind is PackKind.LAW
    if is_law:
        for key in (key for key in _HOUSE_ONLY if key in e):
            reader.add(e.keys[key], "unknown-key.house-only", key=key)
    covered = (jurisdictions or frozenset({"?"})) if is_law else frozenset[str]()
    return Pack(
        name,
        kind,
        jurisdictions,
        tuple(read_rule(reader, one, name, covered, known) for one in lists["rules"]),
        tuple(read_script(reader, one) for one in lists["scripts"]),
        read_segments(reader, lists["segments"], known),
    )


def _jurisdictions(reader: Reader, e: Entries, kind: PackKind) -> frozenset[str]:
    if kind is PackKind.HOUSE:
        if "jurisdictions" in e:
            at = e.keys["jurisdictions"]
            reader.add(at, "unknown-key.everywhere", key="jurisdictions")
        return frozenset()
    if "jurisdictions" not in e:
        thing, key = f"a {kind} pack", "jurisdictions"
        reader.add(e["kind"], "missing-key.jurisdictions", thing=thing, key=key)
    codes = reader.items(e["jurisdictions"], "`jurisdictions`") if "jurisdictions" in e else ()
    return frozenset(reader.text(code, "jurisdiction", *_JURISDICTION) for code in codes)


def _why_closed(reader: Reader, e: Entries) -> str:
    for key in (key for key in _LISTS if key in e):
        reader.add(e.keys[key], "unknown-key.closed", key=key)
    if "reason" not in e:
        reader.add(e.at, "missing-key", thing="a closed pack", key="reason")
        return ""
    return reader.text(e["reason"], "`reason`")
