"""Reads one rule file: its header, and the lists below it."""

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
    optional = ("jurisdictions", "reason", *_LISTS)
    e = reader.entries(root, "a rule file", ("schema", "pack", "kind"), optional)
    schema = reader.text(e["schema"], "schema")
    if schema and schema != SCHEMA:
        reader.add(e["schema"], "bad-schema", f"unknown schema `{schema}`", f"write {SCHEMA}")
    name = reader.text(e["pack"], "pack name", *_NAME)
    before = len(reader.found)
    kind = reader.word(e["kind"], "kind", PackKind)
    if isinstance(e["kind"], Hole) or len(reader.found) > before:  # what rules need depends on it
        return None
    jurisdictions = _jurisdictions(reader, e, kind)
    if kind is PackKind.CLOSED:
        return Pack(name, kind, jurisdictions, (), (), (), _why_closed(reader, e))
    if "reason" in e:
        reader.add(e.keys["reason"], "unknown-key", "only a closed pack has a `reason`")
    if not any(key in e for key in _LISTS):
        reader.add(root, "empty", "the file has neither `rules` nor `scripts`")
    lists = {key: reader.items(e[key], f"`{key}`") if key in e else () for key in _LISTS}
    is_law = kind is PackKind.LAW
    if is_law:
        for key in (key for key in _HOUSE_ONLY if key in e):
            reader.add(e.keys[key], "unknown-key", f"{key} belong to the house", "move them there")
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
            what = "house rules hold in every jurisdiction"
            reader.add(e.keys["jurisdictions"], "unknown-key", what, "remove `jurisdictions`")
        return frozenset()
    if "jurisdictions" not in e:
        what = f"a {kind} pack needs `jurisdictions`"
        reader.add(e["kind"], "missing-key", what, "write jurisdictions: [CN]")
    codes = reader.items(e["jurisdictions"], "`jurisdictions`") if "jurisdictions" in e else ()
    return frozenset(reader.text(code, "jurisdiction", *_JURISDICTION) for code in codes)


def _why_closed(reader: Reader, e: Entries) -> str:
    for key in (key for key in _LISTS if key in e):
        what = "nobody is contacted where a closed pack holds"
        reader.add(e.keys[key], "unknown-key", what, f"remove `{key}`")
    if "reason" not in e:
        reader.add(e.at, "missing-key", "a closed pack needs `reason`")
        return ""
    return reader.text(e["reason"], "`reason`")
