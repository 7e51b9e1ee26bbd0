"""The checker of load tests finds nothing wrong with the real ledger, and each planted fault, in
either database."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from examples import SHANGHAI, a_party, an_account, an_attempt, shanghai

from loadtest.check.ledger import check
from loadtest.journal import Answered, Journal, Recorded, Reported
from strategy.accounts import import_attempts, import_parties
from strategy.decide import request_permit
from strategy.domain.channel import Channel
from strategy.domain.decision_request import PermitRequest
from strategy.domain.directive import Cap
from strategy.domain.directives import Directives
from strategy.domain.instant import to_micros
from strategy.domain.local_time import local as true_local
from strategy.domain.outcome import Outcome
from strategy.domain.rulebook_change import How, RulebookChange
from strategy.ledger.opening import open_ledger
from strategy.ledger.transaction import Transaction
from strategy.outcomes import AttemptOutcome, report
from strategy.publish import publish
from strategy.rules.rulebook import Rulebook
from strategy.rules.source import RuleFile

NOON = shanghai("2026-03-10 12:00")
RULES = """\
schema: collections-rules/1
pack: test
kind: law
jurisdictions: [CN]
rules:
  - id: T-NIGHT
    title: no calls at night
    when: always
    then: {forbid: voice, window: ["20:00", "08:00"]}
    force: statute
    citation: none
    confidence: secondary
  - id: T-CAP
    title: three dials a day
    when: always
    then: {cap: voice, count: dials, per: party, maximum: 3, days: 1}
    force: statute
    citation: none
    confidence: secondary
"""
SCRIPTS = """\
schema: collections-rules/1
pack: house
kind: house
scripts:
  - {id: calm, channel: agent_call, title: a script, languages: [zh]}
"""


@pytest.fixture(scope="module")
def book():
    return publish([RuleFile("law.yaml", RULES), RuleFile("house.yaml", SCRIPTS)])


class World:
    """A ledger, its callers' journal, and callers."""

    def __init__(self, place, folder, book):
        self.place, self.folder, self.book = place, folder, book
        self.ledger = open_ledger(place)
        self.journal = Journal(folder / "journal-0.jsonl")
        import_parties(self.ledger, [(a_party("P1"), (an_account("A1", "P1"),))])
        change = RulebookChange(book.hash, NOON, How.FOLDERS, "")
        self.ledger.write(lambda tx: tx.rulebooks.add(change, book.files))

    def ask(self, request_id, at=NOON, clock=timedelta(0)):
        """Asked at `at` by the caller's clock, `at + clock` by the server's."""
        request = PermitRequest(request_id, "A1", "P1-m1", Channel.AGENT_CALL, "calm")
        answer = request_permit(self.ledger, self.book, request, at + clock, SHANGHAI)
        permit = answer.permit
        told = Answered(
            request_id,
            to_micros(at),
            to_micros(at) + 1000,
            answer.decision_id,
            repr(answer),
            permit.id if permit else "",
            to_micros(permit.granted_at) if permit else 0,
        )
        self.journal.write(told)
        return answer

    def tell(self, answer, at, outcome=Outcome.NO_ANSWER):
        (result,) = report(self.ledger, [AttemptOutcome(answer.permit.id, outcome)], at)
        assert result.accepted
        sent = to_micros(at)
        self.journal.write(Reported(answer.permit.id, str(outcome), sent, sent + 1000))

    def dial(self, request_id, at):
        answer = self.ask(request_id, at)
        if answer.permit:
            self.tell(answer, at + timedelta(seconds=30))
        return answer

    def lines(self):
        return {violation.line for violation in check(self.place, self.folder).violations}

    def sql(self, statement):
        self.ledger.write(lambda tx: tx.people._db.execute(statement))


@pytest.fixture
def world(place, tmp_path, book):
    made = World(place, tmp_path, book)
    yield made
    made.journal.close()
    made.ledger.close()


def loosen(monkeypatch, by):
    """The service permits `by` attempts more than its caps say."""
    decide = Rulebook.decide

    def looser(self, *given):
        verdict = decide(self, *given)
        more = (
            replace(d, maximum=d.maximum + by) if isinstance(d, Cap) else d
            for d in verdict.directives
        )
        return replace(verdict, directives=Directives(more))

    monkeypatch.setattr(Rulebook, "decide", looser)


def minutes(number):
    return NOON + timedelta(minutes=number)


