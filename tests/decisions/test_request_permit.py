"""Permits: atomic, repeatable, explained."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from examples import CALM, RULE, FixedRules, a_mobile, a_party, an_account, an_attempt, shanghai
from hypothesis import given, settings
from hypothesis import strategies as st

from strategy.accounts import import_attempts, import_parties, record_event
from strategy.decide import LEASE, request_permit
from strategy.domain.attempt import Purpose
from strategy.domain.channel import ALL_CHANNELS, VOICE, Channel
from strategy.domain.decision_request import PermitRequest
from strategy.domain.directive import Cap, CapKey, Forbid, MinimumGap
from strategy.domain.event import Event, EventKind
from strategy.domain.local_time import LocalWindow
from strategy.domain.outcome import Count, Outcome
from strategy.errors import Conflict, InputError, NotFound, WrongState
from strategy.explain import recorded_decision
from strategy.ledger.opening import open_ledger
from strategy.outcomes import AttemptOutcome, confirm, release, report

NOON = shanghai("2026-03-10 12:00")
ZONE = "Asia/Shanghai"
THREE = FixedRules((Cap(RULE, VOICE, Count.DIALS, CapKey.PARTY, 3, 1),))


@pytest.fixture
def ledger(place):
    opened = open_ledger(place)
    people = [(a_party(f"P{n}"), (an_account(f"A{n}", f"P{n}"),)) for n in (1, 2)]
    import_parties(opened, people)
    yield opened
    opened.close()


def ask(ledger, request_id, at=NOON, rules=THREE, party=1, **changes):
    body = {
        "account_id": f"A{party}",
        "contact_point_id": f"P{party}-m1",
        "channel": Channel.AGENT_CALL,
        "script": CALM.id,
    } | changes
    return request_permit(ledger, rules, PermitRequest(request_id, **body), at, ZONE)


def codes(answer):
    return [r.code for r in answer.reasons]


def test_what_nothing_forbids_gets_a_permit_with_a_lease(ledger):
    answer = ask(ledger, "r1")

    assert answer.permit.party_id == "P1"
    assert answer.permit.expires_at == NOON + LEASE
    assert answer.reasons == ()


def test_the_same_request_gets_the_same_answer_also_after_a_restart(ledger, place):
    first = ask(ledger, "r1")
    later = ask(ledger, "r1", at=NOON + timedelta(hours=3))
    ledger.close()
    reopened = open_ledger(place)
    restarted = ask(reopened, "r1", at=NOON + timedelta(hours=5))
    reopened.close()

    assert first == later == restarted


def test_the_same_request_id_with_another_body_is_an_error(ledger):
    ask(ledger, "r1")
    with pytest.raises(Conflict):
        ask(ledger, "r1", party=2)


def test_a_duplicate_dial_is_refused_while_a_permit_is_open(ledger):
    ask(ledger, "r1")
    second = ask(ledger, "r2", at=NOON + timedelta(seconds=10))

    assert codes(second) == ["open_permit"]
    assert second.next_at == NOON + LEASE


def test_another_account_of_the_same_person_is_refused_too(ledger):
    import_parties(ledger, [(a_party("P1"), (an_account("A9", "P1"),))])
    ask(ledger, "r1")

    assert codes(ask(ledger, "r2", account_id="A9")) == ["open_permit"]


def test_an_unknown_account_or_contact_point_is_an_error_and_not_recorded(ledger):
    with pytest.raises(NotFound, match="no account"):
        ask(ledger, "r1", account_id="A404")
    with pytest.raises(NotFound, match="no contact point"):
        ask(ledger, "r1", contact_point_id="P2-m1")
    assert ask(ledger, "r1").permit is not None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"script": "S-404"}, "no script"),
        ({"channel": Channel.SMS}, "is for `agent_call`"),
    ],
)
def test_a_script_that_does_not_fit_is_refused(ledger, change, words):
    answer = ask(ledger, "r1", **change)

    assert answer.permit is None
    assert words in answer.reasons[0].message


def test_a_script_in_another_language_is_refused(ledger):
    import_parties(ledger, [(a_party("P1", language="ug"), (an_account("A1", "P1"),))])

    assert "language" in ask(ledger, "r1").reasons[0].message


def test_the_third_answer_of_a_cap_closes_the_day(ledger):
    for n in range(3):
        at = NOON + timedelta(minutes=5 * n)
        permit = ask(ledger, f"r{n}", at=at).permit
        report(ledger, [AttemptOutcome(permit.id, Outcome.NO_ANSWER)], at)
    fourth = ask(ledger, "r9", at=NOON + timedelta(hours=1))

    assert codes(fourth) == ["frequency_cap"]
    assert fourth.next_at == shanghai("2026-03-11 00:00")


def test_a_released_permit_gives_its_place_back(ledger):
    one = FixedRules((Cap(RULE, VOICE, Count.DIALS, CapKey.PARTY, 1, 1),))
    permit = ask(ledger, "r1", rules=one).permit
    release(ledger, permit.id, NOON)
    release(ledger, permit.id, NOON)

    assert ask(ledger, "r2", rules=one).permit is not None
    with pytest.raises(WrongState, match="released"):
        confirm(ledger, permit.id, NOON)


def test_a_permit_that_ran_out_counts_until_its_outcome_is_known(ledger):
    one = FixedRules((Cap(RULE, VOICE, Count.CONNECTED, CapKey.PARTY, 1, 1),))
    permit = ask(ledger, "r1", rules=one).permit
    later = NOON + timedelta(hours=1)

    assert codes(ask(ledger, "r2", at=later, rules=one)) == ["frequency_cap"]
    report(ledger, [AttemptOutcome(permit.id, Outcome.NO_ANSWER)], later)
    assert ask(ledger, "r3", at=later, rules=one).permit is not None


def test_a_late_confirmation_never_moves_the_attempt_out_of_its_lease(ledger):
    gap = FixedRules((MinimumGap(RULE, VOICE, 60),))
    permit = ask(ledger, "r1", rules=gap).permit
    confirm(ledger, permit.id, NOON + timedelta(hours=5))
    report(ledger, [AttemptOutcome(permit.id, Outcome.BUSY)], NOON + timedelta(hours=5))

    refused = ask(ledger, "r2", at=NOON + timedelta(minutes=60), rules=gap)
    assert refused.reasons[0].until == NOON + LEASE + timedelta(minutes=60)


def test_a_clock_far_behind_the_ledger_is_refused_and_a_little_behind_is_not(ledger):
    ask(ledger, "r1")

    assert codes(ask(ledger, "r2", at=NOON - timedelta(minutes=1), party=2)) == ["clock_behind"]
    near = ask(ledger, "r3", at=NOON - timedelta(seconds=2), party=2)
    assert near.permit.granted_at == NOON


def test_a_permit_near_a_ban_is_shorter(ledger):
    night = FixedRules((Forbid(RULE, ALL_CHANNELS, (LocalWindow(22 * 60, 8 * 60),)),))
    answer = ask(ledger, "r1", at=shanghai("2026-03-10 21:59:40"), rules=night)

    assert answer.permit.expires_at == shanghai("2026-03-10 22:00")


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (Outcome.DISPUTE, EventKind.DISPUTE),
        (Outcome.COMPLAINT, EventKind.COMPLAINT),
        (Outcome.ASKS_FOR_HELP, EventKind.HARDSHIP),
    ],
)
def test_what_a_customer_says_on_the_phone_is_known_to_the_next_decision(ledger, outcome, kind):
    permit = ask(ledger, "r1").permit
    report(ledger, [AttemptOutcome(permit.id, outcome)], NOON)

    events = ledger.read(lambda tx: tx.people.events("P1"))
    assert [e.kind for e in events] == [kind]


def test_reported_outcomes_are_checked_one_by_one(ledger):
    permit = ask(ledger, "r1").permit
    results = report(
        ledger,
        [
            AttemptOutcome("p-404", Outcome.BUSY),
            AttemptOutcome(permit.id, Outcome.PROMISE_TO_PAY),
            AttemptOutcome(permit.id, Outcome.BUSY, at=NOON + timedelta(days=1)),
            AttemptOutcome(permit.id, Outcome.BUSY, at=NOON - timedelta(days=1)),
            AttemptOutcome(permit.id, Outcome.BUSY),
            AttemptOutcome(permit.id, Outcome.BUSY),
            AttemptOutcome(permit.id, Outcome.NO_ANSWER),
        ],
        NOON,
    )

    assert [r.accepted for r in results] == [False, False, False, False, True, True, False]
    assert "promise_due" in results[1].message
    assert "already reported" in results[6].message


def test_a_recorded_decision_says_what_was_read(ledger):
    answer = ask(ledger, "r1")
    record = recorded_decision(ledger, answer.decision_id)

    assert record.answer == answer
    assert record.rulebook_hash == THREE.hash
    assert record.facts["days_past_due"] == 37  # due on 1 February, asked on 10 March
    with pytest.raises(NotFound):
        recorded_decision(ledger, "d-404")


def test_past_attempts_of_an_older_dialer_count(ledger):
    made = [
        an_attempt(NOON - timedelta(hours=h), id=f"old-{h}", party_id="P1", account_id="A1")
        for h in (1, 2, 3)
    ]
    stranger = an_attempt(NOON, id="x", party_id="P2", account_id="A1")

    rejected = import_attempts(ledger, [*made, stranger])
    assert rejected[:3] == (None, None, None)
    assert "not of party" in rejected[3]
    assert codes(ask(ledger, "r1")) == ["frequency_cap"]


def test_an_account_does_not_move_to_another_person(ledger):
    with pytest.raises(WrongState, match="is of party `P1`"):
        import_parties(ledger, [(a_party("P2"), (an_account("A1", "P2"),))])


def test_events_of_the_future_and_of_strangers_are_errors(ledger):
    stop = Event("e1", "P1", EventKind.OPT_OUT, NOON)

    assert record_event(ledger, stop, NOON) is True
    assert record_event(ledger, stop, NOON) is False
    assert codes(ask(ledger, "r1")) == ["opt_out"]
    with pytest.raises(InputError, match="future"):
        record_event(ledger, Event("e2", "P1", EventKind.OPT_IN, NOON + timedelta(hours=1)), NOON)
    with pytest.raises(NotFound):
        record_event(ledger, Event("e3", "P404", EventKind.OPT_OUT, NOON), NOON)
    with pytest.raises(NotFound):
        record_event(ledger, Event("e4", "P1", EventKind.DISPUTE, NOON, "A2"), NOON)


def test_concurrent_askers_never_exceed_a_cap(place):
    ledger = open_ledger(place)
    points = tuple(a_mobile(number=str(n)) for n in range(4))
    import_parties(ledger, [(a_party("P1", contact_points=points), (an_account(),))])

    def dial(n):
        answer = ask(ledger, f"r{n}", contact_point_id=f"P1-m{n % 4}")
        if answer.permit is not None:
            report(ledger, [AttemptOutcome(answer.permit.id, Outcome.BUSY)], NOON)
        return answer

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(dial, range(48)))
    answers += [dial(n) for n in range(48, 52)]  # whatever the race left of the cap
    ledger.close()

    assert sum(a.permit is not None for a in answers) == 3
    assert codes(answers[-1]) == ["frequency_cap"]


def test_of_many_callers_at_one_instant_exactly_one_gets_the_person(ledger):
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: ask(ledger, f"r{n}"), range(48)))

    assert sum(a.permit is not None for a in answers) == 1
    assert {codes(a)[0] for a in answers if a.permit is None} == {"open_permit"}


steps = st.lists(
    st.tuples(
        st.sampled_from(["ask", "confirm", "release", "busy", "refused"]), st.integers(0, 90)
    ),
    max_size=25,
)


@given(steps=steps, maximum=st.integers(1, 3))
@settings(max_examples=40, deadline=None)
def test_whatever_dialers_do_a_day_never_holds_more_dials_than_the_cap(
    tmp_path_factory, steps, maximum
):
    ledger = open_ledger(f"sqlite:{tmp_path_factory.mktemp('property')}/ledger")
    import_parties(ledger, [(a_party(), (an_account(),))])
    rules = FixedRules((Cap(RULE, VOICE, Count.DIALS, CapKey.PARTY, maximum, 1),))
    at, permits, last = shanghai("2026-03-10 08:00"), [], None
    released = set()
    for number, (step, minutes) in enumerate(steps):
        at += timedelta(minutes=minutes)
        if step == "ask":
            answer = ask(ledger, f"r{number}", at=at, rules=rules)
            if answer.permit is not None:
                last = answer.permit
                permits.append(last)
        elif last is not None:
            try:
                if step == "confirm":
                    confirm(ledger, last.id, at)
                elif step == "release":
                    release(ledger, last.id, at)
                    released.add(last.id)
                else:
                    report(ledger, [AttemptOutcome(last.id, Outcome(step))], at)
            except WrongState:
                pass
    ledger.close()
    days = [(p.granted_at + timedelta(hours=8)).date() for p in permits if p.id not in released]

    assert all(days.count(day) <= maximum for day in days)


def test_why_and_for_whom_somebody_calls_is_kept_and_counted(ledger):
    apart = FixedRules((Cap(RULE, VOICE, Count.DIALS, CapKey.PARTY, 1, 1, pooled=False),))
    exempt = frozenset({Purpose.LEGAL_NOTICE})
    notices = FixedRules((Cap(RULE, VOICE, Count.DIALS, CapKey.PARTY, 1, 1, exempt=exempt),))
    later = NOON + timedelta(hours=3)

    given = ask(ledger, "r1", rules=apart, agency="north", purpose=Purpose.LEGAL_NOTICE)
    confirm(ledger, given.permit.id, NOON)
    report(ledger, [AttemptOutcome(given.permit.id, Outcome.NO_ANSWER, NOON)], NOON)

    assert (given.permit.agency, given.permit.purpose) == ("north", Purpose.LEGAL_NOTICE)
    assert codes(ask(ledger, "r2", later, apart, agency="north")) == ["frequency_cap"]
    assert codes(ask(ledger, "r3", later, notices)) == []  # the notice did not use the cap


def test_a_fact_that_the_lender_imports_with_the_account_is_read(ledger):
    import_parties(
        ledger, [(a_party("P9"), (an_account("A9", "P9", attributes={"tier": "gold"}),))]
    )
    answer = ask(ledger, "r1", party=9)

    assert recorded_decision(ledger, answer.decision_id).facts["tier"] == "gold"
