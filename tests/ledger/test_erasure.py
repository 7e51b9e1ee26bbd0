"""A person is forgotten; the law that protects them is not."""

from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from examples import CALM, RULE, FixedRules, a_mobile, a_party, an_account, an_attempt, shanghai
from stored import stored

from strategy.accounts import import_attempts, import_parties, record_event
from strategy.audit.export import export
from strategy.audit.replay import replay
from strategy.audit.verify import verify
from strategy.cli.ledger import command
from strategy.decide import request_permit
from strategy.domain.audit_entry import EntryKind
from strategy.domain.channel import VOICE, Channel
from strategy.domain.contact_plan import Assignment
from strategy.domain.decision_request import PermitRequest
from strategy.domain.directive import Cap, CapKey
from strategy.domain.event import Event, EventKind
from strategy.domain.outcome import Count, Outcome
from strategy.domain.plan_record import PlanRecord, PlanState
from strategy.domain.slot import Slot
from strategy.erasure import erase_party, expire
from strategy.errors import InputError, LedgerUnavailable, NotFound, WrongState
from strategy.ledger.opening import POSTGRESQL, ledger_to_read, open_ledger
from strategy.outcomes import AttemptOutcome, confirm, release, report

NOON = shanghai("2026-03-10 12:00")
ADDRESS = "13900001111"
NAMES = ("P1-secret", "A1-secret", "M1-secret", ADDRESS, "7654321")
CAPPED = FixedRules(
    tuple(
        Cap(RULE, VOICE, Count.DIALS, key, 1, 7)
        for key in (CapKey.PARTY, CapKey.ACCOUNT, CapKey.CONTACT_POINT)
    )
)


@pytest.fixture
def ledger(place):
    opened = open_ledger(place)
    bring(opened)
    import_parties(opened, [(a_party("P2"), (an_account("A2", "P2"),))])
    yield opened
    opened.close()


def bring(ledger):
    point = a_mobile(NAMES[0])
    point = type(point)(NAMES[2], NAMES[0], point.kind, point.owner, ADDRESS)
    party = a_party(NAMES[0], contact_points=(point,))
    import_parties(ledger, [(party, (an_account(NAMES[1], NAMES[0], balance_cents=7654321),))])


def ask(ledger, request_id, at=NOON, account=NAMES[1], point=NAMES[2], rules=CAPPED):
    request = PermitRequest(request_id, account, point, Channel.AGENT_CALL, CALM.id)
    return request_permit(ledger, rules, request, at, "Asia/Shanghai")


def a_life(ledger):
    """A plan, a call with an outcome, a refusal, events; and a decision about somebody else."""
    slot = Slot(NOON, NOON + timedelta(minutes=30))
    planned = Assignment(NAMES[1], NAMES[0], NAMES[2], Channel.AGENT_CALL, slot, "S", 1, 1)
    plan = PlanRecord("plan-1", PlanState.ACTIVE, "done", "h")

    def put(tx):
        tx.plans.add(plan, "", NOON)
        tx.plans.activate(plan, [planned])

    ledger.write(put)
    permit = ask(ledger, "r1").permit
    report(ledger, [AttemptOutcome(permit.id, Outcome.DISPUTE)], NOON)
    ask(ledger, "r2", NOON + timedelta(minutes=5))
    ask(ledger, "r3", NOON + timedelta(minutes=6), "A2", "P2-m1")
    for kind in (EventKind.OPT_OUT, EventKind.HARDSHIP):
        event = Event(f"e-{kind}-secret", NAMES[0], kind, NOON, NAMES[1], "sms", NAMES[2])
        record_event(ledger, event, NOON)


def test_nothing_that_names_the_person_is_left_in_any_file_while_the_server_runs(ledger, place):
    a_life(ledger)
    assert any(name.encode() in one for name in NAMES for one in stored(place))
    done = erase_party(ledger, NAMES[0], NOON + timedelta(hours=1))

    at_once = not place.startswith(POSTGRESQL)
    assert (done.attempts_kept, done.records_removed, done.complete) == (1, 2, at_once)
    for one in stored(place):
        for name in (*NAMES, "e-opt_out-secret"):
            assert name.encode() not in one, name
    with pytest.raises(NotFound, match=r"is gone: erased on 2026-03-10 \(audit entry 4\)"):
        ask(ledger, "r1")  # the very request that was answered before
    with pytest.raises(NotFound, match="no account"):
        ask(ledger, "r9")
    again = erase_party(ledger, NAMES[0], NOON + timedelta(hours=2))  # its answer may be lost
    assert (again.pseudonym, again.attempts_kept) == (done.pseudonym, done.attempts_kept)
    assert (again.records_removed, again.complete) == (0, at_once)
    with pytest.raises(NotFound):
        erase_party(ledger, "P404", NOON)


def test_the_chain_still_fits_says_what_was_removed_and_the_others_can_be_replayed(ledger, place):
    a_life(ledger)
    erase_party(ledger, NAMES[0], NOON + timedelta(hours=1))
    with ledger_to_read(place) as reader:
        found = verify(reader)
        rows = list(export(reader, None, None))
        replayed = list(replay(reader, None, None))

    assert (found.fault, found.removed, found.entries) == (None, 2, 4)
    assert [row.record_removed for row in rows] == [True, True, False, False]
    assert [row.party_id for row in rows] == ["", "", "P2", ""]
    assert rows[0].permitted
    assert rows[1].reasons[0].code == "frequency_cap"
    assert (rows[3].kind, rows[3].removed) == (EntryKind.ERASED, ((1, 2),))
    assert len(replayed) == 1


