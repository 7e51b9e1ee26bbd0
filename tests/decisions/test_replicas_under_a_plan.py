"""Two servers on one PostgreSQL share the counters of one plan's capacity."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from days import (
    CALL,
    MICRO,
    RULES,
    SLOTS,
    TEN,
    Day,
    codes,
    people,
    planned,
    put_in_force,
    what_now,
)
from examples import SHANGHAI

from strategy.decide import answer_each, request_permit
from strategy.domain.change import ChangeKind
from strategy.domain.channel import Channel
from strategy.domain.decision_request import DecideRequest, PermitRequest
from strategy.domain.room import Basis
from strategy.errors import BeyondKeys, WrongState
from strategy.ledger.ledger import PLANS, Keys
from strategy.outcomes import confirm, release


@pytest.fixture
def in_between(replicas, monkeypatch):
    """Has something done once by the second server, after the first has decided and before it
    commits."""
    from strategy.ledger.postgres import ledger as module

    def have(done):
        commit, waiting = module.commit, [done]

        def later(db, changes, alone):
            if db is replicas[0]._db and waiting:
                waiting.pop()()
            commit(db, changes, alone)

        monkeypatch.setattr(module, "commit", later)

    return have


def given(answers):
    return [answer.permit for answer in answers if answer.permit is not None]


def counted(ledger, slot=0):
    """Attempts, cents and millionths of complaints that permits took in a slot."""
    start = SLOTS[slot].start
    uses = [count.day for count in ledger.read(lambda tx: tx.plan_use.taken(start, start, start))]
    sums = ("attempts", "cents", "complaint_micro")
    return tuple(sum(getattr(use, what) for use in uses) for what in sums)


def test_sixty_four_callers_of_two_servers_never_overspend_a_slot(replicas):
    people(replicas[0], *[200_000] * 64)
    put_in_force(replicas[0], Day(sms=(7, 0)), *[planned(n) for n in range(1, 4)])
    with ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(lambda n: what_now(replicas[n % 2], n), range(1, 65)))

    assert len(given(answers)) == counted(replicas[0])[0] == 7
    assert all(answer.taken.basis is Basis.PLAN for answer in answers[:3])
    refused = [answer for answer in answers if answer.permit is None]
    assert all("no_room" in codes(answer) for answer in refused), codes(refused[0])


def test_sixty_four_callers_over_two_channels_never_overspend_the_days_complaints(replicas):
    people(replicas[0], *[200_000] * 64)
    put_in_force(replicas[0], Day(sms=(40, 0), calls=(40, 0), complaints_micro=9 * MICRO))

    def ask(n):
        channel = (Channel.SMS, Channel.AGENT_CALL)[n // 2 % 2]
        return what_now(replicas[n % 2], n, channels=frozenset({channel}))

    with ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(ask, range(1, 65)))

    assert given(answers)
    assert counted(replicas[0])[2] <= 9 * MICRO


def test_whatever_callers_of_two_servers_do_at_once_counters_say_what_permits_stand(replicas):
    people(replicas[0], *[200_000] * 48)
    put_in_force(replicas[0], Day(sms=(12, 0)), *[planned(n) for n in range(1, 9)])

    def call(n):
        ledger = replicas[n % 2]
        answer = what_now(ledger, n)
        if answer.permit is None or n % 3 == 0:
            return
        release(replicas[(n + 1) % 2], answer.permit.id, TEN)
        if n % 3 == 1:  # it was placed after all
            with pytest.raises(WrongState):
                confirm(ledger, answer.permit.id, TEN)

    with ThreadPoolExecutor(48) as pool:
        list(pool.map(call, range(1, 49)))

    histories = [replicas[0].read(lambda tx, n=n: tx.history(f"P{n}", TEN)) for n in range(1, 49)]
    standing = sum(len(history.attempts) for history in histories)
    assert counted(replicas[1])[0] == standing > 0


def test_nothing_that_is_asked_under_a_plan_runs_alone(replicas, monkeypatch):
    people(replicas[0], *[200_000] * 4)
    put_in_force(replicas[0], Day(sms=(3, 0)), planned(1))

    def alone(*_):
        raise AssertionError("it runs alone")

    monkeypatch.setattr("strategy.ledger.postgres.ledger.PostgresLedger._chat", alone)
    asked = PermitRequest("q", "A2", "P2-m1", Channel.AGENT_CALL, CALL.id)
    permits = [
        what_now(replicas[0], 1).permit,
        request_permit(replicas[1], RULES, asked, TEN, SHANGHAI).permit,
        what_now(replicas[1], 3).permit,
    ]
    for permit, after in zip(permits, (release, confirm, release), strict=True):
        after(replicas[0], permit.id, TEN)

    assert counted(replicas[0])[0] == 0  # calls are no capacity of this day
    assert replicas[0].read(lambda tx: tx.plan_use.kept("plan-1", TEN))[0].now == 1


def test_who_was_slower_for_the_last_room_decides_again(replicas, in_between):
    people(replicas[0], 200_000, 200_000)
    put_in_force(replicas[0], Day(sms=(1, 0)))
    quicker = []
    in_between(lambda: quicker.append(what_now(replicas[1], 2)))
    slower = what_now(replicas[0], 1)

    assert len(given(quicker)) == 1
    assert codes(slower) == ["not_planned", "no_room"]
    assert counted(replicas[0])[0] == 1
    assert replicas[0].read(lambda tx: [e.number for e in tx.audit.stored(0, 9)]) == [1, 2]


def test_what_others_took_in_between_is_no_harm_while_there_is_room(replicas, in_between):
    people(replicas[0], 200_000, 200_000)
    put_in_force(replicas[0], Day(sms=(2, 0)))
    in_between(lambda: what_now(replicas[1], 2))

    assert what_now(replicas[0], 1).permit is not None
    assert counted(replicas[0])[0] == 2


def test_a_plan_that_comes_into_force_in_between_takes_nothing_from_a_promise(replicas, in_between):
    people(replicas[0], 200_000)
    put_in_force(replicas[0], Day(sms=(1, 0)), planned(1))
    in_between(lambda: put_in_force(replicas[1], Day(sms=(1, 0)), plan_id="plan-2"))
    answer = what_now(replicas[0], 1)

    assert answer.taken.basis is Basis.PLAN
    assert counted(replicas[1])[0] == 1
    assert codes(what_now(replicas[1], 1, TEN + timedelta(minutes=2)))[-1] == "already_done"


def test_work_whose_keys_do_not_reach_the_counters_cannot_take_them_for_none(replicas):
    people(replicas[0], 200_000)
    day = Day(sms=(1, 0))
    put_in_force(replicas[0], day)
    missed = []

    def look(tx):
        try:
            return tx.plan_use.room("plan-1", day.terms, 0)
        except BeyondKeys:
            missed.append(True)
            raise

    room = replicas[0].write(look, Keys(accounts=("A1",)))
    assert missed == [True]
    assert room.rows[0].most == 1


def test_what_is_released_on_one_server_is_free_on_the_other(replicas):
    people(replicas[0], 200_000, 200_000)
    put_in_force(replicas[0], Day(sms=(1, 0)))
    permit = what_now(replicas[0], 1).permit
    assert what_now(replicas[1], 2).permit is None
    release(replicas[1], permit.id, TEN)

    assert what_now(replicas[0], 2, TEN + timedelta(seconds=1)).permit is not None


def test_a_batch_counts_what_it_gave_itself_and_what_the_other_server_gave(replicas):
    people(replicas[0], *[200_000] * 4)
    put_in_force(replicas[0], Day(sms=(2, 0)), planned(1))
    assert what_now(replicas[0], 1).permit is not None
    batch = [DecideRequest(f"b{n}", f"A{n}") for n in (2, 3, 4)]
    answers = answer_each(replicas[1], RULES, batch, TEN, SHANGHAI)
    assert [answer.permit is not None for answer in answers] == [True, False, False]


def test_changes_are_numbered_in_the_order_in_which_they_are_committed(replicas):
    def change(n):
        keys = PLANS if n % 3 else None
        kind = ChangeKind.PLAN_ACTIVATED
        replicas[n % 2].write(lambda tx: tx.changes.add(TEN, kind, f"plan-{n}"), keys)
        return replicas[n % 2].read(lambda tx: [c.number for c in tx.changes.after(0, 100)])

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(change, range(30)))

    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in seen)
