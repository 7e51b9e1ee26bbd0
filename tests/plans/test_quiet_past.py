"""What people without a past that matters share is what the limits say when asked about each."""

from dataclasses import replace
from datetime import timedelta

from examples import RULE, a_case, a_mobile, a_party, an_attempt, shanghai
from hypothesis import given, settings
from hypothesis import strategies as st

from strategy.domain.attempt import Proposal, Purpose
from strategy.domain.channel import ALL_CHANNELS, VOICE, Channel
from strategy.domain.contact_point import ContactKind, Owner
from strategy.domain.directive import Cap, CapKey, CapWindow, CoolDown, MinimumGap
from strategy.domain.directives import Directives
from strategy.domain.event import Event, EventKind
from strategy.domain.history import SINCE_EVER, History
from strategy.domain.outcome import Count, Outcome
from strategy.domain.slot import slots_between
from strategy.domain.verdict import Verdict
from strategy.eligibility import Eligibility, points_for
from strategy.limits import check
from strategy.limits.case import Case
from strategy.limits.quiet import quiet

START = shanghai("2026-03-10 08:00")
SLOTS = slots_between(START, shanghai("2026-03-10 22:00"))
ZONES = ("Asia/Shanghai", "America/New_York", "Pacific/Kiritimati", "Europe/London")
"""New York changed its clocks two days before."""

SOME = st.sampled_from([VOICE, ALL_CHANNELS, frozenset({Channel.SMS}), frozenset({Channel.PUSH})])
EXEMPT = st.sampled_from([frozenset(), frozenset({Purpose.SERVICE})])
CAPS = st.builds(
    lambda window, length, **rest: Cap(
        RULE,
        window=window,
        days=length if window is CapWindow.DAYS else 0,
        hours=length if window is CapWindow.HOURS else 0,
        **rest,
    ),
    window=st.sampled_from(CapWindow),
    length=st.integers(1, 9),
    channels=SOME,
    count=st.sampled_from(Count),
    key=st.sampled_from(CapKey),
    maximum=st.integers(1, 3),
    uncounted=st.sampled_from([frozenset(), frozenset({Outcome.BUSY})]),
    kinds=st.sampled_from([frozenset(), frozenset({ContactKind.HOME})]),
    pooled=st.booleans(),
    exempt=EXEMPT,
)
GAPS = st.builds(MinimumGap, st.just(RULE), SOME, st.integers(1, 900), exempt=EXEMPT) | st.builds(
    MinimumGap, st.just(RULE), SOME, days=st.integers(1, 4), exempt=EXEMPT
)
RESTS = st.builds(
    CoolDown,
    st.just(RULE),
    SOME,
    st.frozensets(st.sampled_from(Outcome), min_size=1, max_size=3),
    st.integers(0, 7),
    st.sampled_from([frozenset(), frozenset({EventKind.DISPUTE})]),
    st.sampled_from([frozenset(), VOICE]),
    st.sampled_from([CapKey.PARTY, CapKey.ACCOUNT]),
)
ATTEMPTS = st.lists(
    st.builds(
        lambda minutes, **rest: an_attempt(START - timedelta(minutes=minutes), **rest),
        # Also at the edges of whole days, where windows begin and end.
        minutes=st.integers(0, 14 * 1440)
        | st.builds(lambda d, m: 1440 * d + m, st.integers(0, 40), st.integers(0, 2))
        | st.builds(lambda d, m: 1440 * d - m, st.integers(1, 40), st.integers(0, 2))
        | st.integers(-14 * 60, 0),  # made on the day that is planned again
        outcome=st.sampled_from(Outcome),
        channel=st.sampled_from([Channel.AGENT_CALL, Channel.SMS, Channel.PUSH]),
        account_id=st.sampled_from(["A1", "A2"]),
        contact_point_id=st.sampled_from(["P1-m1", "P1-m2", "gone"]),
        purpose=st.sampled_from([Purpose.COLLECTION, Purpose.SERVICE]),
        agency=st.sampled_from(["", "agency"]),
    ),
    max_size=5,
).map(lambda made: tuple(sorted(made, key=lambda one: one.at)))
EVENTS = st.lists(
    st.builds(
        lambda kind, days: Event("e", "P1", kind, START - timedelta(days=days)),
        st.sampled_from([EventKind.OPT_OUT, EventKind.QUARANTINE, EventKind.DISPUTE]),
        st.integers(0, 9),
    ),
    max_size=1,
)
SINCE = st.sampled_from([None, SINCE_EVER, START - timedelta(days=3)])
PEOPLE = st.builds(
    lambda zones, since, owner, valid, attempts, events, others_from, until, read: (
        a_party(
            zones=zones,
            history_from=since,
            contact_points=(
                a_mobile(owner=owner, valid=valid),
                a_mobile(number="2", kind=ContactKind.HOME),
            ),
        ),
        History(attempts, tuple(events), until, (), others_from),
        {RULE.id: (("days_past_due", read),)},
    ),
    st.lists(st.sampled_from(ZONES), min_size=0, max_size=2, unique=True).map(tuple),
    SINCE,
    st.sampled_from(Owner),
    st.booleans(),
    ATTEMPTS,
    EVENTS,
    SINCE,
    st.sampled_from([None, None, START + timedelta(minutes=40)]),
    st.sampled_from(["31", "95"]),
)