def test_attempts_stay_and_the_same_person_brought_again_is_not_called_anew(ledger):
    a_life(ledger)
    erase_party(ledger, NAMES[0], NOON + timedelta(hours=1))
    bring(ledger)
    refused = ask(ledger, "r9", NOON + timedelta(days=1))
    kept = ledger.read(lambda tx: tx.people.events(NAMES[0]))

    assert [r.code for r in refused.reasons] == ["frequency_cap"] * 3  # person, account, number
    assert [e.kind for e in kept] == [EventKind.OPT_OUT]
    assert (kept[0].account_id, kept[0].contact_point_id) == (NAMES[1], NAMES[2])


def test_two_ledgers_give_one_person_two_pseudonyms(ledger, new_place):
    other = open_ledger(new_place())
    bring(other)
    one, two = (erase_party(one, NAMES[0], NOON).pseudonym for one in (ledger, other))
    other.close()

    assert one != two


def test_nobody_is_erased_while_somebody_may_be_calling_them(ledger):
    permit = ask(ledger, "r1").permit
    with pytest.raises(WrongState, match="2026-03-10 04:01:00 UTC"):
        erase_party(ledger, NAMES[0], NOON)
    erase_party(ledger, NAMES[0], NOON + timedelta(minutes=2))

    (late,) = report(ledger, [AttemptOutcome(permit.id, Outcome.BUSY)], NOON + timedelta(minutes=3))
    assert late.accepted


def test_news_of_an_erased_persons_permit_count_and_say_nothing_else_of_them(ledger, place):
    permit = ask(ledger, "r1").permit
    pseudonym = erase_party(ledger, NAMES[0], NOON + timedelta(minutes=2)).pseudonym
    confirm(ledger, permit.id, NOON + timedelta(minutes=3))
    promise = AttemptOutcome(
        permit.id, Outcome.PROMISE_TO_PAY, promise_due=date(2026, 3, 20), promise_cents=7654321
    )
    told = [report(ledger, [promise], NOON + timedelta(minutes=4)) for _ in range(2)]
    past = ledger.read(lambda tx: tx.history(pseudonym, NOON))
    event = Event("e9", NAMES[0], EventKind.PAYMENT, NOON, NAMES[1])

    assert [one.accepted for (one,) in told] == [True, True]
    assert [a.outcome for a in past.attempts] == [Outcome.PROMISE_TO_PAY]
    assert past.events == ()
    with pytest.raises(WrongState):
        release(ledger, permit.id, NOON + timedelta(minutes=5))
    with pytest.raises(NotFound):
        record_event(ledger, event, NOON)
    for one in stored(place):
        assert not any(name.encode() in one for name in NAMES)


def test_old_attempts_and_records_go_and_younger_ones_stay(ledger, place):
    old, year = shanghai("2024-01-01 10:00"), timedelta(days=366)
    made = [
        an_attempt(old + timedelta(days=d), id=f"old-{d}", party_id="P2", account_id="A2")
        for d in range(3)
    ]
    import_attempts(ledger, made)
    for n in range(4):
        ask(ledger, f"r{n}", old + timedelta(days=n), "A2", "P2-m1", FixedRules())
    ask(ledger, "new", NOON, "A2", "P2-m1", FixedRules())
    border = old + timedelta(days=2)
    done = expire(ledger, year, border + year)
    history = ledger.read(lambda tx: tx.history("P2", NOON))
    with ledger_to_read(place) as reader:
        found = verify(reader)

    assert (done.attempts, done.records) == (4, 2)  # days 0 and 1; what is just of that age stays
    assert len(history.attempts) == 4
    assert (found.fault, found.removed, found.entries) == (None, 2, 6)
    (oldest,) = ledger.read(lambda tx: tx.audit.stored(0, 1))
    with pytest.raises(NotFound, match="is gone: expired on 2025-"):
        ledger.read(lambda tx: tx.decisions.get(oldest.id))
    with pytest.raises(InputError, match="366"):
        expire(ledger, timedelta(days=365), NOON)


def test_the_commands_work_on_the_ledger_and_say_where_to_turn_while_a_server_has_a_file(
    ledger, place
):
    a_life(ledger)
    words = ["erase", "--ledger", place, "--party", NAMES[0]]
    if not place.startswith(POSTGRESQL):
        assert isinstance(CliRunner().invoke(command, words).exception, LedgerUnavailable)
        ledger.close()
    ran = CliRunner().invoke(command, words)
    assert ran.exit_code == 0, ran.exception
    assert "1 attempts stay as erased-" in ran.output
    ran = CliRunner().invoke(command, ["expire", "--ledger", place, "--older-than", "400"])
    assert ran.output == "removed 0 attempts and 0 records of decisions\n"
    ran = CliRunner().invoke(command, ["erase", "--party", "P1"])
    assert isinstance(ran.exception, InputError)
