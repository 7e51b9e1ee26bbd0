"""Replicas on one PostgreSQL: whatever they are asked at once, no cap is exceeded."""

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from examples import RULE, FixedRules, a_party, an_account, an_attempt, shanghai
from hypothesis import given, settings
from hypothesis import strategies as st
from replicas import MOST, NOON, RULES, ask, dial, dials, people

from strategy.accounts import import_attempts, import_parties, record_event
from strategy.audit.verify import verify
from strategy.domain.channel import VOICE
from strategy.domain.directive import Cap, CapKey, MinimumGap
from strategy.domain.event import Event, EventKind
from strategy.domain.outcome import Count
from strategy.errors import Conflict
from strategy.ledger.opening import open_ledger


def test_sixty_four_callers_of_two_replicas_never_exceed_a_cap(replicas):
    people(replicas[0], 4)
    with ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(lambda n: dial(replicas[n % 2], f"r{n}", n % 4), range(512)))
    answers += [dial(replicas[n % 2], f"late-{n}", n) for n in range(4)]

    assert [dials(replicas[0], person) for person in range(4)] == [MOST] * 4
    assert sum(answer.permit is not None for answer in answers) == 4 * MOST


def test_of_two_replicas_asked_about_two_debts_at_one_instant_one_gets_the_person(replicas):
    people(replicas[0], 100)
    others = [(a_party(f"P{n}"), (an_account(f"B{n}", f"P{n}"),)) for n in range(100)]
    import_parties(replicas[0], others)
    both = threading.Barrier(2)

    def at_once(replica):
        given = []
        for person in range(100):
            both.wait(10)
            debt = f"{'AB'[replica]}{person}"
            answer = ask(replicas[replica], f"{replica}-{person}", person, account_id=debt)
            given.append(answer.permit)
        return given

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(at_once, range(2))

    assert all((a is None) != (b is None) for a, b in zip(first, second, strict=True))
    assert None in first
    assert None in second


def test_two_people_who_owe_one_account_share_its_cap_over_replicas(replicas):
    import_parties(replicas[0], [(a_party("P0"), (an_account("A0", "P0", liable=("P1",)),))])
    import_parties(replicas[0], [(a_party("P1"), ())])

    def to(n):
        who = f"P{n // 2 % 2}"
        return dial(replicas[n % 2], f"r{n}", party_id=who, contact_point_id=f"{who}-m1")

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(to, range(64)))
    for n in range(64, 72):
        to(n)

    assert dials(replicas[0], 0) + dials(replicas[0], 1) == MOST


def test_of_two_people_who_owe_one_account_one_replica_gets_the_last_call(replicas):
    both = threading.Barrier(2)
    for n in range(60):
        import_parties(
            replicas[0], [(a_party(f"P{n}"), (an_account(f"A{n}", f"P{n}", liable=("Q",)),))]
        )
    import_parties(replicas[0], [(a_party("Q"), ())])
    rules = FixedRules((Cap(RULE, VOICE, Count.DIALS, CapKey.ACCOUNT, 1, 1),))

    def at_once(replica):
        given = []
        for n in range(60):
            at, who = NOON + timedelta(hours=n), f"P{n}" if replica else "Q"
            both.wait(10)
            asked = {"party_id": who, "contact_point_id": f"{who}-m1", "rules": rules, "at": at}
            given.append(ask(replicas[replica], f"{replica}-{n}", n, **asked).permit)
        return given

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(at_once, range(2))

    assert all((a is None) != (b is None) for a, b in zip(first, second, strict=True))


def test_the_decisions_of_all_replicas_form_one_chain(replicas):
    people(replicas[0], 20)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: dial(replicas[n % 2], f"r{n}", n % 20), range(200)))
    found = verify(replicas[1])

    assert (found.fault, found.entries) == (None, 200)


def test_one_request_id_sent_to_both_replicas_at_once_has_one_answer(replicas):
    people(replicas[0], 1)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: ask(replicas[n % 2], "same"), range(32)))

    assert answers == answers[:1] * 32
    assert verify(replicas[0]).entries == 1


def test_one_request_id_with_two_bodies_is_answered_to_one_of_them(replicas):
    people(replicas[0], 40)

    def one(n):
        try:
            return ask(replicas[n % 2], f"r{n // 2}", n)
        except Conflict:
            return None

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(one, range(40)))

    assert all((a is None) != (b is None) for a, b in zip(answers[::2], answers[1::2], strict=True))


def test_one_event_sent_to_both_replicas_at_once_is_recorded_once(replicas):
    people(replicas[0], 1)
    for n in range(8):
        event = Event(f"e{n}", "P0", EventKind.OPT_OUT, NOON)
        with ThreadPoolExecutor(8) as pool:
            told = list(pool.map(lambda k: record_event(replicas[k % 2], event, NOON), range(8)))  # noqa: B023
        assert sorted(told) == [False] * 7 + [True]


def test_imported_attempts_count_and_replace_themselves(replicas):
    people(replicas[0], 1)
    past = [
        an_attempt(NOON - timedelta(hours=h), id=f"t{h}", party_id="P0", account_id="A0")
        for h in (1, 2, 3)
    ]
    for ledger in replicas:
        assert import_attempts(ledger, past) == (None,) * 3
    assert dials(replicas[0]) == 3
    assert ask(replicas[1], "r").permit is None


asked = st.lists(st.tuples(st.integers(0, 40), st.sampled_from([0, 1])), min_size=2, max_size=20)


@given(asked=asked, apart=st.integers(-3600, 3600), gap=st.integers(1, 90))
@settings(max_examples=15, deadline=None)
def test_replicas_with_clocks_apart_never_open_a_window_twice(postgres, asked, apart, gap):
    url = postgres.empty()
    replicas = [open_ledger(url) for _ in range(2)]
    people(replicas[0], 1)
    rules = FixedRules((*RULES.directives, MinimumGap(RULE, VOICE, gap)))
    real, grants = shanghai("2026-03-10 20:00"), []
    for number, (minutes, replica) in enumerate(asked):
        real += timedelta(minutes=minutes)
        clock = real + timedelta(seconds=apart) * replica
        answer = ask(replicas[replica], f"r{number}", at=clock, rules=rules)
        if answer.permit is not None:
            grants.append(answer.permit.granted_at)
    for one in replicas:
        one.close()
    days = [(at + timedelta(hours=8)).date() for at in grants]

    assert all(b - a >= timedelta(minutes=gap) for a, b in itertools.pairwise(grants))
    assert all(days.count(day) <= MOST for day in days)
