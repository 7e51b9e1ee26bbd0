"""When next: the short way, which leaves out limits that can only open, beside the plain way."""

from dataclasses import replace
from datetime import date, timedelta

from examples import RULE, a_call, a_case, a_party, an_attempt, shanghai
from hypothesis import given, settings
from hypothesis import strategies as st

from strategy.domain.channel import ALL_CHANNELS, VOICE
from strategy.domain.directive import (
    Cap,
    CapKey,
    CapWindow,
    CoolDown,
    Forbid,
    Hold,
    MinimumGap,
    ScriptChoice,
    ScriptUse,
)
from strategy.domain.event import Event, EventKind
from strategy.domain.local_time import LocalWindow
from strategy.domain.outcome import Count, Outcome
from strategy.limits import check

NOW = shanghai("2026-03-10 12:00")
HELLO = frozenset({"hello"})


def whole_way(proposal, case):
    """Every limit at every instant that is tried, as the definition says it."""
    at = proposal.at
    while at <= proposal.at + check.FORESEEN:
        found = check.reasons(replace(proposal, at=at), case)
        if not found:
            return at
        untils = [r.until for r in found if r.until is not None]
        if len(untils) < len(found) or max(untils) <= at:
            return None
        at = max(untils)
    return None


dated = st.builds(
    lambda begins, ends: replace(RULE, valid_from=begins, valid_to=ends),
    st.sampled_from([None, None, date(2026, 3, 11), date(2026, 3, 13)]),
    st.sampled_from([None, None, date(2026, 3, 12), date(2026, 3, 16)]),
)
rules = st.one_of(st.just(RULE), dated)
counted = {"channels": st.just(VOICE), "count": st.just(Count.DIALS)}
keys = st.sampled_from(CapKey)
directives = st.one_of(
    st.builds(Cap, rules, maximum=st.integers(1, 3), days=st.integers(1, 8), key=keys, **counted),
    st.builds(
        Cap,
        rules,
        maximum=st.integers(1, 2),
        days=st.just(0),
        hours=st.integers(1, 40),
        window=st.just(CapWindow.HOURS),
        key=keys,
        **counted,
    ),
    st.builds(MinimumGap, rules, st.just(VOICE), minutes=st.integers(30, 600)),
    st.builds(MinimumGap, rules, st.just(VOICE), days=st.integers(1, 3)),
    st.builds(
        CoolDown,
        rules,
        st.just(VOICE),
        st.just(frozenset({Outcome.REFUSED})),
        st.integers(0, 5),
    ),
    st.builds(Hold, rules, st.just(VOICE)),
    st.builds(
        Hold,
        rules,
        st.just(VOICE),
        since=st.just(frozenset({EventKind.DISPUTE})),
        days=st.integers(1, 5),
    ),
    st.builds(
        lambda rule, begins, ends: Forbid(rule, ALL_CHANNELS, (LocalWindow(begins, ends),)),
        rules,
        st.integers(600, 1380),
        st.integers(0, 540),
    ),
    st.builds(
        lambda rule, use, scripts, priority: ScriptChoice(
            rule, ALL_CHANNELS, use, scripts, priority=priority
        ),
        rules,
        st.sampled_from(ScriptUse),
        st.sampled_from([HELLO, frozenset({"other"})]),
        st.integers(0, 1),
    ),
)
minutes = st.integers(-12 * 24 * 60, 3 * 24 * 60)  # some attempts stand in the future
attempts = st.lists(
    st.tuples(minutes, st.sampled_from([Outcome.NO_ANSWER, Outcome.REFUSED, Outcome.UNKNOWN])),
    max_size=6,
)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(directives, max_size=4),
    attempts,
    st.one_of(st.none(), st.integers(-100, 0)),
    st.sampled_from([("Asia/Shanghai",), ("America/New_York", "America/Chicago")]),
    st.one_of(st.none(), st.integers(1, 90)),
)
def test_limits_that_can_only_open_may_be_left_out(bound, made, dispute, zones, open_for):
    tried = [
        an_attempt(NOW + timedelta(minutes=when), id=f"t{n}", outcome=outcome)
        for n, (when, outcome) in enumerate(sorted(made))
    ]
    events = ()
    if dispute is not None:
        events = (Event("e1", "P1", EventKind.DISPUTE, NOW + timedelta(hours=dispute)),)
    case = a_case(*bound, party=a_party(zones=zones), attempts=tuple(tried), events=events)
    if open_for is not None:
        until = NOW + timedelta(minutes=open_for)
        case = replace(case, history=replace(case.history, open_until=until))
    proposal = a_call(NOW, case, script="hello")

    reasons, when = check.why_and_when(proposal, case)

    assert reasons == check.reasons(proposal, case)
    assert when == whole_way(proposal, case)
    assert when == check.next_permitted(proposal, case)


def test_a_rule_that_begins_before_the_others_end_is_not_left_out():
    """Used up for today; from tomorrow on a rule that begins then holds everything."""
    once_a_day = Cap(RULE, VOICE, Count.DIALS, CapKey.PARTY, maximum=1, days=1)
    tomorrow = Hold(replace(RULE, valid_from=date(2026, 3, 11)), VOICE)
    made = (an_attempt(NOW - timedelta(hours=3)),)

    used_up = a_case(once_a_day, attempts=made)
    assert check.next_permitted(a_call(NOW, used_up), used_up) == shanghai("2026-03-11 00:00")
    held = a_case(once_a_day, tomorrow, attempts=made)
    assert check.next_permitted(a_call(NOW, held), held) is None


def test_an_attempt_that_stands_in_the_future_is_not_left_out():
    """A permit is out until 12:30; half past is too near to 14:00, where noon was not."""
    gap, planned = MinimumGap(RULE, VOICE, 120), an_attempt(NOW + timedelta(hours=2))
    half_past = NOW + timedelta(minutes=30)

    alone = a_case(gap, open_until=half_past)
    assert check.next_permitted(a_call(NOW, alone), alone) == half_past
    near = a_case(gap, attempts=(planned,), open_until=half_past)
    assert check.next_permitted(a_call(NOW, near), near) == NOW + timedelta(hours=4)
