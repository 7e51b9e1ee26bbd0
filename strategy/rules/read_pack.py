"""Reads one rule file: its header, its rules and its scripts."""

from enum import StrEnum

from strategy.domain.channel import Channel
from strategy.domain.directive import Forbid, Relief
from strategy.domain.reason import RuleRef
from strategy.domain.script import Script
from strategy.rules.condition import atoms_of
from strategy.rules.read_condition import read_condition
from strategy.rules.read_directive import read_directives
from strategy.rules.reader import Reader
from strategy.rules.rule import Pack, PackKind, Rule
from strategy.rules.satisfiable import can_hold
from strategy.rules.source import Item, Problems, RuleFile, parse

SCHEMA = "collections-rules/1"
MAX_ATOMS = 12
_RULE_ID = ("[A-Z][A-Z0-9]*(-[A-Z0-9]+)+", "CN-TIME-01")
_JURISDICTION = ("[A-Z]{2}(-[A-Z0-9]{1,3})?", "CN")
_LANGUAGE = ("[a-z]{2,3}", "zh")
_NAME = ("[a-z][a-z0-9]*([-_][a-z0-9]+)*", "early-reminder")


class Force(StrEnum):
    """Legal force of a law rule, strongest first. Drafts are no law and cannot be written."""

    STATUTE = "statute"
    REGULATION = "regulation"
    PRESUMPTION = "presumption"
    STANDARD = "standard"
    GUIDELINE = "guideline"
    PRACTICE = "practice"


class Confidence(StrEnum):
    """`PRIMARY`: the text itself was read. `SECONDARY`: a quotation of it was."""

    PRIMARY = "primary"
    SECONDARY = "secondary"


def read_pack(file: RuleFile) -> tuple[Pack | None, Problems]:
    """The pack, or None where the file has problems; the problems either way."""
    reader = Reader(file.name)
    root = parse(file.text, reader)
    pack = _PackReader(reader).read(root)
    return (None if reader.found else pack), reader


