"""News of permits: late, twice, in the wrong order, against each other. docs/permit-life-cycle.md
names these tests."""

import itertools
from datetime import timedelta

import pytest
from examples import CALM, RULE, FixedRules, a_party, an_account, shanghai
from hypothesis import given, settings
from hypothesis import strategies as st

from strategy.accounts import import_parties
from strategy.decide import LEASE, request_permit
from strategy.domain.channel import VOICE, Channel
from strategy.domain.decision_request import PermitRequest
from strategy.domain.directive import Cap, CapKey, MinimumGap
from strategy.domain.event import EventKind
from strategy.domain.outcome import Count, Outcome
from strategy.domain.permit import PermitState
from strategy.errors import NotFound, WrongState
from strategy.ledger.attempts import LONGEST_CALL
from strategy.ledger.opening import open_ledger
from strategy.outcomes import AttemptOutcome, confirm, release, report

NOON = shanghai("2026-03-10 12:00")
LATER = NOON + timedelta(hours=3)
FREE = FixedRules()


@pytest.fixture
def ledger(place):
    opened = open_ledger(place)
    import_parties(opened, [(a_party(), (an_account(),))])
    yield opened
    opened.close()


def ask(ledger, request_id="r1", at=NOON, rules=FREE):
    request = PermitRequest(request_id, "A1", "P1-m1", Channel.AGENT_CALL, CALM.id)
    return request_permit(ledger, rules, request, at, "Asia/Shanghai").permit


def tell(ledger, permit, outcome, now=LATER, **changes):
    (result,) = report(ledger, [AttemptOutcome(permit.id, outcome, **changes)], now)
    return result


def kept(ledger, now=LATER):
    """Instants and outcomes of what counts, and until when the person is busy."""
    history = ledger.read(lambda tx: tx.history("P1", now))
    return [(a.at, a.outcome) for a in history.attempts], history.open_until


def state(ledger, permit):
    return ledger.read(lambda tx: tx.attempts.permit(permit.id))[1:3]


def test_an_expired_permit_counts_as_the_worst_at_the_end_of_its_lease(ledger):
    ask(ledger)

    assert kept(ledger, NOON + LEASE) == ([(NOON + LEASE, Outcome.UNKNOWN)], None)


def test_a_confirmed_permit_counts_as_the_worst_until_its_outcome(ledger):
    permit, soon = ask(ledger), NOON + timedelta(seconds=9)
    confirm(ledger, permit.id, soon)
    assert kept(ledger, soon) == ([(soon, Outcome.UNKNOWN)], soon + LONGEST_CALL)

    assert tell(ledger, permit, Outcome.BUSY, soon).accepted
    assert kept(ledger, soon) == ([(soon, Outcome.BUSY)], None)


def test_an_outcome_needs_no_confirmation_before_it(ledger):
    permit, made = ask(ledger), NOON + timedelta(seconds=20)

    assert tell(ledger, permit, Outcome.NO_ANSWER, at=made).accepted
    assert kept(ledger)[0] == [(made, Outcome.NO_ANSWER)]


@pytest.mark.parametrize("way", ["release", "not_placed"])
def test_released_and_not_placed_both_give_the_place_back(ledger, way):
    permit = ask(ledger)
    if way == "release":
        release(ledger, permit.id, NOON)
    else:
        assert tell(ledger, permit, Outcome.NOT_PLACED, NOON).accepted

    assert kept(ledger, NOON) == ([], None)
    assert ask(ledger, "r2") is not None


def test_an_outcome_after_expiry_replaces_the_worst(ledger):
    permit = ask(ledger)
    assert kept(ledger)[0] == [(NOON + LEASE, Outcome.UNKNOWN)]
    tell(ledger, permit, Outcome.NO_ANSWER)

    assert kept(ledger)[0] == [(NOON, Outcome.NO_ANSWER)]


@pytest.mark.parametrize("way", ["release", "not_placed"])
def test_a_release_after_expiry_tells_that_nobody_was_called(ledger, way):
    permit = ask(ledger)
    if way == "release":
        release(ledger, permit.id, LATER)
    else:
        assert tell(ledger, permit, Outcome.NOT_PLACED).accepted

    assert kept(ledger)[0] == []


