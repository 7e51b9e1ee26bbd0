"""What was decided is decided again from the record alone, to the bit."""

import sqlite3
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from zlib import compress

import msgspec
import pytest
from click.testing import CliRunner
from examples import SHANGHAI, a_mobile, a_party, an_account, an_attempt, shanghai
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from strategy.accounts import import_attempts, import_parties, record_event
from strategy.audit.replay import again
from strategy.cli.audit import command
from strategy.decide import decide, request_permit
from strategy.domain.channel import Channel
from strategy.domain.contact_plan import Assignment
from strategy.domain.contact_point import ContactKind
from strategy.domain.decision_request import DecideRequest, PermitRequest
from strategy.domain.event import Event, EventKind
from strategy.domain.outcome import Outcome
from strategy.domain.party import Consent, Wish
from strategy.domain.plan_record import PlanRecord, PlanState
from strategy.domain.rulebook_change import How, RulebookChange
from strategy.domain.slot import Slot
from strategy.errors import StrategyError
from strategy.ledger.reader import ledger_reader
from strategy.ledger.sqlite import SqliteLedger
from strategy.outcomes import AttemptOutcome, confirm, release, report
from strategy.publish import publish
from strategy.relief import request_relief
from strategy.rule_files import read_rule_files

HOME = Path(__file__).resolve().parents[2]
NINE = shanghai("2026-03-10 09:00")


@pytest.fixture(scope="module")
def packs():
    return publish(read_rule_files([HOME / "rules" / "cn", HOME / "rules" / "house"]))


def people(ledger):
    """Two people who differ in all that limits read, a past, and a plan for the morning."""
    two = a_party(
        "P2",
        zones=(SHANGHAI, "Asia/Urumqi"),
        contact_points=(a_mobile("P2"), a_mobile("P2", "2", kind=ContactKind.WORK)),
        consents=(Consent(Channel.SMS, NINE - timedelta(days=9), any_hour=True),),
        wishes=(Wish(frozenset({Channel.ROBOT_CALL, Channel.PUSH}), kinds=frozenset({"work"})),),
    )
    import_parties(
        ledger,
        [
            (a_party("P1"), (an_account("A1", "P1", attributes={"tier": "gold", "vip": True}),)),
            (two, (an_account("A2", "P2"),)),
        ],
    )
    import_attempts(
        ledger, [an_attempt(NINE - timedelta(days=d), id=f"old-{d}") for d in range(1, 9)]
    )
    plan = PlanRecord("plan-1", PlanState.ACTIVE, "done", "h")
    due = Slot(NINE + timedelta(minutes=30), NINE + timedelta(hours=2))
    planned = [
        Assignment(f"A{n}", f"P{n}", f"P{n}-m1", Channel.AGENT_CALL, due, "agent-solution", 9, 1)
        for n in (1, 2)
    ]

    def put(tx):
        tx.plans.add(replace(plan, state=PlanState.RUNNING), "", NINE)
        tx.plans.activate(plan, planned)

    ledger.write(put)


def records(ledger):
    return [e.record.decode() for e in ledger.read(lambda tx: tx.audit.stored(0, 10_000))]


steps = st.lists(
    st.tuples(
        st.sampled_from(
            ["permit", "text", "decide", "relief", "confirm", "release", "event", *Outcome]
        ),
        st.sampled_from([1, 2]),
        st.integers(-1, 90),
        st.sampled_from([EventKind.DISPUTE, EventKind.DISPUTE_ENDED, EventKind.OPT_OUT]),
    ),
    max_size=20,
)


@given(steps=steps)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_decision_of_a_rehearsal_is_made_again_the_same_to_the_bit(
    packs, tmp_path_factory, steps
):
    ledger = SqliteLedger.open(str(tmp_path_factory.mktemp("replay") / "ledger"))
    people(ledger)
    at, permit, decided = NINE, None, 0
    for number, (step, who, minutes, kind) in enumerate(steps):
        at += timedelta(minutes=minutes, microseconds=number)
        request = f"r{number}"
        try:
            if step in ("permit", "text"):
                channel = Channel.AGENT_CALL if step == "permit" else Channel.SMS
                script = "agent-solution" if step == "permit" else "no-such-script"
                body = PermitRequest(request, f"A{who}", f"P{who}-m1", channel, script)
                permit = request_permit(ledger, packs, body, at, SHANGHAI).permit or permit
                decided += 1
            elif step == "decide":
                channels = frozenset({Channel.AGENT_CALL, Channel.SMS}) if minutes % 2 else ()
                body = DecideRequest(request, f"A{who}", frozenset(channels))
                permit = decide(ledger, packs, body, at, SHANGHAI).permit or permit
                decided += 1
            elif step == "relief":
                request_relief(ledger, packs, request, f"A{who}", at, SHANGHAI)
                decided += 1
            elif step == "event":
                record_event(ledger, Event(request, f"P{who}", kind, at), at)
            elif permit is not None and step == "confirm":
                confirm(ledger, permit.id, at)
            elif permit is not None and step == "release":
                release(ledger, permit.id, at)
            elif permit is not None:
                due = date(2026, 3, 20)
                report(ledger, [AttemptOutcome(permit.id, Outcome(step), promise_due=due)], at)
        except StrategyError:
            pass
    kept = records(ledger)
    ledger.close()

    assert len(kept) == decided
    assert [again(record, packs).difference for record in kept] == [None] * decided


