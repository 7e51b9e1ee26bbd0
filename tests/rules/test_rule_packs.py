"""The packs that are shipped, and the page that teaches how to write them."""

import re
from pathlib import Path

import pytest

from strategy.domain.channel import ALL_CHANNELS, VOICE, Channel
from strategy.domain.directive import (
    Cap,
    CapKey,
    Directive,
    Forbid,
    Hold,
    Relief,
    ReliefKind,
    ScriptChoice,
    ScriptUse,
)
from strategy.domain.facts import Fact
from strategy.domain.local_time import LocalWindow
from strategy.domain.outcome import Count, Outcome
from strategy.publish import publish
from strategy.rule_files import read_rule_files
from strategy.rules.catalogue import BUILT_IN
from strategy.rules.draft import compile_rules
from strategy.rules.read_directive import DIRECTIVES
from strategy.rules.read_rule import Force
from strategy.rules.rulebook import Rulebook
from strategy.rules.source import RuleFile

RULES = Path(__file__).parents[2] / "rules"
README = (RULES / "README.md").read_text(encoding="utf-8")
QUIET: dict[str, Fact] = {
    "days_past_due": 45,
    "stage": "mid",
    "product": "consumer_loan",
    "currency": "CNY",
    "balance": 1_000_000,
    "overdue": 200_000,
    "jurisdiction": "CN",
    "language": "zh",
    "promise_open": False,
    "broken_promises_90d": 0,
    "dispute_open": False,
    "complaint_open": False,
    "hardship_declared": False,
    "agreement_current": False,
    "attorney": False,
    "cease_requested": False,
    "deceased": False,
    "bankruptcy": False,
    "moratorium": False,
    "incapacity": False,
    "bereavement": False,
    "disaster": False,
    "fraud_suspected": False,
    "lost_contact": False,
    "debt_sold": False,
}


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return publish(read_rule_files([RULES]))


def directives(book: Rulebook, rule: str) -> tuple[Directive, ...]:
    return next(one.directives for one in book.rules if one.ref.id == rule)


def fired(book: Rulebook, **facts: Fact) -> set[str]:
    return {ref.id for ref in book.decide(QUIET | facts, "CN").fired}


def test_china_has_its_night_its_three_calls_and_its_six_dials(book: Rulebook) -> None:
    (night,) = directives(book, "CN-TIME-01")
    assert isinstance(night, Forbid)
    assert (night.channels, night.windows) == (ALL_CHANNELS, (LocalWindow(22 * 60, 8 * 60),))
    assert night.consent_lifts
    (calls,) = directives(book, "CN-FREQ-01")
    assert calls == Cap(calls.rule, VOICE, Count.CONNECTED, CapKey.PARTY, 3, 1)
    (dials,) = directives(book, "CN-FREQ-02")
    assert dials == Cap(dials.rule, VOICE, Count.DIALS, CapKey.CONTACT_POINT, 6, 1)


def test_an_ordinary_account_can_be_contacted_by_someone_at_some_time(book: Rulebook) -> None:
    verdict = book.decide(QUIET, "CN")
    assert not [d for d in verdict.directives if isinstance(d, Hold)]
    banned = [
        d.channels
        for d in verdict.directives
        if isinstance(d, Forbid) and not d.windows and not d.owners
    ]
    assert banned == []


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"dispute_open": True}, "HOUSE-HOLD-01"),
        ({"complaint_open": True}, "HOUSE-HOLD-02"),
        ({"hardship_declared": True}, "HOUSE-HOLD-03"),
        ({"promise_open": True}, "HOUSE-HOLD-04"),
        ({"attorney": True}, "HOUSE-HOLD-05"),
        ({"cease_requested": True}, "HOUSE-HOLD-06"),
        ({"deceased": True}, "HOUSE-HOLD-07"),
        ({"agreement_current": True}, "HOUSE-HOLD-08"),
        ({"days_past_due": 0}, "HOUSE-HOLD-09"),
        ({"agreement_current": True, "product": "credit_card"}, "CN-CARD-01"),
    ],
)
def test_what_holds_contact(book: Rulebook, facts: dict[str, Fact], rule: str) -> None:
    assert rule not in fired(book)
    assert rule in fired(book, **facts)
    assert rule in fired(book, **dict.fromkeys(facts))  # missing: held as well


@pytest.mark.parametrize(
    ("facts", "kinds"),
    [
        ({}, set()),
        ({"hardship_declared": True}, {ReliefKind.INSTALMENTS, ReliefKind.FEE_WAIVER}),
        ({"hardship_declared": None}, set()),
        ({"hardship_declared": True, "deceased": None}, set()),
        (
            {"days_past_due": 20, "stage": "early"},
            {ReliefKind.EXTENSION, ReliefKind.FEE_WAIVER},
        ),
    ],
)
def test_who_may_be_offered_what(
    book: Rulebook, facts: dict[str, Fact], kinds: set[ReliefKind]
) -> None:
    verdict = book.decide(QUIET | facts, "CN")
    assert {d.kind for d in verdict.directives if isinstance(d, Relief)} == kinds


def test_card_debts_in_hardship_may_be_spread_over_sixty_months_and_not_more(
    book: Rulebook,
) -> None:
    facts = QUIET | {"product": "credit_card", "hardship_declared": True}
    offers = [d for d in book.decide(facts, "CN").directives if isinstance(d, Relief)]
    assert max(offer.max_months for offer in offers) == 60


def test_firm_words_are_for_late_accounts_only(book: Rulebook) -> None:
    assert "HOUSE-SCRIPT-01" in fired(book, stage="mid")
    assert "HOUSE-SCRIPT-01" not in fired(book, stage="late")


def test_every_channel_in_use_keeps_a_script_whatever_fires(book: Rulebook) -> None:
    """Also when every script rule fires at once, something kind can be said in each channel."""
    choices = [d for rule in book.rules for d in rule.directives if isinstance(d, ScriptChoice)]
    for channel in (Channel.AGENT_CALL, Channel.ROBOT_CALL, Channel.SMS, Channel.PUSH):
        left = {script.id for script in book.scripts.values() if script.channel is channel}
        for choice in (one for one in choices if channel in one.channels):
            keeps = choice.use is ScriptUse.ALLOW
            left = left & choice.scripts if keeps else left - choice.scripts
        assert left, channel


def test_every_law_rule_cites_its_source_and_no_house_rule_lifts_a_ban(book: Rulebook) -> None:
    for rule in book.rules:
        assert rule.ref.citation
        if rule.jurisdictions:
            assert rule.ref.force in {force.value for force in Force}
        else:
            assert rule.ref.force == "policy"


def _examples() -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("number", range(len(_examples())))
def test_every_example_in_the_readme_compiles(number: int) -> None:
    compile_rules([RuleFile("README.md", _examples()[number])])


def test_the_readme_names_every_field_word_and_nothing_else() -> None:
    table = README[README.index("| field |") : README.index("### What is not known")]
    rows = dict(re.findall(r"^\| `(\w+)` \| .* \| (.*) \|$", table, re.MULTILINE))
    assert rows == {name: field.about for name, field in BUILT_IN.items()}
    for word in (*DIRECTIVES, *Channel, *Outcome, *Count, *CapKey):
        assert f"`{word}`" in README or f"{{{word}:" in README, word
