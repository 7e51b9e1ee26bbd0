"""The rulebook: same verdict online and in batch, by jurisdiction, with reasons."""

import random
from typing import Any

import numpy as np
import polars as pl
import pytest
from rule_text import CN, draft, house, rulebook

from strategy.domain.attempt import Purpose
from strategy.domain.calendar import Weekday
from strategy.domain.channel import ALL_CHANNELS, VOICE, Channel
from strategy.domain.contact_point import ContactKind, Owner
from strategy.domain.directive import (
    Cap,
    CapKey,
    CapWindow,
    CoolDown,
    Forbid,
    Hold,
    MinimumGap,
    Relief,
    ReliefKind,
    RequireConsent,
    Weight,
)
from strategy.domain.event import EventKind
from strategy.domain.facts import Fact
from strategy.domain.local_time import LocalWindow
from strategy.domain.outcome import Count, Outcome
from strategy.errors import InputError
from strategy.rules.catalogue import BUILT_IN, FieldKind
from strategy.rules.draft import compile_rules
from strategy.rules.group import GROUP_ATOMS, mask_algebra
from strategy.rules.rulebook import Rulebook
from strategy.rules.source import RuleFile

RULES = (
    "{days_past_due: {gt: 30}} -> {forbid: sms}",
    '{all: [{balance: {ge: "100.00 CNY"}}, {not: {product: credit_card}}]} -> {forbid: push}',
    "{any: [{dispute_open: true}, {stage: {in: [mid, late]}}]} -> {hold: all}",
    "{not: {all: [{attorney: true}, {days_past_due: {between: [5, 9]}}]}} -> {hold: email}",
    "{jurisdiction: CN} -> {forbid: letter}",
    "{not: {language: {in: [zh, en]}}} -> {forbid: robot_call}",
    "{hardship_declared: true} -> {relief: extension, max_months: 2}",
    "{all: [{broken_promises_90d: {ge: 2}}, {deceased: false}, {cease_requested: false}]}"
    " -> {forbid: visit}",
    "{any: [{promise_open: true}, {complaint_open: true}, {agreement_current: true}]}"
    " -> {hold: visit}",
)

CODES: dict[str, list[Fact]] = {
    "currency": ["CNY", "CNY", "USD", ""],
    "jurisdiction": ["CN", "CN", "CN", "HK", ""],
    "language": ["zh", "en", "fr", ""],
}


def facts_by_chance(chance: random.Random) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    for name, field in BUILT_IN.items():
        match field.kind:
            case FieldKind.FLAG:
                some: list[Fact] = [True, False]
            case FieldKind.CHOICE:
                some = [*field.choices, "unheard-of"]
            case FieldKind.CODE:
                some = CODES[name]
            case _:
                some = [0, 1, 2, 4, 5, 9, 10, 30, 31, 9_999, 10_000]
        facts[name] = None if chance.random() < 0.15 else chance.choice(some)
    return facts


def test_batch_equals_online_on_two_thousand_accounts_with_gaps() -> None:
    chance, book = random.Random(20260310), rulebook(*RULES)
    accounts = [facts_by_chance(chance) for _ in range(2_000)]
    batch = book.decide_batch(pl.DataFrame(accounts, infer_schema_length=None))
    assert batch.fired.shape == (2_000, len(book.rules))
    assert 900 < batch.covered.sum() < 1_150  # 0.85 * 3/5 of 2,000 are in CN
    ids = [rule.ref.id for rule in book.rules]
    for row, facts in enumerate(accounts):
        verdict = book.decide(facts, str(facts["jurisdiction"]))
        assert (verdict.refused is None) == batch.covered[row]
        assert [ref.id for ref in verdict.fired] == list(np.array(ids)[batch.fired[row]])


def test_a_jurisdiction_without_a_pack_is_refused() -> None:
    verdict = rulebook("always -> {forbid: sms}").decide({}, "HK")
    assert verdict.refused == "no rule pack covers jurisdiction `HK`"
    assert verdict.directives == ()
    assert rulebook("always -> {forbid: sms}").decide({}, "").refused is not None


def test_the_law_of_one_jurisdiction_does_not_hold_in_another() -> None:
    hk = CN.replace("pack: cn", "pack: hk").replace("[CN]", "[HK]").replace("CN-1", "HK-1")
    compiled = compile_rules(
        [RuleFile("cn.yaml", CN), RuleFile("hk.yaml", hk), house("always -> {forbid: sms}")]
    )
    book = Rulebook(compiled, [mask_algebra(group) for group in compiled.proven])
    assert book.jurisdictions == {"CN", "HK"}
    assert [ref.id for ref in book.decide({}, "CN").fired] == ["CN-1", "H-1"]
    assert [ref.id for ref in book.decide({}, "HK").fired] == ["HK-1", "H-1"]
    both = book.decide_batch(pl.DataFrame({"jurisdiction": ["CN", "HK", "XX", None]}))
    assert both.fired.tolist() == [
        [True, False, True],
        [False, True, True],
        [False, False, False],
        [False, False, False],
    ]
    assert both.covered.tolist() == [True, True, False, False]


