"""Reads a file of rule tests. Every mistake is placed, like those of rule files."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from strategy.domain.attempt import Proposal, Purpose
from strategy.domain.channel import Channel
from strategy.domain.contact_point import SUITABLE, ContactKind, ContactPoint, Owner
from strategy.domain.directive import ReliefKind
from strategy.domain.facts import Fact
from strategy.domain.script import EVERYTHING
from strategy.rule_tests.case import Expected, RuleTest
from strategy.rule_tests.read_person import (
    ACCOUNT,
    PARTY,
    POINT,
    read_account,
    read_history,
    read_instant,
    read_party,
)
from strategy.rules.catalogue import Catalogue, FieldKind
from strategy.rules.diagnostic import RuleError
from strategy.rules.language import Language
from strategy.rules.read_script import read_mentions
from strategy.rules.reader import Entries, Reader
from strategy.rules.source import Hole, Item, RuleFile, Scalar, Table, parse

SCHEMA = "collections-rule-tests/1"
_CASE = (
    "at",
    "party",
    "account",
    "given",
    "ask",
    "attempts",
    "events",
    "others",
    "expect",
    "by",
    "not_by",
    "only",
    "until",
    "expect_relief",
    "expect_segment",
    "skip",
    "note",
)


class Answer(StrEnum):
    """What a test expects of the attempt it asks about."""

    ALLOWED = "allowed"
    REFUSED = "refused"


def read_tests(
    files: Sequence[RuleFile], fields: Catalogue, known: Sequence[str]
) -> list[RuleTest]:
    """The tests of all files; `known` are rule ids and limit codes that may stand in `by`.

    Raises `RuleError` with every mistake.
    """
    tests, found = [], []
    for file in files:
        reader = Reader(file.name)
        e = reader.entries(
            parse(file.text, reader), "a test file", ("schema", "cases"), ("defaults", "language")
        )
        if "language" in e:
            reader.word(e["language"], "language", Language)
        schema = reader.text(e["schema"], "schema")
        if schema and schema != SCHEMA:
            reader.add(e["schema"], "bad-schema", schema=schema, known=SCHEMA)
        usual = _table(reader, e["defaults"]) if "defaults" in e else {}
        tests += [
            _test(reader, one, usual, fields, known) for one in reader.items(e["cases"], "`cases`")
        ]
        found += reader.found
    if found:
        raise RuleError(found)
    return tests


def _test(
    reader: Reader,
    item: Item,
    usual: Mapping[str, Item],
    fields: Catalogue,
    known: Sequence[str],
) -> RuleTest:
    e = reader.entries(item, "a case", ("name",), _CASE)

    def part(key: str) -> Item:
        """The entries of the case over those of the defaults."""
        own, other = e[key], usual.get(key, Hole(item.line, item.column))
        if isinstance(own, Table) and isinstance(other, Table):
            merged = {str(k.value): (k, v) for k, v in (*other.entries, *own.entries)}
            return Table(tuple(merged.values()), own.line, own.column)
        if key in e:
            return own
        return Table((), item.line, item.column) if isinstance(other, Hole) else other

    ask = reader.entries(
        part("ask"),
        "`ask`",
        (),
        ("channel", "kind", "owner", "purpose", "agency", "script", "mentions"),
    )
    channel = reader.word(ask["channel"], "channel", Channel) if "channel" in ask else None
    channel = channel or Channel.AGENT_CALL
    fitting = min(SUITABLE[channel], key=list(ContactKind).index)
    point = ContactPoint(
        POINT,
        PARTY,
        reader.word(ask["kind"], "kind", ContactKind) if "kind" in ask else fitting,
        reader.word(ask["owner"], "owner", Owner) if "owner" in ask else Owner.DEBTOR,
        "-",
    )
    party = read_party(reader, part("party"), point)
    when = e["at"] if "at" in e else usual.get("at", Hole(item.line, item.column))
    if isinstance(when, Hole):
        reader.add(item, "missing-key", thing="a case", key="at")
    at = read_instant(reader, when)
    return RuleTest(
        reader.text(e["name"], "name"),
        f"{reader.file}:{item.line}",
        read_account(reader, part("account")),
        party,
        read_history(reader, e),
        at,
        party.zones[0] if party.zones else "UTC",
        _given(reader, part("given"), fields),
        Proposal(
            ACCOUNT,
            point,
            channel,
            at,
            script=reader.text(ask["script"], "script") if "script" in ask else None,
            purpose=reader.word(ask["purpose"], "purpose", Purpose)
            if "purpose" in ask
            else Purpose.COLLECTION,
            agency=reader.text(ask["agency"], "agency") if "agency" in ask else "",
            mentions=read_mentions(reader, ask["mentions"]) if "mentions" in ask else EVERYTHING,
        ),
        _expected(reader, e, item, known),
        reader.text(e["skip"], "`skip`") if "skip" in e else "",
    )


def _expected(reader: Reader, e: Entries, item: Item, known: Sequence[str]) -> Expected:
    asked = [key for key in ("expect", "expect_relief", "expect_segment", "skip") if key in e]
    if not asked:
        reader.add(item, "missing-key.expectation")
    answer = reader.word(e["expect"], "answer", Answer) if "expect" in e else None
    if answer is Answer.REFUSED and "by" not in e:
        reader.add(e["expect"], "missing-key.by")
    if answer is Answer.ALLOWED and "by" in e:
        reader.add(e.keys["by"], "unknown-key.by")
    until = None
    if "until" in e:
        never = isinstance(e["until"], Scalar) and e["until"].value == "never"
        until = (None if never else read_instant(reader, e["until"]),)
    relief = None
    if "expect_relief" in e:
        relief = {
            kind: reader.whole(bound, f"`{kind}`", 1, 10_000)
            for kind, bound in _table(reader, e["expect_relief"]).items()
        }
        for key, _ in e["expect_relief"].entries if isinstance(e["expect_relief"], Table) else ():
            if key.value not in list(ReliefKind):
                reader.unknown(key, "relief", str(key.value), ReliefKind)
    return Expected(
        None if answer is None else answer is Answer.ALLOWED,
        _names(reader, e, "by", known),
        _names(reader, e, "not_by", known),
        reader.flag(e["only"], "`only`") if "only" in e else False,
        until,
        relief,
        reader.text(e["expect_segment"], "segment") if "expect_segment" in e else None,
    )


def _names(reader: Reader, e: Entries, key: str, known: Sequence[str]) -> tuple[str, ...]:
    names = []
    for one in reader.items(e[key], f"`{key}`") if key in e else ():
        name = reader.text(one, "rule id")
        if name and name not in known:
            reader.unknown(one, "rule or limit", name, known)
        names.append(name)
    return tuple(names)


def _given(reader: Reader, item: Item, fields: Catalogue) -> dict[str, Fact]:
    """Facts as rules read them, instead of those computed; `missing` takes one away."""
    facts: dict[str, Fact] = {}
    e = reader.entries(item, "`given`", (), tuple(fields))
    for name in e:
        value = e[name].value if isinstance(e[name], Scalar) else None  # type: ignore[union-attr]
        field = fields[name]
        if value == "missing":
            facts[name] = None
        elif field.kind is FieldKind.MONEY and isinstance(value, str):
            amount = value.split(" ")[0].replace(".", "")
            facts[name] = int(amount) if amount.isdigit() else None
        elif field.is_readable(value):
            facts[name] = value
        else:
            reader.add(e[name], "wrong-type.given", key=name, thing=field.kind.value)
    return facts


def _table(reader: Reader, item: Item) -> Mapping[str, Item]:
    if not isinstance(item, Table):
        reader.entries(item, "this", ())
        return {}
    return {str(key.value): value for key, value in item.entries}