def asked_of_each(case, point, channel):
    """Openings of one contact point, every limit asked about every slot."""
    return [not check.reasons(Proposal("A1", point, channel, s.start, s.end), case) for s in SLOTS]


@settings(max_examples=400)
@given(
    st.lists(CAPS | GAPS | RESTS, max_size=3),
    st.lists(PEOPLE, min_size=2, max_size=6),
    st.sampled_from([Channel.AGENT_CALL, Channel.SMS]),
)
def test_people_who_share_answers_get_those_that_asking_each_of_them_gives(
    directives, people, channel
):
    shared, rules = Eligibility(SLOTS), Directives(directives)
    for party, history, read in people:
        case = Case(party, history, Verdict(rules, read))
        found = shared.openings("A1", case, channel)
        alone = {p.id: asked_of_each(case, p, channel) for p in points_for(party, channel)}
        first = next((p for p, slots in alone.items() if any(slots)), None)
        if first is None:
            assert not found.slots.any()
        else:
            assert found.point is not None
            assert (found.point.id, found.slots.tolist()) == (first, alone[first])


@settings(max_examples=400)
@given(
    st.lists(CAPS | GAPS | RESTS, max_size=3),
    PEOPLE,
    st.sampled_from([Channel.AGENT_CALL, Channel.SMS]),
    st.integers(0, 9 * 1440),
    st.integers(0, 1440),
)
def test_a_quiet_past_changes_no_reason_then_or_later(directives, person, channel, later, ahead):
    """Also where some of it lies ahead of the first instant asked about."""
    party, history, read = person
    history = replace(
        history,
        attempts=tuple(
            replace(one, at=one.at + timedelta(minutes=ahead)) for one in history.attempts
        ),
    )
    point = points_for(party, channel)[0]
    case = Case(party, history, Verdict(Directives(directives), read))
    proposal = Proposal("A1", point, channel, START)
    if quiet(proposal, case):
        empty = Case(party, History(others_from=history.others_from), case.verdict)
        for ends in (None, timedelta(minutes=30)):
            at = START + timedelta(minutes=later)
            then = Proposal("A1", point, channel, at, ends and at + ends)
            assert check.standing_reasons(then, case) == check.standing_reasons(then, empty)


def test_reasons_that_are_shared_name_what_was_read_of_each():
    since = a_party(history_from=START - timedelta(days=1))
    cap = Cap(RULE, VOICE, Count.DIALS, CapKey.PARTY, 3, 7)
    shared, rules = Eligibility(SLOTS), Directives([cap])
    told = [
        shared.openings(
            "A1", Case(since, History(), Verdict(rules, {RULE.id: (("overdue", read),)})), channel
        ).reasons[0]
        for read, channel in (("100.00", Channel.AGENT_CALL), ("7.00", Channel.AGENT_CALL))
    ]

    assert [reason.code for reason in told] == ["history_missing"] * 2
    assert [reason.values for reason in told] == [(("overdue", "100.00"),), (("overdue", "7.00"),)]


def test_a_past_is_quiet_below_a_cap_and_not_at_it():
    cap = Cap(RULE, VOICE, Count.DIALS, CapKey.PARTY, 2, 3)
    yesterday = an_attempt(START - timedelta(days=1))
    long_ago = an_attempt(START - timedelta(days=30))
    call = Proposal("A1", a_mobile(), Channel.AGENT_CALL, START)

    assert quiet(call, a_case(cap, attempts=(long_ago, long_ago, yesterday)))
    assert not quiet(call, a_case(cap, attempts=(yesterday, yesterday)))