def test_the_law_of_a_country_holds_in_its_parts_and_a_closed_part_is_refused() -> None:
    us = CN.replace("pack: cn", "pack: us").replace("[CN]", "[US]").replace("CN-1", "US-1")
    ma = us.replace("pack: us", "pack: us-ma").replace("[US]", "[US-MA]").replace("US-1", "MA-1")
    shut = (
        "schema: collections-rules/1\npack: shut\nkind: closed\njurisdictions: [US-TX]\n"
        "reason: nobody has read the law of Texas\n"
    )
    files = [RuleFile("us.yaml", us), RuleFile("ma.yaml", ma), RuleFile("shut.yaml", shut)]
    compiled = compile_rules([*files, house("always -> {forbid: sms}")])
    book = Rulebook(compiled, [mask_algebra(group) for group in compiled.proven])
    fired = {
        code: [ref.id for ref in book.decide({}, code).fired]
        for code in ("US", "US-FL", "US-MA", "US-MA-BOS", "USA", "US-TX-AUS")
    }
    assert fired == {
        "US": ["US-1", "H-1"],
        "US-FL": ["US-1", "H-1"],
        "US-MA": ["MA-1", "US-1", "H-1"],
        "US-MA-BOS": ["MA-1", "US-1", "H-1"],
        "USA": [],
        "US-TX-AUS": [],
    }
    assert book.decide({}, "US-TX-AUS").refused == "nobody has read the law of Texas"
    batch = book.decide_batch(pl.DataFrame({"jurisdiction": list(fired)}))
    ids = [rule.ref.id for rule in book.rules]
    assert [list(np.array(ids)[row]) for row in batch.fired] == list(fired.values())
    assert batch.covered.tolist() == [True, True, True, True, False, False]


def test_an_account_is_in_the_first_segment_that_holds_online_and_in_batch() -> None:
    segments = """
segments:
  - {id: relief, title: Relief, when: {hardship_declared: true}}
  - {id: late, title: Late, when: {days_past_due: {gt: 90}}}
  - {id: rest, title: Everybody else, when: always}
"""
    compiled = compile_rules(
        [
            RuleFile("cn.yaml", CN),
            house(
                "{segment: relief} -> {forbid: voice}",
                "{segment: {in: [late, rest]}} -> {forbid: sms}",
                scripts=segments,
            ),
        ]
    )
    book = Rulebook(compiled, [mask_algebra(group) for group in compiled.proven])
    accounts: list[dict[str, Fact]] = [
        {"hardship_declared": True, "days_past_due": 100},
        {"hardship_declared": False, "days_past_due": 100},
        {"hardship_declared": False, "days_past_due": 90},
        {"days_past_due": 90},  # nobody is in a segment because a value is missing
    ]
    verdicts = [book.decide(facts, "CN") for facts in accounts]
    assert [v.segment for v in verdicts] == ["relief", "late", "rest", "rest"]
    assert [[ref.id for ref in v.fired] for v in verdicts] == [
        ["CN-1", "H-1"],
        ["CN-1", "H-2"],
        ["CN-1", "H-2"],
        ["CN-1", "H-2"],
    ]
    frame = pl.DataFrame(accounts, infer_schema_length=None).with_columns(jurisdiction=pl.lit("CN"))
    batch = book.decide_batch(frame)
    assert [book.segments[i].id for i in batch.segments] == ["relief", "late", "rest", "rest"]
    for row, verdict in enumerate(verdicts):
        ids = [r.ref.id for r, fires in zip(book.rules, batch.fired[row], strict=True) if fires]
        assert ids == [ref.id for ref in verdict.fired]


def test_a_rule_reads_a_field_that_a_file_declares() -> None:
    declared = """
fields:
  - {name: tier, type: choice, choices: [gold, plain], about: A, en: the tier, zh: 等级}
"""
    compiled = compile_rules(
        [RuleFile("cn.yaml", CN), house("{tier: gold} -> {forbid: voice}", scripts=declared)]
    )
    book = Rulebook(compiled, [mask_algebra(group) for group in compiled.proven])
    fired = [
        "H-1" in [ref.id for ref in book.decide({"tier": value}, "CN").fired]
        for value in ("gold", "plain", None, "unheard-of", 7)
    ]
    assert fired == [True, False, True, True, True]  # what is not known restricts


def test_accounts_for_which_the_same_rules_fire_share_their_directives() -> None:
    book = rulebook(*RULES)
    first = book.decide({"days_past_due": 45}, "CN")
    again = book.decide({"days_past_due": 46}, "CN")
    assert first.directives is again.directives
    assert first.readings["H-1"] == (("days_past_due", "45"),)
    assert again.readings["H-1"] == (("days_past_due", "46"),)