class _PackReader:
    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.kind = PackKind.HOUSE
        self.jurisdictions: frozenset[str] = frozenset()

    def read(self, root: Item) -> Pack:
        reader = self.reader
        optional = ("jurisdictions", "rules", "scripts")
        e = reader.entries(root, "a rule file", ("schema", "pack", "kind"), optional)
        schema = reader.text(e["schema"], "schema")
        if schema and schema != SCHEMA:
            reader.add(e["schema"], "bad-schema", f"unknown schema `{schema}`", f"write {SCHEMA}")
        name = reader.text(e["pack"], "pack name", *_NAME)
        before = len(reader.found)
        self.kind = reader.word(e["kind"], "kind", PackKind)
        if "kind" not in e or len(reader.found) > before:  # what rules need depends on it
            return Pack(name, self.kind, self.jurisdictions, (), ())
        if "jurisdictions" in e:
            codes = reader.items(e["jurisdictions"], "`jurisdictions`")
            self.jurisdictions = frozenset(
                reader.text(code, "jurisdiction", *_JURISDICTION) for code in codes
            )
        if self.kind is PackKind.LAW and "jurisdictions" not in e:
            what = "a law pack needs `jurisdictions`"
            reader.add(e["kind"], "missing-key", what, "write jurisdictions: [CN]")
        if self.kind is PackKind.HOUSE and "jurisdictions" in e:
            what = "house rules hold in every jurisdiction"
            reader.add(e.keys["jurisdictions"], "unknown-key", what, "remove `jurisdictions`")
        if "rules" not in e and "scripts" not in e:
            reader.add(root, "empty", "the file has neither `rules` nor `scripts`")
        rules = tuple(self._rule(one) for one in self._list(e["rules"], "`rules`", "rules" in e))
        scripts = tuple(
            self._script(one) for one in self._list(e["scripts"], "`scripts`", "scripts" in e)
        )
        if scripts and self.kind is PackKind.LAW:
            what = "scripts belong to the house"
            reader.add(e.keys["scripts"], "unknown-key", what, "move them to a house pack")
        return Pack(name, self.kind, self.jurisdictions, rules, scripts)

    def _list(self, item: Item, what: str, present: bool) -> tuple[Item, ...]:
        return self.reader.items(item, what) if present else ()

    def _rule(self, item: Item) -> Rule:
        reader, is_law = self.reader, self.kind is PackKind.LAW
        required = ("id", "title", "when", "then")
        law = ("force", "citation", "confidence")
        e = reader.entries(
            item,
            "a law rule" if is_law else "a house rule",
            (*required, *law) if is_law else required,
            ("note", "owner") if is_law else ("citation", "note", "owner"),
        )
        for name in ("note", "owner"):
            if name in e:
                reader.text(e[name], f"`{name}`")
        if is_law:
            reader.word(e["confidence"], "confidence", Confidence)
        ref = RuleRef(
            id=reader.text(e["id"], "rule id", *_RULE_ID),
            source=f"{reader.file}:{item.line}",
            title=reader.text(e["title"], "title"),
            citation=reader.text(e["citation"], "citation")
            if is_law or "citation" in e
            else "house policy",
            force=reader.word(e["force"], "force", Force).value if is_law else "policy",
        )
        directives = read_directives(reader, e["then"], ref)
        relief = [isinstance(directive, Relief) for directive in directives]
        if any(relief) and not all(relief):
            what = "relief and restrictions take a missing value differently"
            reader.add(e["then"], "mixed-directives", what, "write two rules")
        if not is_law and any(isinstance(d, Forbid) and d.consent_lifts for d in directives):
            what = "only a law says that consent lifts a ban"
            reader.add(e["then"], "house-loosens", what, "remove `consent_lifts`")
        restricts, before = not any(relief), len(reader.found)
        condition = read_condition(reader, e["when"], restricts)
        if is_law and restricts and any(not atom.if_missing for atom in atoms_of(condition)):
            what = "a missing value would lift this law"
            reader.add(e["when"], "fails-open", what, "remove `if_missing`")
        if len(atoms_of(condition)) > MAX_ATOMS:
            what = f"a rule asks at most {MAX_ATOMS} different things"
            reader.add(e["when"], "too-many-atoms", what, "split it into several rules")
        elif len(reader.found) == before and not can_hold(condition):
            reader.add(e["when"], "never-true", f"this can never hold: {condition}")
        return Rule(ref, self.jurisdictions, condition, directives)

    def _script(self, item: Item) -> Script:
        reader = self.reader
        e = reader.entries(
            item,
            "a script",
            ("id", "channel", "title", "languages"),
            ("lift_bp", "complaint_bp", "persona", "note"),
        )
        channel = reader.word(e["channel"], "channel", Channel)
        if "channel" in e and (channel is Channel.ROBOT_CALL) is not ("persona" in e):
            if "persona" in e:
                reader.add(e.keys["persona"], "unknown-key", "only a robot has a persona")
            else:
                reader.add(item, "missing-key", "a robot script needs `persona`")
        if "note" in e:
            reader.text(e["note"], "`note`")
        languages = reader.items(e["languages"], "`languages`")
        return Script(
            id=reader.text(e["id"], "script id", *_NAME),
            channel=channel,
            title=reader.text(e["title"], "title"),
            languages=frozenset(reader.text(one, "language", *_LANGUAGE) for one in languages),
            lift_bp=self._factor(e["lift_bp"], "`lift_bp`") if "lift_bp" in e else 10_000,
            complaint_bp=self._factor(e["complaint_bp"], "`complaint_bp`")
            if "complaint_bp" in e
            else 10_000,
            persona=reader.text(e["persona"], "`persona`") if "persona" in e else "",
        )

    def _factor(self, item: Item, what: str) -> int:
        return self.reader.whole(item, what, 0, 100_000)
