"""Rules that compile and change nothing."""

import itertools

import pytest
from rule_text import draft, house

from strategy.rules.advice import advise
from strategy.rules.diagnostic import RuleError
from strategy.rules.draft import compile_rules
from strategy.rules.implication import implies


def codes(*rules: str) -> list[tuple[str, str]]:
    """Code and the rule named as the reason, in file order."""
    return [(d.code, d.what.split("`")[1]) for d in advise(draft(*rules))]


@pytest.mark.parametrize(
    ("weak", "strict"),
    [
        ("{days_past_due: {gt: 60}} -> {hold: sms}", "{days_past_due: {gt: 30}} -> {hold: all}"),
        (
            'always -> {forbid: sms, window: ["12:00", "13:00"]}',
            'always -> {forbid: all, window: ["11:30", "14:00"]}',
        ),
        (
            "always -> {forbid: visit, owners: [guarantor]}",
            "always -> {forbid: visit}",
        ),
        ("always -> {minimum_gap: sms, minutes: 60}", "always -> {minimum_gap: all, minutes: 90}"),
        (
            "always -> {cool_down: voice, after: [refused], days: 2}",
            "always -> {cool_down: voice, after: [refused, dispute], days: 2}",
        ),
        ("{stage: early} -> {require_consent: visit}", "always -> {require_consent: visit}"),
        (
            "{hardship_declared: true} -> {relief: extension, max_months: 1}",
            "{hardship_declared: true} -> {relief: extension, max_months: 2}",
        ),
    ],
)
def test_a_rule_that_another_makes_needless_is_named_with_it(weak: str, strict: str) -> None:
    assert codes(weak, strict) == [("shadowed", "H-2")]
    assert codes(strict, weak) == [("shadowed", "H-1")]


@pytest.mark.parametrize(
    "rules",
    [
        ("{days_past_due: {gt: 30}} -> {hold: sms}", "{days_past_due: {gt: 60}} -> {hold: all}"),
        ("always -> {forbid: sms}", "always -> {forbid: push}"),
        (
            'always -> {forbid: sms, window: ["20:00", "22:00"]}',
            'always -> {forbid: all, window: ["21:00", "08:30"]}',
        ),
        ("always -> {minimum_gap: sms, minutes: 90}", "always -> {minimum_gap: sms, minutes: 60}"),
        # A missing value makes both fire, but `late` does not make `early` so.
        ("{stage: early} -> {hold: sms}", "{stage: late} -> {hold: sms}"),
        (
            "always -> {cap: sms, count: touches, per: party, maximum: 1, days: 1}",
            "always -> {cap: sms, count: touches, per: party, maximum: 6, days: 7}",
        ),
        (
            "always -> {cap: voice, count: conversations, per: party, maximum: 2, days: 7}",
            "always -> {cap: voice, count: dials, per: account, maximum: 2, days: 7}",
        ),
    ],
)
def test_rules_that_each_refuse_something_of_their_own_are_left_in_peace(rules: tuple[str]) -> None:
    if "minutes: 90" in rules[0]:
        assert codes(*rules) == [("shadowed", "H-1")]
    else:
        assert codes(*rules) == []


@pytest.mark.parametrize(
    ("per_day", "per_week", "binds"), [(1, 6, True), (1, 7, False), (2, 13, True), (2, 14, False)]
)
def test_a_weekly_cap_that_the_daily_cap_never_lets_anybody_reach(
    per_day: int, per_week: int, binds: bool
) -> None:
    daily = f"always -> {{cap: voice, count: dials, per: party, maximum: {per_day}, days: 1}}"
    weekly = f"always -> {{cap: voice, count: dials, per: party, maximum: {per_week}, days: 7}}"
    assert codes(daily, weekly) == ([] if binds else [("never-binds", "H-1")])


def test_a_house_rule_that_makes_a_law_needless_is_no_mistake() -> None:
    assert codes('always -> {forbid: all, window: ["20:00", "09:00"]}') == []


def test_of_two_equal_rules_the_later_is_needless() -> None:
    assert codes("always -> {hold: sms}", "always -> {hold: sms}") == [("shadowed", "H-1")]


SEGMENTS = """
segments:
  - {id: hardship, title: Help, when: {hardship_declared: true}}
  - {id: help, title: Help again, when: {all: [{hardship_declared: true}, {stage: late}]}}
  - {id: rest, title: Everybody else, when: always}
"""


def test_segments_that_nobody_reaches_and_segments_that_no_rule_reads() -> None:
    compiled = compile_rules([house("{segment: hardship} -> {hold: voice}", scripts=SEGMENTS)])
    found = [(d.code, d.line, d.what) for d in advise(compiled)]
    assert found == [
        (
            "unreachable",
            9,
            "nobody is in segment `help`: `hardship` comes first and takes them all",
        ),
        ("idle-segment", 10, "no rule reads segment `rest`"),
    ]


SCRIPTS = """
scripts:
  - {id: calm, channel: sms, title: T, languages: [zh]}
  - {id: firm, channel: sms, title: T, languages: [zh]}
"""


def required(*rules: str) -> str:
    try:
        compile_rules([house(*rules, scripts=SCRIPTS)])
    except RuleError as error:
        return ", ".join(d.code for d in error.diagnostics)
    return ""


def test_two_required_scripts_tie_only_where_both_rules_can_hold() -> None:
    calm = "{stage: early} -> {script: sms, use: require, scripts: [calm], priority: 5}"
    firm = "{days_past_due: {gt: 9}} -> {script: sms, use: require, scripts: [firm], priority: 5}"
    assert required(calm, firm) == "tie"
    assert required(calm, firm.replace("priority: 5", "priority: 6")) == ""
    assert required(calm, firm.replace("{days_past_due: {gt: 9}}", "{stage: late}")) == ""


def test_implication_agrees_with_trying_every_account() -> None:
    rules = draft(
        "{days_past_due: {between: [1, 30]}} -> {hold: sms}",
        "{days_past_due: {ge: 0}} -> {hold: sms}",
        "{any: [{days_past_due: {gt: 30}}, {stage: early}]} -> {hold: sms}",
        '{all: [{stage: {in: [early, mid]}}, {overdue: {gt: "50.00 CNY"}}]} -> {hold: sms}',
        "{stage: {in: [early, mid]}} -> {hold: sms}",
        '{overdue: {gt: "20.00 CNY"}} -> {hold: sms}',
        '{overdue: {gt: "20.00 USD"}} -> {hold: sms}',
        '{all: [{overdue: {gt: "20.00 USD"}}, {currency: USD}]} -> {hold: sms}',
        "always -> {hold: sms}",
    ).rules[1:]
    accounts = [
        {"days_past_due": days, "stage": stage, "overdue": cents, "currency": currency}
        for days, stage, cents, currency in itertools.product(
            (None, -1, 0, 1, 30, 31, 60),
            (None, "early", "mid", "late", "odd"),
            (None, 0, 2000, 2001, 5000, 5001),
            (None, "CNY", "USD", "EUR"),
        )
    ]
    holds = {rule.ref.id: [_holds(rule.condition, one) for one in accounts] for rule in rules}
    for one, other in itertools.product(rules, rules):
        really = all(b for a, b in zip(holds[one.ref.id], holds[other.ref.id], strict=True) if a)
        assert implies(one.condition, other.condition) is really, (one.when, other.when)


def _holds(condition, facts) -> bool:  # type: ignore[no-untyped-def]
    parts = getattr(condition, "parts", None)
    if parts is None:
        return condition.scalar()(facts)
    together = all if type(condition).__name__ == "AllOf" else any
    return together(_holds(part, facts) for part in parts)