def test_readings_name_the_values_read() -> None:
    book = rulebook(
        '{all: [{overdue: {ge: "10.00 CNY"}}, {attorney: true}, {stage: late}]} -> {hold: all}'
    )
    facts: dict[str, Fact] = {"overdue": 123_450, "currency": "CNY", "attorney": True}
    verdict = book.decide(facts, "CN")
    assert verdict.readings["H-1"] == (
        ("overdue", "1,234.50"),
        ("attorney", "true"),
        ("stage", "missing"),
    )
    assert verdict.readings["CN-1"] == ()
    strange = book.decide({"stage": "unheard-of"}, "CN").readings["H-1"]
    assert strange[2] == ("stage", "unknown (unheard-of)")  # why a rule about late ones fired


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        (
            '{forbid: all, windows: [["22:00", "08:00"], ["12:00", "24:00"]],'
            " owners: [contact_person]}",
            lambda r: Forbid(
                r,
                ALL_CHANNELS,
                (LocalWindow(1320, 480), LocalWindow(720, 1440)),
                frozenset({Owner.CONTACT_PERSON}),
            ),
        ),
        (
            "{cap: voice, count: dials, per: contact_point, maximum: 6, days: 2}",
            lambda r: Cap(r, VOICE, Count.DIALS, CapKey.CONTACT_POINT, 6, 2),
        ),
        (
            "{minimum_gap: [sms, push], minutes: 90}",
            lambda r: MinimumGap(r, frozenset({Channel.SMS, Channel.PUSH}), 90),
        ),
        (
            "{cool_down: sms, after: [refused, complaint], days: 7}",
            lambda r: CoolDown(
                r,
                frozenset({Channel.SMS}),
                frozenset({Outcome.REFUSED, Outcome.COMPLAINT}),
                7,  # the word is an event as well; it names the outcome
            ),
        ),
        (
            "{cool_down: voice, after: [inbound_conversation], by: voice, per: account,"
            " rest_of_week: true, exempt: [requested]}",
            lambda r: CoolDown(
                r,
                VOICE,
                frozenset(),
                0,
                frozenset({EventKind.INBOUND_CONVERSATION}),
                VOICE,
                CapKey.ACCOUNT,
                frozenset({Purpose.REQUESTED}),
            ),
        ),
        (
            "{forbid: voice, kinds: [work], weekdays: weekend, exempt: [service]}",
            lambda r: Forbid(
                r,
                VOICE,
                kinds=frozenset({ContactKind.WORK}),
                weekdays=frozenset({Weekday.SAT, Weekday.SUN}),
                exempt=frozenset({Purpose.SERVICE}),
            ),
        ),
        (
            "{cap: voice, count: dials, per: account, maximum: 3, calendar: week,"
            " uncounted: [busy], kinds: [mobile], pooled: false, exempt: [legal_notice]}",
            lambda r: Cap(
                r,
                VOICE,
                Count.DIALS,
                CapKey.ACCOUNT,
                3,
                0,
                CapWindow.WEEK,
                frozenset({Outcome.BUSY}),
                frozenset({ContactKind.MOBILE}),
                False,
                frozenset({Purpose.LEGAL_NOTICE}),
            ),
        ),
        (
            "{cap: sms, count: touches, per: party, maximum: 1, calendar: day}",
            lambda r: Cap(r, frozenset({Channel.SMS}), Count.TOUCHES, CapKey.PARTY, 1, 1),
        ),
        (
            "{minimum_gap: letter, days: 2}",
            lambda r: MinimumGap(r, frozenset({Channel.LETTER}), 0, 2),
        ),
        (
            "{hold: all, since: [moratorium], days: 60}",
            lambda r: Hold(r, ALL_CHANNELS, since=frozenset({EventKind.MORATORIUM}), days=60),
        ),
        (
            "{weight: push, percent: 120}",
            lambda r: Weight(r, frozenset({Channel.PUSH}), 12_000),
        ),
        (
            "{hold: all, until_promise_due: true, grace_days: 1}",
            lambda r: Hold(r, ALL_CHANNELS, True, 1),
        ),
        (
            "{require_consent: visit}",
            lambda r: RequireConsent(r, frozenset({Channel.VISIT})),
        ),
        (
            "{relief: instalments, max_months: 60}",
            lambda r: Relief(r, ReliefKind.INSTALMENTS, max_months=60),
        ),
        (
            "{relief: fee_waiver, max_waiver_bp: 5000}",
            lambda r: Relief(r, ReliefKind.FEE_WAIVER, max_waiver_bp=5_000),
        ),
    ],
)
def test_every_directive_becomes_its_twin_in_the_domain(then: str, expected: Any) -> None:
    rule = draft(f"always -> {then}").rules[1]
    assert rule.directives == (expected(rule.ref),)


def test_no_group_has_more_atoms_than_can_be_proven() -> None:
    rules = [
        f"{{any: [{{days_past_due: {n}}}, {{days_past_due: {n + 1}}}]}} -> {{forbid: sms}}"
        for n in range(40)
    ]
    compiled = draft(*rules)
    assert all(len(group.atoms) <= GROUP_ATOMS for group in compiled.proven)
    placed = sorted(rule for group in compiled.proven for rule in group.rules)
    assert placed == list(range(41))  # every rule in exactly one group


def test_a_wrong_column_is_an_error_and_not_a_verdict() -> None:
    with pytest.raises(InputError, match="`days_past_due`"):
        rulebook("always -> {forbid: sms}").decide_batch(pl.DataFrame({"days_past_due": ["x"]}))