def test_the_real_ledger_passes_with_every_line_looked_at(world):
    answers = [world.dial(f"r{n}", minutes(n)) for n in range(5)]
    world.ask("r1", minutes(1))
    checked = check(world.place, world.folder)

    assert [bool(a.permit) for a in answers] == [True, True, True, False, False]
    assert checked.violations == []
    assert (checked.permits, checked.caps, checked.bans) == (3, 3, 3)
    assert (checked.answers, checked.outcomes, checked.repeated) == (6, 3, 1)


def test_a_ledger_with_the_lock_removed_is_caught(world, monkeypatch):
    """Both callers read the past before either writes, which is what the one writer prevents."""
    whole, both = Transaction.history_of, threading.Barrier(2, timeout=10)
    past = world.ledger.read(lambda tx: whole(tx, an_account("A1", "P1"), "P1", NOON))
    monkeypatch.setattr(Transaction, "history_of", lambda *_: past)
    answers = []

    def caller(name):
        both.wait()
        answers.append(world.ask(name))

    callers = [threading.Thread(target=caller, args=(name,)) for name in ("r1", "r2")]
    for one in callers:
        one.start()
    for one in callers:
        one.join()
    for answer in answers:
        world.tell(answer, NOON + timedelta(seconds=20))

    assert world.lines() == {"open permit"}


def test_a_cap_off_by_one_is_caught(world, monkeypatch):
    loosen(monkeypatch, by=1)
    answers = [world.dial(f"r{n}", minutes(n)) for n in range(5)]
    checked = check(world.place, world.folder)

    assert [bool(a.permit) for a in answers] == [True, True, True, True, False]
    assert [(v.line, v.subject) for v in checked.violations] == [("cap", answers[3].permit.id)]


def test_attempts_that_were_imported_use_up_a_cap_too(world, monkeypatch):
    past = [replace(an_attempt(minutes(-n)), id=f"old-{n}") for n in (10, 20, 30)]
    import_attempts(world.ledger, past)
    loosen(monkeypatch, by=9)
    world.dial("r1", NOON)

    assert world.lines() == {"cap"}


def test_a_lost_outcome_is_caught(world):
    answer = world.dial("r1", NOON)
    world.sql(f"UPDATE attempt SET outcome = 'unknown' WHERE id = '{answer.permit.id}'")

    assert world.lines() == {"acknowledged"}


def test_a_lost_permit_decision_or_event_is_caught(world):
    world.ask("r1", NOON)
    world.sql("DELETE FROM attempt")
    assert world.lines() == {"acknowledged"}


def test_an_acknowledged_event_that_is_not_there_is_caught(world):
    world.journal.write(Recorded("e1", 0, 1))
    assert world.lines() == {"acknowledged"}


def test_a_lost_promise_is_caught(world):
    answer = world.ask("r1", NOON)
    promise = AttemptOutcome(
        answer.permit.id, Outcome.PROMISE_TO_PAY, promise_due=NOON.date(), promise_cents=100
    )
    report(world.ledger, [promise], minutes(1))
    sent = to_micros(minutes(1))
    world.journal.write(Reported(answer.permit.id, "promise_to_pay", sent, sent))
    assert world.lines() == set()

    world.sql("DELETE FROM event")
    assert world.lines() == {"acknowledged"}


def test_a_clock_an_hour_wrong_is_caught(world):
    world.ask("r1", shanghai("2026-03-10 07:30"), clock=timedelta(hours=1))

    assert world.lines() == {"clock"}


def test_a_local_time_an_hour_wrong_is_caught(world, monkeypatch):
    wrong = lambda at, zone: true_local(at, zone) + timedelta(hours=1)  # noqa: E731
    monkeypatch.setattr("strategy.domain.local_time.local", wrong)
    answer = world.ask("r1", shanghai("2026-03-10 07:30"))
    monkeypatch.undo()

    assert answer.permit is not None
    assert world.lines() == {"ban"}


def test_a_lease_that_runs_into_a_ban_is_caught(world):
    answer = world.ask("r1", shanghai("2026-03-10 19:59:30"))
    assert world.lines() == set()

    longer = to_micros(shanghai("2026-03-10 20:00:30"))
    world.sql(f"UPDATE attempt SET expires_at = {longer} WHERE id = '{answer.permit.id}'")
    assert world.lines() == {"ban"}


def test_a_repeated_request_id_with_two_answers_is_caught(world):
    world.ask("r1", NOON)
    world.journal.write(Answered("r1", 0, 1, "d-other", "another answer"))

    assert "repeated id" in world.lines()


def test_a_permit_without_a_recorded_decision_is_caught(world):
    world.ask("r1", NOON)
    world.sql("DELETE FROM decision_record")

    assert world.lines() == {"decision"}
