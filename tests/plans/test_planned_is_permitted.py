"""A plan proposes, a permit decides: given no new events, every planned attempt gets its permit."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from examples import (
    CALM,
    RULE,
    SHANGHAI,
    FixedRules,
    a_mobile,
    a_party,
    an_account,
    an_attempt,
    shanghai,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from strategy.accounts import import_attempts, import_parties
from strategy.decide import request_permit
from strategy.domain.book import Book
from strategy.domain.capacity import Capacity
from strategy.domain.channel import ALL_CHANNELS, VOICE, Channel
from strategy.domain.decision_request import PermitRequest
from strategy.domain.directive import (
    Cap,
    CapKey,
    CapWindow,
    CoolDown,
    Forbid,
    MinimumGap,
    RequireConsent,
    ScriptChoice,
    ScriptUse,
)
from strategy.domain.history import History
from strategy.domain.local_time import LocalWindow
from strategy.domain.outcome import Count, Outcome
from strategy.domain.party import Consent
from strategy.domain.script import Script
from strategy.domain.slot import slots_between
from strategy.errors import InputError
from strategy.ledger.sqlite import SqliteLedger
from strategy.limits.failed_touch import failures
from strategy.outcomes import AttemptOutcome, report
from strategy.plan import plan_day
from strategy.portfolio.sample import sample_book
from strategy.publish import publish
from strategy.rule_files import read_rule_files

HOME = Path(__file__).resolve().parents[2]
DAY = shanghai("2026-03-10 00:00")
SLOTS = slots_between(shanghai("2026-03-10 08:00"), shanghai("2026-03-10 22:00"))
TEXT = Script("S-TEXT", Channel.SMS, "text", frozenset({"zh"}))


@pytest.fixture(scope="module")
def packs():
    return publish(read_rule_files([HOME / "rules" / "cn", HOME / "rules" / "house"]))


def fill(ledger, book):
    owned = {party_id: [] for party_id in book.parties}
    for account in book.accounts.values():
        owned[account.party_id].append(account)
    import_parties(ledger, [(p, tuple(owned[p.id])) for p in book.parties.values()])
    made = [a for history in book.histories.values() for a in history.attempts]
    assert not any(import_attempts(ledger, made))
    events = [e for history in book.histories.values() for e in history.events]
    ledger.write(lambda tx: [tx.people.add_event(e) for e in events])


def refusals(path, book, rules, assignments, into_slot):
    """Ask for every planned attempt, in time order, somewhere in its slot; each fails."""
    ledger = SqliteLedger.open(str(path))
    fill(ledger, book)
    refused = []
    for number, a in enumerate(sorted(assignments, key=lambda a: a.slot.start)):
        request = PermitRequest(f"r{number}", a.account_id, a.contact_point_id, a.channel, a.script)
        answer = request_permit(ledger, rules, request, a.slot.start + into_slot, book.zone)
        if answer.permit is None:
            refused.append((a, answer.reasons))
        else:
            ways = failures(a.channel)
            failed = AttemptOutcome(answer.permit.id, ways[number % len(ways)])
            (told,) = report(ledger, [failed], a.slot.start + into_slot)
            assert told.accepted, told.message
    ledger.close()
    return refused


@pytest.mark.parametrize(("seed", "touches"), [(1, 1), (2, 2), (3, 3)])
def test_with_the_shipped_packs_and_a_sample_every_planned_attempt_is_permitted(
    packs, tmp_path, seed, touches
):
    book = sample_book(250, seed, datetime(2026, 3, 9, 12, tzinfo=UTC))
    capacity = Capacity(
        SHANGHAI,
        SLOTS,
        dict.fromkeys((*VOICE, Channel.SMS, Channel.PUSH), (9,) * 28),
        10**6,
        touches,
    )
    day = plan_day(book, packs, capacity)

    assert day.violations == ()
    assert len(day.plan.assignments) > 50
    into_slot = timedelta(minutes=10 * seed - 1)
    assert refusals(tmp_path / "ledger", book, packs, day.plan.assignments, into_slot) == []


def test_robots_days_and_money_bind_in_a_real_plan_and_have_a_price(packs):
    book = sample_book(250, 4, datetime(2026, 3, 9, 12, tzinfo=UTC))
    rooms = {Channel.AGENT_CALL: (1,) * 28, Channel.ROBOT_CALL: (9,) * 28, Channel.SMS: (2,) * 28}
    wide = Capacity(SHANGHAI, SLOTS, rooms, 10**8)
    free = plan_day(book, packs, wide).plan.assignments
    by_robot = Counter((packs.scripts[a.script].robot, a.slot) for a in free)
    (robot, _), most = max(
        (item for item in by_robot.items() if item[0][0]), key=lambda item: item[1]
    )
    texts = sum(a.channel is Channel.SMS for a in free)
    cost = sum(a.cost_cents for a in free)
    assert most > 1

    few = plan_day(book, packs, replace(wide, robots={robot: (1,) * 28})).plan
    used = Counter(a.slot for a in few.assignments if packs.scripts[a.script].robot == robot)
    assert set(used.values()) == {1}
    assert max(few.prices.robots[robot]) > 0

    short = plan_day(book, packs, replace(wide, per_day={Channel.SMS: texts // 2})).plan
    assert sum(a.channel is Channel.SMS for a in short.assignments) == texts // 2
    assert short.prices.days[Channel.SMS] > 0

    poor = plan_day(book, packs, replace(wide, money_cents=cost // 2, currency="CNY")).plan
    assert 0 < sum(a.cost_cents for a in poor.assignments) <= cost // 2
    assert poor.prices.money > 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"robots": {"小鱼": (1,) * 28}},
            "no script is spoken by `小鱼`; there are `小航`, `小雨`",
        ),
        ({"per_day": {Channel.EMAIL: 1}}, "`email` has no attempts under `channels`"),
        ({"money_cents": 1, "currency": "USD"}, "is in USD, accounts are in CNY"),
    ],
)
def test_a_bound_that_would_bind_nothing_is_refused(packs, changes, said):
    book = sample_book(5, 4, datetime(2026, 3, 9, 12, tzinfo=UTC))
    capacity = Capacity(SHANGHAI, SLOTS, {Channel.AGENT_CALL: (1,) * 28}, 10**6, **changes)

    with pytest.raises(InputError, match=said):
        plan_day(book, packs, capacity)


def test_the_order_in_which_accounts_are_listed_does_not_change_the_plan(packs):
    book = sample_book(120, 5, datetime(2026, 3, 9, 12, tzinfo=UTC))
    turned = Book(
        book.as_of,
        book.zone,
        dict(reversed(book.parties.items())),
        dict(reversed(book.accounts.items())),
        book.histories,
    )
    capacity = Capacity(SHANGHAI, SLOTS, dict.fromkeys(VOICE, (1,) * len(SLOTS)), 10**6)

    assert plan_day(book, packs, capacity).plan == plan_day(turned, packs, capacity).plan


channels = st.sampled_from([VOICE, ALL_CHANNELS, frozenset({Channel.SMS})])
minute = st.integers(0, 47).map(lambda half: half * 30 + 7)
directives = st.one_of(
    st.builds(
        lambda c, a, b: Forbid(RULE, c, (LocalWindow(a, b if a != b else b + 1),)),
        channels,
        minute,
        minute,
    ),
    st.builds(
        lambda c, count, key, most, days: Cap(RULE, c, count, key, most, days),
        channels,
        st.sampled_from(list(Count)),
        st.sampled_from(list(CapKey)),
        st.integers(1, 4),
        st.integers(1, 7),
    ),
    st.builds(
        lambda c, key, most, hours: Cap(
            RULE, c, Count.DIALS, key, most, 0, CapWindow.HOURS, hours=hours
        ),
        channels,
        st.sampled_from(list(CapKey)),
        st.integers(1, 4),
        st.integers(1, 50),
    ),
    st.builds(lambda c, m: MinimumGap(RULE, c, m), channels, st.integers(1, 300)),
    st.builds(
        lambda c, o, d, key: CoolDown(RULE, c, frozenset({o}), d, key=key),
        channels,
        st.sampled_from([Outcome.REFUSED, Outcome.RIGHT_PARTY_CONTACT]),
        st.integers(1, 5),
        st.sampled_from([CapKey.PARTY, CapKey.ACCOUNT, CapKey.PARTY_ACCOUNT]),
    ),
    st.builds(lambda c: RequireConsent(RULE, c), channels),
    st.builds(
        lambda use: ScriptChoice(RULE, VOICE, use, frozenset({CALM.id})),
        st.sampled_from(list(ScriptUse)),
    ),
)
pasts = st.lists(
    st.tuples(
        st.integers(0, 7 * 24 * 60),
        st.sampled_from([Outcome.NO_ANSWER, Outcome.REFUSED, Outcome.UNKNOWN, Outcome.VOICEMAIL]),
        st.sampled_from([Channel.AGENT_CALL, Channel.SMS]),
        st.sampled_from([("P1", "1"), ("P1", "2"), ("P2", "1")]),
    ),
    max_size=6,
)
"""How long ago, what came of it, by which channel, to whose number; P2 owes A1 too."""


@given(
    fired=st.lists(directives, max_size=5),
    past=pasts,
    touches=st.integers(1, 3),
    zones=st.sampled_from([(SHANGHAI,), (SHANGHAI, "Asia/Tokyo"), ("Asia/Urumqi",)]),
    consent_ends=st.integers(0, 24),
    into_slot=st.integers(0, 1799),
)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_the_rules_and_the_past_every_planned_attempt_is_permitted(
    tmp_path_factory, fired, past, touches, zones, consent_ends, into_slot
):
    ends = DAY + timedelta(hours=consent_ends)
    party = a_party(
        zones=zones,
        contact_points=(a_mobile(), a_mobile(number="2")),
        consents=(
            Consent(Channel.AGENT_CALL, DAY - timedelta(days=9), ends),
            Consent(Channel.SMS, ends),
        ),
    )
    accounts = {f"A{n}": an_account(f"A{n}") for n in (1, 2, 3)}
    accounts["A1"] = replace(accounts["A1"], liable=("P2",))
    attempts = tuple(
        an_attempt(
            DAY - timedelta(minutes=ago),
            outcome,
            channel,
            id=f"t{i}",
            party_id=whose,
            contact_point_id=f"{whose}-m{number}",
        )
        for i, (ago, outcome, channel, (whose, number)) in enumerate(sorted(past, reverse=True))
    )
    histories = {p: History(tuple(a for a in attempts if a.party_id == p)) for p in ("P1", "P2")}
    book = Book(DAY, SHANGHAI, {"P1": party, "P2": a_party("P2")}, accounts, histories)
    rules = FixedRules(tuple(dict.fromkeys(fired)), {CALM.id: CALM, TEXT.id: TEXT})
    capacity = Capacity(
        SHANGHAI, SLOTS, {Channel.AGENT_CALL: (2,) * 28, Channel.SMS: (2,) * 28}, 10**6, touches
    )
    day = plan_day(book, rules, capacity)

    assert day.violations == ()
    path = tmp_path_factory.mktemp("planned") / "ledger"
    seconds = timedelta(seconds=into_slot)
    # The open permit of an attempt in the slot before is gone by then only if it was reported or
    # ran out; asking at the same place in every slot leaves half an hour, more than a lease.
    assert refusals(path, book, rules, day.plan.assignments, seconds) == []
