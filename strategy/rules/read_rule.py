"""Reads one rule: what it is called, where it is written, when it holds and what then."""

from datetime import date
from enum import StrEnum

from strategy.domain.directive import Forbid, Relief
from strategy.domain.reason import RuleRef
from strategy.rules.condition import Condition, atoms_of
from strategy.rules.formula import Formula
from strategy.rules.read_condition import read_condition
from strategy.rules.read_directive import read_directives
from strategy.rules.reader import Entries, Reader
from strategy.rules.rule import Rule
from strategy.rules.satisfiable import can_hold
from strategy.rules.source import Item
from strategy.rules.vocabulary import Vocabulary

MAX_ATOMS = 12
_RULE_ID = ("[A-Z][A-Z0-9]*(-[A-Z0-9]+)+", "CN-TIME-01")
_NEEDED = ("id", "title", "when", "then")
_LAW = ("force", "citation", "confidence")
_OPTIONAL = ("note", "owner", "valid_from", "valid_to")


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


def read_rule(
    reader: Reader, item: Item, pack: str, jurisdictions: frozenset[str], known: Vocabulary
) -> Rule:
    """A rule of the law where `jurisdictions` are given, else of the house."""
    is_law = bool(jurisdictions)
    e = reader.entries(
        item,
        "a law rule" if is_law else "a house rule",
        (*_NEEDED, *_LAW) if is_law else _NEEDED,
        _OPTIONAL if is_law else (*_OPTIONAL, "citation"),
    )
    begins, ends = _validity(reader, e)
    ref = RuleRef(
        id=reader.text(e["id"], "rule id", *_RULE_ID),
        source=f"{reader.file}:{item.line}",
        title=reader.text(e["title"], "title"),
        citation=reader.text(e["citation"], "citation")
        if is_law or "citation" in e
        else "house policy",
        force=reader.word(e["force"], "force", Force).value if is_law else "policy",
        valid_from=begins,
        valid_to=ends,
    )
    directives = read_directives(reader, e["then"], ref, known)
    relief = [isinstance(directive, Relief) for directive in directives]
    if any(relief) and not all(relief):
        reader.add(e["then"], "mixed-directives")
    if not is_law and any(isinstance(d, Forbid) and d.consent_lifts for d in directives):
        reader.add(e["then"], "house-loosens.consent", key="consent_lifts")
    restricts, before = not any(relief), len(reader.found)
    condition = read_condition(reader, e["when"], restricts, known.fields)
    if is_law and restricts and any(not atom.if_missing for atom in atoms_of(condition)):
        reader.add(e["when"], "fails-open.law", key="if_missing")
    check_size(reader, e["when"], condition, before, "a rule")
    return Rule(
        ref,
        jurisdictions,
        condition,
        directives,
        pack,
        reader.text(e["owner"], "`owner`") if "owner" in e else "",
        reader.text(e["note"], "`note`") if "note" in e else "",
        reader.word(e["confidence"], "confidence", Confidence).value if is_law else "",
    )


def check_size(reader: Reader, at: Item, condition: Condition, before: int, thing: str) -> None:
    """At most twelve questions, and it must be able to hold."""
    if len(atoms_of(condition)) > MAX_ATOMS:
        reader.add(at, "too-many-atoms", thing=thing, most=MAX_ATOMS)
    elif len(reader.found) == before and not can_hold(condition):
        reader.add(at, "never-true", condition=Formula(condition), key="any")


def _validity(reader: Reader, e: Entries) -> tuple[date | None, date | None]:
    begins = reader.day(e["valid_from"], "day") if "valid_from" in e else None
    ends = reader.day(e["valid_to"], "day") if "valid_to" in e else None
    if begins is not None and ends is not None and begins > ends:
        days = {"begins": begins, "ends": ends}
        reader.add(e["valid_to"], "bad-date.backwards", key="valid_to", **days)
    return begins, ends
