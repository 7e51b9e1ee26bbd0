"""Permits for several people who owe one account, against a real ledger."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from examples import CALM, RULE, FixedRules, a_party, an_account, an_attempt, shanghai

from strategy.accounts import account_view, import_attempts, import_parties, record_event
from strategy.decide import request_permit
from strategy.domain.channel import VOICE, Channel
from strategy.domain.decision_request import PermitRequest
from strategy.domain.directive import Cap, CapKey
from strategy.domain.event import Event, EventKind
from strategy.domain.outcome import Count
from strategy.errors import NotFound
from strategy.ledger.opening import open_ledger

NOON = shanghai("2026-03-10 12:00")
ZONE = "Asia/Shanghai"
HOUR = timedelta(hours=1)


def rules(key, maximum):
    return FixedRules((Cap(RULE, VOICE, Count.DIALS, key, maximum, 1),))


@pytest.fixture
def ledger(place):
    """P1 and P2 owe A1; P3 owes nothing of it."""
    opened = open_ledger(place)
    account = an_account(liable=("P2",))
    import_parties(opened, [(a_party(), (account,)), (a_party("P2"), ()), (a_party("P3"), ())])
    yield opened
    opened.close()


def ask(ledger, request_id, party="P1", rulebook=None, at=NOON):
    request = PermitRequest(
        request_id, "A1", f"{party}-m1", Channel.AGENT_CALL, CALM.id, party_id=party
    )
    return request_permit(ledger, rulebook or rules(CapKey.ACCOUNT, 2), request, at, ZONE)


def codes(answer):
    return [reason.code for reason in answer.reasons]


def test_each_is_asked_for_with_their_own_contact_points(ledger):
    assert ask(ledger, "r1", "P2").permit.party_id == "P2"
    with pytest.raises(NotFound, match="account `A1` has no party `P3`"):
        ask(ledger, "r2", "P3")


def test_permits_to_all_of_them_use_up_a_cap_per_account(ledger):
    assert ask(ledger, "r1", "P1").permit
    assert ask(ledger, "r2", "P2").permit  # nobody else holds a permit for P2

    for n, party in enumerate(("P1", "P2")):
        answer = ask(ledger, f"s{n}", party, at=NOON + HOUR)
        assert codes(answer) == ["frequency_cap"]
        assert answer.next_at == shanghai("2026-03-11 00:00")


def test_a_cap_per_person_leaves_each_their_own(ledger):
    one_each = rules(CapKey.PARTY, 1)

    assert ask(ledger, "r1", "P1", one_each).permit
    assert ask(ledger, "r2", "P2", one_each).permit
    assert codes(ask(ledger, "r3", "P2", one_each, NOON + HOUR)) == ["frequency_cap"]


def test_of_callers_at_one_instant_no_more_win_than_the_account_allows(ledger):
    one = rules(CapKey.ACCOUNT, 1)
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda n: ask(ledger, f"r{n}", ("P1", "P2")[n % 2], one), range(24))
        )

    assert sum(answer.permit is not None for answer in answers) == 1


def test_imported_attempts_to_a_co_borrower_count_and_those_to_a_stranger_are_told(ledger):
    def to(party):
        return replace(
            an_attempt(NOON - HOUR), id=f"t-{party}", party_id=party, contact_point_id="x"
        )

    assert import_attempts(ledger, [to("P2"), to("P3")]) == (
        None,
        "account `A1` is not of party `P3`",
    )
    assert codes(ask(ledger, "r1", "P1", rules(CapKey.ACCOUNT, 1))) == ["frequency_cap"]


def test_a_dispute_of_one_is_seen_in_the_facts_of_the_account(ledger):
    record_event(ledger, Event("e1", "P2", EventKind.DISPUTE, NOON - HOUR, "A1"), NOON)

    assert account_view(ledger, "A1", NOON, ZONE).facts["dispute_open"] is True


def test_until_a_co_borrower_is_imported_nothing_can_be_counted(ledger):
    import_parties(ledger, [(a_party(), (an_account(liable=("P2", "P8")),))])

    assert codes(ask(ledger, "r1")) == ["history_missing"]