def test_repeated_news_change_nothing(ledger):
    permit, soon = ask(ledger), NOON + timedelta(seconds=9)
    confirm(ledger, permit.id, soon)
    confirm(ledger, permit.id, LATER)
    assert kept(ledger)[0] == [(soon, Outcome.UNKNOWN)]
    for _ in range(2):
        told = tell(ledger, permit, Outcome.DISPUTE)
        assert (told.accepted, told.message) == (True, "")
    assert len(ledger.read(lambda tx: tx.people.events("P1"))) == 1

    other = ask(ledger, "r2", LATER)
    for _ in range(2):
        release(ledger, other.id, LATER)
    assert kept(ledger)[0] == [(soon, Outcome.DISPUTE)]


def test_what_was_confirmed_is_not_unmade(ledger):
    permit = ask(ledger)
    confirm(ledger, permit.id, NOON)
    with pytest.raises(WrongState, match="confirmed"):
        release(ledger, permit.id, NOON)
    assert not tell(ledger, permit, Outcome.NOT_PLACED).accepted
    assert tell(ledger, permit, Outcome.UNKNOWN).accepted
    assert not tell(ledger, permit, Outcome.NOT_PLACED).accepted

    assert kept(ledger)[0] == [(NOON, Outcome.UNKNOWN)]


def test_a_call_made_on_a_released_permit_counts_and_the_caller_hears_of_it(ledger):
    permit = ask(ledger)
    release(ledger, permit.id, NOON)
    with pytest.raises(WrongState, match="counts from now on"):
        confirm(ledger, permit.id, LATER)

    assert state(ledger, permit) == (PermitState.CONFIRMED, Outcome.UNKNOWN)
    assert kept(ledger)[0] == [(NOON + LEASE, Outcome.UNKNOWN)]


def test_an_outcome_of_a_released_permit_counts(ledger):
    permit = ask(ledger)
    release(ledger, permit.id, NOON)
    told = tell(ledger, permit, Outcome.COMPLAINT)

    assert told.accepted
    assert "released before" in told.message
    assert kept(ledger)[0] == [(NOON, Outcome.COMPLAINT)]
    (event,) = ledger.read(lambda tx: tx.people.events("P1"))
    assert event.kind is EventKind.COMPLAINT


def test_a_confirmation_after_the_outcome_changes_nothing(ledger):
    permit = ask(ledger)
    tell(ledger, permit, Outcome.BUSY, NOON)
    confirm(ledger, permit.id, LATER)

    assert state(ledger, permit) == (PermitState.DONE, Outcome.BUSY)
    assert kept(ledger, NOON) == ([(NOON, Outcome.BUSY)], None)


def test_what_has_an_outcome_is_not_unmade(ledger):
    permit = ask(ledger)
    tell(ledger, permit, Outcome.BUSY, NOON)
    with pytest.raises(WrongState, match="done"):
        release(ledger, permit.id, NOON)
    told = tell(ledger, permit, Outcome.NOT_PLACED)

    assert (told.accepted, "`busy` was already reported" in told.message) == (False, True)
    assert kept(ledger)[0] == [(NOON, Outcome.BUSY)]


def test_a_known_outcome_replaces_an_unknown_one(ledger):
    permit = ask(ledger)
    assert tell(ledger, permit, Outcome.UNKNOWN).accepted
    told = tell(ledger, permit, Outcome.VOICEMAIL)

    assert (told.accepted, told.message) == (True, "")
    assert kept(ledger)[0] == [(NOON, Outcome.VOICEMAIL)]


