"""Several people owe one account, and one of them is forgotten."""

from dataclasses import replace
from datetime import timedelta
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner
from examples import (
    CALM,
    LONG_AGO,
    RULE,
    SHANGHAI,
    FixedRules,
    a_call,
    a_party,
    an_account,
    an_attempt,
    shanghai,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from stored import stored

from strategy.accounts import import_attempts, import_parties, record_event
from strategy.audit.verify import verify
from strategy.case_file import open_case
from strategy.cli.audit import command as audit
from strategy.decide import request_permit
from strategy.domain.channel import VOICE, Channel
from strategy.domain.decision_request import PermitRequest
from strategy.domain.directive import Cap, CapKey
from strategy.domain.event import Event, EventKind
from strategy.domain.outcome import Count, Outcome
from strategy.erasure import erase_party
from strategy.errors import NotFound, WrongState
from strategy.ledger.opening import ledger_to_read, open_ledger
from strategy.limits import frequency_cap
from strategy.outcomes import AttemptOutcome, report

NOON = shanghai("2026-03-10 12:00")
LATER = NOON + timedelta(hours=2)
OF_ACCOUNT = FixedRules((Cap(RULE, VOICE, Count.DIALS, CapKey.ACCOUNT, 2, 7),))
OF_BOTH = FixedRules((Cap(RULE, VOICE, Count.DIALS, CapKey.PARTY_ACCOUNT, 1, 7),))


@pytest.fixture
def ledger(place):
    """ANN's account is owed by BOB too, and BOB has one of his own."""
    opened = open_ledger(place)
    bring(opened, "ANN", liable=("BOB",))
    bring(opened, "BOB")
    yield opened
    opened.close()


def bring(ledger, who, liable=(), **changes):
    account = an_account(f"{who}-debt", who, liable=liable)
    import_parties(ledger, [(a_party(who, **changes), (account,))])


def ask(ledger, request_id, who, at=NOON, rules=OF_ACCOUNT, account="ANN-debt"):
    request = PermitRequest(
        request_id, account, f"{who}-m1", Channel.AGENT_CALL, CALM.id, party_id=who
    )
    return request_permit(ledger, rules, request, at, "Asia/Shanghai")


def call(ledger, request_id, who, at=NOON, **changes):
    """A permit, and the outcome that nobody answered."""
    permit = ask(ledger, request_id, who, at, **changes).permit
    report(ledger, [AttemptOutcome(permit.id, Outcome.NO_ANSWER)], at)


def codes(answer):
    return [reason.code for reason in answer.reasons]


def account(ledger, account_id="ANN-debt"):
    return ledger.read(lambda tx: tx.people.account(account_id))


def left(place, *names):
    """Those of the names that stand anywhere in the ledger, beside `ANN-debt`."""
    texts = [one.replace(b"ANN-debt", b"") for one in stored(place)]
    return {name for name in names for text in texts if name.encode() in text}


calls = st.lists(
    st.tuples(st.sampled_from(["ANN", "BOB"]), st.sampled_from(["ANN-debt", "BOTH-debt"])),
    max_size=6,
)


@given(calls=calls, gone=st.lists(st.sampled_from(["ANN", "BOB"]), unique=True, max_size=2))
@settings(max_examples=30, deadline=None)
def test_no_erasure_changes_what_a_cap_counts_for_anybody_who_is_left_or_comes_back(calls, gone):
    with TemporaryDirectory() as folder:
        ledger = open_ledger(f"sqlite:{folder}/ledger")

        def arrive(who):
            liable = {"ANN": ("BOB",), "BOB": ("ANN",)}[who]
            own = (an_account(f"{who}-debt", who, liable=liable),)
            both = (an_account("BOTH-debt", "ANN", liable=("BOB",)),) if who == "ANN" else ()
            import_parties(ledger, [(a_party(who), own + both)])

        def counted(who, account_id, key):
            cap = Cap(RULE, VOICE, Count.DIALS, key, 1, 7)
            case = ledger.read(
                lambda tx: open_case(tx, FixedRules((cap,)), account_id, LATER, SHANGHAI, who)
            ).case
            proposal = replace(a_call(LATER, case), account_id=account_id)
            return len(frequency_cap.counted(cap, proposal, case))

        def all_counts(people):
            keys = (CapKey.PARTY, CapKey.ACCOUNT, CapKey.PARTY_ACCOUNT, CapKey.CONTACT_POINT)
            accounts = ("ANN-debt", "BOB-debt", "BOTH-debt")
            return {(w, a, k): counted(w, a, k) for w in people for a in accounts for k in keys}

        for who in ("ANN", "BOB"):
            arrive(who)
        import_attempts(
            ledger,
            [
                an_attempt(NOON, id=f"t{n}", party_id=w, account_id=a, contact_point_id=f"{w}-m1")
                for n, (w, a) in enumerate(calls)
            ],
        )
        before = all_counts(("ANN", "BOB"))
        for who in gone:
            erase_party(ledger, who, LATER)
        left_over = [who for who in ("ANN", "BOB") if who not in gone]
        assert all_counts(left_over) == {k: v for k, v in before.items() if k[0] in left_over}
        for who in gone:
            arrive(who)
        assert all_counts(("ANN", "BOB")) == before
        ledger.close()


@pytest.mark.parametrize(("gone", "stays"), [("ANN", "BOB"), ("BOB", "ANN")])
def test_the_account_stays_for_the_other_and_calls_to_the_erased_still_count(
    ledger, place, gone, stays
):
    call(ledger, "r1", gone)
    call(ledger, "r2", stays, NOON + timedelta(minutes=5))
    done = erase_party(ledger, gone, LATER)
    refused = ask(ledger, "r3", stays, LATER)

    assert (done.attempts_kept, done.records_removed) == (1, 2)  # the second names both
    assert left(place, gone) == set()
    assert set(account(ledger).owed_by) == {done.pseudonym, stays}
    assert codes(refused) == ["frequency_cap"]
    assert dict(refused.reasons[0].values) == {"counted": "2", "maximum": "2"}
    with pytest.raises(NotFound, match=f"has no party `{gone}`"):
        ask(ledger, "r4", gone, LATER)


def test_what_counts_for_a_person_about_an_account_comes_back_with_the_person(ledger):
    call(ledger, "r1", "BOB", rules=OF_BOTH)
    erase_party(ledger, "BOB", LATER)
    assert ask(ledger, "r2", "ANN", LATER, rules=OF_BOTH).permit is not None
    bring(ledger, "BOB")

    assert account(ledger).owed_by == ("ANN", "BOB")
    assert codes(ask(ledger, "r3", "BOB", LATER, rules=OF_BOTH)) == ["frequency_cap"]
    assert len(ledger.read(lambda tx: list(tx.people.all_parties()))) == 2


def test_since_when_calls_to_the_erased_are_known_is_not_forgotten(ledger):
    bring(ledger, "BOB", history_from=NOON - timedelta(days=1))
    erase_party(ledger, "BOB", LATER)
    assert codes(ask(ledger, "r1", "ANN", LATER)) == ["history_missing"]

    bring(ledger, "BOB", history_from=LONG_AGO)
    erase_party(ledger, "BOB", LATER)
    assert ask(ledger, "r2", "ANN", LATER).permit is not None


def test_a_past_call_whose_id_names_the_person_loses_it_and_is_not_counted_twice_later(
    ledger, place
):
    past = an_attempt(NOON, id="BOB-t1", party_id="BOB", account_id="ANN-debt")
    import_attempts(ledger, [past])
    erase_party(ledger, "BOB", LATER)
    assert left(place, "BOB") == set()
    bring(ledger, "BOB")
    for _ in range(2):
        import_attempts(ledger, [past])

    assert ask(ledger, "r1", "ANN", LATER).permit is not None  # one of two
    assert ledger.read(lambda tx: tx.history("BOB", LATER)).attempts == (past,)


def test_an_upload_that_names_the_erased_again_closes_the_account_until_they_are_erased_again(
    ledger, place
):
    call(ledger, "r1", "BOB")
    erase_party(ledger, "BOB", LATER)
    bring(ledger, "ANN", liable=("BOB",))  # the lender's own list still has him
    assert codes(ask(ledger, "r2", "ANN", LATER)) == ["history_missing"]

    assert erase_party(ledger, "BOB", LATER).attempts_kept == 1
    assert left(place, "BOB") == set()
    assert ask(ledger, "r3", "ANN", LATER).permit is not None  # the second of two


def test_somebody_who_is_only_named_as_liable_can_be_erased(ledger, place):
    bring(ledger, "ANN", liable=("BOB", "CAT"))
    import_attempts(ledger, [an_attempt(NOON, party_id="CAT", account_id="ANN-debt")])
    done = erase_party(ledger, "CAT", LATER)

    assert done.attempts_kept == 1
    assert left(place, "CAT") == set()
    assert codes(ask(ledger, "r1", "ANN", LATER)) == ["history_missing"]


def test_a_dispute_of_the_debt_stays_while_somebody_owes_it_and_what_was_personal_goes(ledger):
    def happened(kind, account_id="ANN-debt", **more):
        name = f"e-{kind}-{account_id}"
        record_event(ledger, Event(name, "BOB", kind, NOON, account_id, **more), NOON)

    happened(EventKind.DISPUTE)
    happened(EventKind.DISPUTE, "BOB-debt")
    happened(EventKind.PROMISE, amount_cents=500)
    happened(EventKind.INCAPACITY)
    happened(EventKind.CEASE, None)
    pseudonym = erase_party(ledger, "BOB", LATER).pseudonym

    def told():
        events = ledger.read(lambda tx: tx.people.events(pseudonym))
        return {(event.kind, event.account_id, event.amount_cents) for event in events}

    assert told() == {
        (EventKind.DISPUTE, "ANN-debt", None),
        (EventKind.PROMISE, "ANN-debt", 500),
        (EventKind.CEASE, None, None),
    }
    debt = account(ledger)
    history = ledger.read(lambda tx: tx.history_of(debt, "ANN", LATER))
    assert {event.kind for event in history.events} == {EventKind.DISPUTE, EventKind.PROMISE}
    erase_party(ledger, "ANN", LATER)
    assert told() == {(EventKind.CEASE, None, None)}


def test_an_account_goes_with_the_last_who_owes_it_and_comes_back_with_all_its_calls(ledger, place):
    call(ledger, "r1", "BOB")
    call(ledger, "r2", "ANN", NOON + timedelta(minutes=5))
    record_event(ledger, Event("e1", "ANN", EventKind.OPT_OUT, NOON, "ANN-debt", "sms"), NOON)
    erase_party(ledger, "ANN", LATER)
    erase_party(ledger, "BOB", LATER)

    assert account(ledger) is None
    assert left(place, "ANN", "BOB") == set()
    assert not any(b"ANN-debt" in one for one in stored(place))
    assert ledger.read(lambda tx: list(tx.people.all_parties())) == []
    bring(ledger, "ANN")  # without BOB: calls to him about the account still count
    assert codes(ask(ledger, "r3", "ANN", LATER)) == ["frequency_cap"]
    (kept,) = ledger.read(lambda tx: tx.people.events("ANN"))
    assert (kept.kind, kept.account_id) == (EventKind.OPT_OUT, "ANN-debt")


def test_one_who_owes_it_may_take_the_place_of_the_erased_and_nobody_else_may(ledger):
    call(ledger, "r1", "ANN")
    call(ledger, "r2", "BOB", NOON + timedelta(minutes=5))
    erase_party(ledger, "ANN", LATER)
    with pytest.raises(WrongState, match="is of party `erased-"):
        import_parties(ledger, [(a_party("EVE"), (an_account("ANN-debt", "EVE"),))])
    import_parties(ledger, [(a_party("BOB"), (an_account("ANN-debt", "BOB"),))])

    assert account(ledger).owed_by == ("BOB",)
    assert codes(ask(ledger, "r3", "BOB", LATER)) == ["frequency_cap"]


def test_the_chain_fits_before_and_after_and_replays_say_erased(ledger, place):
    asked = ask(ledger, "r1", "ANN")
    ask(ledger, "r2", "BOB", LATER, account="BOB-debt")
    erase = timedelta(hours=4)

    def checked():
        with ledger_to_read(place) as reader:
            found = verify(reader)
        return found.fault, found.entries, found.removed

    assert checked() == (None, 2, 0)
    erase_party(ledger, "BOB", NOON + erase)
    assert checked() == (None, 3, 2)  # ANN's record named BOB as another who owes it
    ran = CliRunner().invoke(audit, ["replay", place])
    assert ran.output == (
        "0 decisions made again: the same answers, bit for bit\n"
        "cannot be made again, because their records are gone: 2 erased\n"
    )
    ran = CliRunner().invoke(audit, ["replay", place, "--decision", asked.decision_id])
    assert isinstance(ran.exception, NotFound)
    assert str(ran.exception).endswith("is gone: erased on 2026-03-10 (audit entry 3)")
