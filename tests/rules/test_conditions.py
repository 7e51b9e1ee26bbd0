"""What conditions mean, above all when a value is missing."""

import pytest
from rule_text import draft, rulebook

from strategy.domain.directive import Forbid
from strategy.domain.facts import Fact
from strategy.rules.atom import OneOf
from strategy.rules.catalogue import BUILT_IN
from strategy.rules.condition import AllOf, AnyOf, clauses

BAN = "{forbid: sms}"


def fires(when: str, facts: dict[str, Fact], then: str = BAN) -> bool:
    verdict = rulebook(f"{when} -> {then}").decide(facts, "CN")
    return "H-1" in {ref.id for ref in verdict.fired}


@pytest.mark.parametrize(
    ("when", "values", "expected"),
    [
        ("{days_past_due: 30}", (29, 30, 31), (False, True, False)),
        ("{days_past_due: {gt: 30}}", (29, 30, 31), (False, False, True)),
        ("{days_past_due: {ge: 30}}", (29, 30, 31), (False, True, True)),
        ("{days_past_due: {lt: 30}}", (29, 30, 31), (True, False, False)),
        ("{days_past_due: {le: 30}}", (29, 30, 31), (True, True, False)),
        ("{days_past_due: {between: [1, 30]}}", (0, 1, 30, 31), (False, True, True, False)),
        ("{not: {days_past_due: {between: [1, 30]}}}", (0, 1, 30, 31), (True, False, False, True)),
        ("{not: {days_past_due: {gt: 30}}}", (30, 31), (True, False)),
        ("{not: {days_past_due: {lt: 30}}}", (29, 30), (False, True)),
        ("{not: {days_past_due: {le: 30}}}", (30, 31), (False, True)),
        ("{not: {days_past_due: 30}}", (29, 30, 31), (True, False, True)),
    ],
)
def test_whole_numbers_compare_as_written(
    when: str, values: tuple[int, ...], expected: tuple[bool, ...]
) -> None:
    assert tuple(fires(when, {"days_past_due": value}) for value in values) == expected


@pytest.mark.parametrize(
    ("balance", "currency", "expected"),
    [
        (50_000, "CNY", False),
        (50_001, "CNY", True),
        (1, "USD", True),  # another currency cannot be compared: missing, so banned
        (1, None, True),
    ],
)
def test_an_amount_is_compared_in_its_own_currency_only(
    balance: int, currency: str | None, expected: bool
) -> None:
    facts: dict[str, Fact] = {"balance": balance, "currency": currency}
    assert fires('{balance: {gt: "500.00 CNY"}}', facts) is expected


def test_relief_does_not_rest_on_an_amount_in_another_currency() -> None:
    facts: dict[str, Fact] = {"balance": 10, "currency": "USD"}
    relief = "{relief: extension, max_months: 1}"
    assert not fires('{balance: {lt: "500.00 CNY"}}', facts, relief)


@pytest.mark.parametrize(
    "when",
    [
        "{dispute_open: true}",
        "{not: {dispute_open: true}}",
        "{stage: late}",
        "{not: {stage: late}}",
        "{not: {all: [{stage: late}, {attorney: true}]}}",
        "{not: {any: [{stage: late}, {days_past_due: {gt: 3}}]}}",
        "{all: [{days_past_due: {lt: 3}}, {not: {not: {attorney: false}}}]}",
    ],
)
def test_with_every_value_missing_a_restriction_fires_and_relief_does_not(when: str) -> None:
    assert fires(when, {})
    assert not fires(when, {}, "{relief: extension, max_months: 1}")


@pytest.mark.parametrize("value", ["45", 45.0, True, None, 2**63, -(2**63) - 1])
def test_a_value_of_the_wrong_type_is_missing(value: Fact) -> None:
    assert fires("{days_past_due: {between: [100, 200]}}", {"days_past_due": value})


@pytest.mark.parametrize("value", [1, 0, "true", None])
def test_only_true_and_false_are_truth_values(value: Fact) -> None:
    assert fires("{attorney: true}", {"attorney": value})
    assert fires("{attorney: false}", {"attorney": value})


def test_an_unknown_word_is_missing() -> None:
    assert fires("{product: credit_card}", {"product": "mortgage"})
    assert not fires("{product: credit_card}", {"product": "cash_loan"})


def test_if_missing_speaks_of_the_question_as_it_is_written() -> None:
    assert not fires("{attorney: true, if_missing: false}", {})
    assert not fires("{not: {language: zh, if_missing: true}}", {})
    assert fires("{not: {language: zh, if_missing: false}}", {})
    assert fires("{not: {language: zh, if_missing: true}}", {"language": "en"})


def test_conditions_read_back_as_words() -> None:
    (rule,) = draft(
        '{all: [{days_past_due: {gt: 30}}, {any: [{attorney: true}, {overdue: "1.50 CNY"}]},'
        " {not: {stage: {in: [mid, late]}}}]} -> {forbid: sms}"
    ).rules[1:]
    assert rule.when == (
        "days_past_due >= 31 and (attorney = true or overdue = 1.50 CNY)"
        " and stage not in [late, mid]"
    )
    assert isinstance(rule.directives[0], Forbid)


def test_clauses_are_the_smallest_ways_to_hold() -> None:
    a, b, c = (
        OneOf(BUILT_IN[name], (True,), True, True)
        for name in ("attorney", "deceased", "cease_requested")
    )
    bit = {a: 0, b: 1, c: 2}
    assert clauses(AllOf(()), bit) == {0}
    assert clauses(AnyOf((a, AllOf((a, b)))), bit) == {0b001}
    assert clauses(AllOf((AnyOf((a, b)), AnyOf((a, c)))), bit) == {0b001, 0b110}