@pytest.mark.parametrize(
    ("first", "then", "stands"),
    [
        (Outcome.NO_ANSWER, Outcome.VOICEMAIL, Outcome.VOICEMAIL),
        (Outcome.VOICEMAIL, Outcome.NO_ANSWER, Outcome.VOICEMAIL),
        (Outcome.BUSY, Outcome.RIGHT_PARTY_CONTACT, Outcome.RIGHT_PARTY_CONTACT),
        (Outcome.REFUSED, Outcome.WRONG_PARTY, Outcome.REFUSED),
        (Outcome.RIGHT_PARTY_CONTACT, Outcome.DISPUTE, Outcome.DISPUTE),
        (Outcome.DISPUTE, Outcome.RIGHT_PARTY_CONTACT, Outcome.DISPUTE),
        (Outcome.BUSY, Outcome.NO_ANSWER, Outcome.BUSY),
        (Outcome.BUSY, Outcome.UNKNOWN, Outcome.BUSY),
        (Outcome.DISPUTE, Outcome.COMPLAINT, Outcome.DISPUTE),
    ],
)
def test_of_two_contradicting_outcomes_the_one_that_counts_for_more_stands(
    ledger, first, then, stands
):
    permit = ask(ledger)
    tell(ledger, permit, first)
    told = tell(ledger, permit, then)

    assert kept(ledger)[0] == [(NOON, stands)]
    assert told.accepted is (stands is then)
    assert f"`{first}`" in told.message


def test_news_of_an_unknown_permit_are_told_so(ledger):
    for call in (confirm, release):
        with pytest.raises(NotFound):
            call(ledger, "p-404", NOON)
    (told,) = report(ledger, [AttemptOutcome("p-404", Outcome.BUSY)], NOON)

    assert (told.accepted, told.message) == (False, "no permit `p-404`")


def test_an_outcome_at_the_ledgers_instant_is_not_the_future_for_a_slow_clock(ledger):
    permit = ask(ledger)
    slow = NOON - timedelta(seconds=3)

    assert tell(ledger, permit, Outcome.BUSY, slow, at=NOON).accepted
    assert kept(ledger)[0] == [(NOON, Outcome.BUSY)]


def test_a_clock_far_ahead_takes_the_ledger_with_it_and_right_clocks_are_refused(ledger):
    ahead = NOON + timedelta(hours=5)
    permit = ask(ledger, at=ahead)
    tell(ledger, permit, Outcome.BUSY, ahead)
    refused = request_permit(
        ledger,
        FREE,
        PermitRequest("r2", "A1", "P1-m1", Channel.AGENT_CALL, CALM.id),
        NOON,
        "Asia/Shanghai",
    )

    assert [r.code for r in refused.reasons] == ["clock_behind"]
    assert refused.next_at == ahead
    assert ask(ledger, "r3", at=ahead + timedelta(seconds=1)) is not None


asked = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from([0, 1]), st.sampled_from(["busy", "", "late"])),
    min_size=2,
    max_size=30,
)


@given(asked=asked, apart=st.integers(-3600, 3600), gap=st.integers(1, 90))
@settings(max_examples=60, deadline=None)
def test_two_servers_with_clocks_apart_never_open_a_window_twice(
    tmp_path_factory, asked, apart, gap
):
    """Real minutes pass; server 0 has the right clock, server 1 is `apart` seconds off."""
    ledger = open_ledger(f"sqlite:{tmp_path_factory.mktemp('skew')}/ledger")
    import_parties(ledger, [(a_party(), (an_account(),))])
    rules = FixedRules(
        (
            Cap(RULE, VOICE, Count.DIALS, CapKey.PARTY, 3, 1),
            MinimumGap(RULE, VOICE, gap),
        )
    )
    real, grants = shanghai("2026-03-10 20:00"), []
    for number, (minutes, server, then) in enumerate(asked):
        real += timedelta(minutes=minutes)
        clock = real + timedelta(seconds=apart) * server
        permit = ask(ledger, f"r{number}", clock, rules)
        if permit is not None:
            grants.append(permit.granted_at)
            if then == "busy":
                tell(ledger, permit, Outcome.BUSY, clock)
            elif then == "late":
                confirm(ledger, permit.id, clock - timedelta(hours=1))
    ledger.close()
    days = [(at + timedelta(hours=8)).date() for at in grants]

    assert all(b - a >= timedelta(minutes=gap) for a, b in itertools.pairwise(grants))
    assert all(days.count(day) <= 3 for day in days)