def test_other_rules_another_past_or_another_instant_give_a_difference(packs, tmp_path):
    """The comparison can fail: each input is changed once."""
    ledger = SqliteLedger.open(str(tmp_path / "ledger"))
    people(ledger)
    ask = PermitRequest("r1", "A1", "P1-m1", Channel.AGENT_CALL, "agent-solution")
    given = request_permit(ledger, packs, ask, NINE, SHANGHAI)
    (record,) = records(ledger)
    ledger.close()
    assert given.permit is not None
    grounds = record.grounds
    tried = an_attempt(NINE - timedelta(minutes=1))
    changed = [
        replace(grounds, now=shanghai("2026-03-10 23:30")),
        replace(grounds, history=replace(grounds.history, attempts=(tried,))),
        replace(grounds, party=replace(grounds.party, zones=())),
        replace(grounds, account=replace(grounds.account, due_date=date(2026, 3, 30))),
        replace(grounds, plan_id="plan-2"),
    ]

    assert again(record, packs).difference is None
    for other in changed:
        assert again(replace(record, grounds=other), packs).difference is not None
    later = replace(record, answer=replace(given, next_at=NINE))
    assert again(later, packs).difference.startswith("answer: was ")


@pytest.fixture
def served(packs, tmp_path):
    """A ledger with its rulebook and four decisions, as a server leaves it."""
    ledger = SqliteLedger.open(str(tmp_path / "ledger"))
    people(ledger)
    change = RulebookChange(packs.hash, NINE, How.FOLDERS)
    ledger.write(lambda tx: tx.rulebooks.add(change, packs.files))
    for n in range(4):
        who = n % 2 + 1
        ask = PermitRequest(f"r{n}", f"A{who}", f"P{who}-m1", Channel.AGENT_CALL, "agent-solution")
        request_permit(ledger, packs, ask, NINE + timedelta(minutes=n), SHANGHAI)
    yield tmp_path / "ledger", ledger
    ledger.close()


def run(*words):
    ran = CliRunner().invoke(command, ["replay", *map(str, words)])
    assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
    return ran.exit_code, ran.output


def test_the_command_replays_all_one_or_a_sample_beside_the_open_ledger(served):
    path, ledger = served
    (first, *_) = records(ledger)

    assert run(path) == (0, "4 decisions made again: the same answers, bit for bit\n")
    assert run(path, "--decision", first.decision_id)[1].startswith("1 decisions made again")
    assert run(path, "--sample", 2)[1].startswith("2 decisions made again")


def test_a_decision_made_by_other_rules_than_the_recorded_is_listed_and_ends_with_2(served):
    path, ledger = served
    ledger.close()
    db = sqlite3.connect(path)
    (hash_, files) = db.execute("SELECT hash, files FROM rulebook").fetchone()
    texts = msgspec.json.decode(files)
    for file in texts:
        file["text"] = file["text"].replace("minutes: 120", "minutes: 121")
    db.execute("UPDATE rulebook SET files = ?", (msgspec.json.encode(texts),))
    db.commit()
    code, said = run(path)

    assert code == 2
    assert f"texts kept for rulebook {hash_[:12]} now make" in said
    assert "4 of 4 decisions differ" in said
    db.execute("DELETE FROM rulebook")
    db.commit()
    db.close()
    code, said = run(path, "--sample", 1)
    assert (code, "is not in the ledger" in said) == (2, True)


def test_a_changed_verdict_shows_when_the_decision_is_made_again(served):
    path, ledger = served
    ledger.close()
    with ledger_reader(path) as reader:
        record = reader.read(lambda tx: tx.audit.stored(0, 1))[0].record.decode()
    lie = replace(record, answer=replace(record.answer, permit=None))
    db = sqlite3.connect(path)
    db.execute(
        "UPDATE decision_record SET body = ?, fired = NULL WHERE number = 1",
        (compress(msgspec.json.encode(lie)),),
    )
    db.commit()
    db.close()
    code, said = run(path)

    assert code == 2
    assert f"{record.decision_id}: answer: was " in said
    assert "1 of 4 decisions differ" in said
