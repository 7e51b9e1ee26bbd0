"""Every rule says why it fires or does not, and which rules do not count here and now."""

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rule_text import CN, draft, house, rulebook

from strategy.domain.facts import Fact
from strategy.rules.condition import atoms_of
from strategy.rules.draft import compile_rules
from strategy.rules.group import mask_algebra
from strategy.rules.rulebook import Rulebook
from strategy.rules.source import RuleFile
from strategy.rules.trace import RuleTrace, Standing, settled, trace

TODAY = date(2026, 3, 10)


def traced(facts: dict[str, Fact], *rules: str) -> list[RuleTrace]:
    return list(trace(rulebook(*rules), facts, "CN", TODAY, TODAY))


def why(facts: dict[str, Fact], rule: str) -> tuple[bool, list[str]]:
    """Whether the rule fires, and the questions named as the reason."""
    (_, one) = traced(facts, rule)
    return one.fires, [literal.question for literal in one.literals]


BOTH = "{all: [{attorney: true}, {days_past_due: {gt: 30}}]} -> {hold: all}"
EITHER = "{any: [{attorney: true}, {all: [{stage: late}, {deceased: true}]}]} -> {hold: all}"


def test_a_rule_that_fires_names_its_true_literals_and_the_values_read() -> None:
    law, ours = traced({"attorney": True, "days_past_due": 31}, BOTH)
    assert (law.rule.ref.id, law.fires, law.literals) == ("CN-1", True, ())
    assert ours.fires
    assert [(one.question, one.field, one.value) for one in ours.literals] == [
        ("attorney = true", "attorney", "true"),
        ("days_past_due >= 31", "days_past_due", "31"),
    ]


def test_a_rule_that_does_not_fire_names_the_first_literal_that_is_false() -> None:
    assert why({"attorney": True, "days_past_due": 30}, BOTH) == (False, ["days_past_due >= 31"])
    assert why({"attorney": False, "days_past_due": 30}, BOTH) == (False, ["attorney = true"])


def test_of_alternatives_only_those_that_hold_are_named_and_all_that_fail() -> None:
    facts: dict[str, Fact] = {"attorney": False, "stage": "late", "deceased": True}
    assert why(facts, EITHER) == (True, ["stage = late", "deceased = true"])
    assert why({**facts, "attorney": True, "stage": "mid"}, EITHER) == (True, ["attorney = true"])
    assert why({**facts, "stage": "mid"}, EITHER) == (False, ["attorney = true", "stage = late"])


@pytest.mark.parametrize(
    ("rule", "facts", "value", "holds"),
    [
        ("{stage: late} -> {hold: all}", {}, "missing", True),
        ("{stage: late} -> {hold: all}", {"stage": "odd"}, "unknown (odd)", True),
        ("{stage: late} -> {relief: extension, max_months: 2}", {}, "missing", False),
        ("{not: {stage: late}} -> {hold: all}", {}, "missing", True),
        ("{stage: late, if_missing: false} -> {hold: all}", {}, "missing", False),
        (
            '{overdue: {ge: "10.00 CNY"}} -> {hold: all}',
            {"overdue": 5000, "currency": "USD"},
            "50.00 in USD",
            True,
        ),
    ],
)
def test_what_is_missing_is_said_with_what_it_was_taken_to_mean(
    rule: str, facts: dict[str, Fact], value: str, holds: bool
) -> None:
    (_, one) = traced(facts, rule)
    (literal,) = one.literals
    assert (literal.value, literal.holds, literal.missing) == (value, holds, True)


def test_a_value_that_is_there_is_never_called_missing() -> None:
    for facts in ({"stage": "late"}, {"stage": "mid"}):
        (_, one) = traced(dict(facts), "{stage: late} -> {hold: all}")
        assert not one.literals[0].missing


DATED = """\
schema: collections-rules/1
pack: house
kind: house
rules:
  - {id: H-1, title: T, when: always, then: {forbid: sms}, valid_from: "2026-03-10"}
  - {id: H-2, title: T, when: always, then: {forbid: sms}, valid_to: "2026-03-10"}
  - {id: H-3, title: T, when: {attorney: true}, then: {forbid: sms}, valid_from: "2026-03-11"}
"""


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (9, 9, ["not in force yet", "in force", "not in force yet"]),
        (10, 10, ["in force", "in force", "not in force yet"]),
        (11, 11, ["in force", "no longer in force", "in force"]),
        # On either side of midnight: whatever is in force on one of the days counts.
        (10, 11, ["in force", "in force", "in force"]),
    ],
)
def test_both_ends_of_the_dates_are_days_in_force(
    first: int, last: int, expected: list[str]
) -> None:
    compiled = compile_rules([RuleFile("cn.yaml", CN), RuleFile("h.yaml", DATED)])
    book = Rulebook(compiled, [mask_algebra(group) for group in compiled.proven])
    days = date(2026, 3, first), date(2026, 3, last)
    traces = trace(book, {"attorney": True}, "CN", *days)[1:]
    assert [one.standing.value for one in traces] == expected
    assert [one.holds for one in traces] == [True, True, True]
    assert [one.fires for one in traces] == [word == "in force" for word in expected]


def test_the_law_of_another_place_and_a_place_without_law_are_told_apart() -> None:
    hk = CN.replace("pack: cn", "pack: hk").replace("[CN]", "[HK]").replace("CN-1", "HK-1")
    compiled = compile_rules(
        [RuleFile("cn.yaml", CN), RuleFile("hk.yaml", hk), house("always -> {forbid: sms}")]
    )
    book = Rulebook(compiled, [mask_algebra(group) for group in compiled.proven])
    standing = [one.standing for one in trace(book, {}, "CN", TODAY, TODAY)]
    assert standing == [Standing.IN_FORCE, Standing.ELSEWHERE, Standing.IN_FORCE]
    assert {one.standing for one in trace(book, {}, "XX", TODAY, TODAY)} == {Standing.NOT_ASKED}


NESTED = (
    "{any: [{all: [{attorney: true}, {not: {stage: late}}]}, {all: [{deceased: false},"
    " {any: [{days_past_due: {between: [1, 30]}}, {bankruptcy: true}]}]}]} -> {hold: all}"
)
FACTS = st.fixed_dictionaries(
    {
        "attorney": st.sampled_from([True, False, None]),
        "deceased": st.sampled_from([True, False, None]),
        "bankruptcy": st.sampled_from([True, False, None]),
        "stage": st.sampled_from(["early", "late", None, "odd"]),
        "days_past_due": st.sampled_from([0, 1, 30, 31, None]),
    }
)


@given(FACTS)
def test_the_literals_named_settle_the_rule_whatever_the_others_are(facts: dict[str, Fact]) -> None:
    condition = draft(NESTED).rules[1].condition
    holds, literals = settled(condition, facts)
    assert holds is (rulebook(NESTED).decide(facts, "CN").fired[-1].id == "H-1")
    told = {one.field for one in literals}
    chance = random.Random(7)
    for _ in range(50):
        other = {
            name: value if name in told else chance.choice([True, False, None, "late", 7, 31])
            for name, value in facts.items()
        }
        assert settled(condition, other)[0] is holds
    assert len(literals) <= len(atoms_of(condition))
