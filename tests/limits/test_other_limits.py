"""One table for each of the small limits."""

from dataclasses import replace
from datetime import date, timedelta

from examples import RULE, a_call, a_case, a_mobile, a_party, an_attempt, shanghai

from strategy.domain.channel import ALL_CHANNELS, VOICE, Channel
from strategy.domain.contact_point import Owner
from strategy.domain.directive import (
    CoolDown,
    Forbid,
    Hold,
    MinimumGap,
    RequireConsent,
    ScriptChoice,
    ScriptUse,
)
from strategy.domain.event import Event, EventKind
from strategy.domain.local_time import LocalWindow
from strategy.domain.outcome import Outcome
from strategy.domain.party import Consent
from strategy.limits import check

NOON = shanghai("2026-03-10 12:00")
GAP = MinimumGap(RULE, VOICE, 120)
REST = CoolDown(RULE, VOICE, frozenset({Outcome.REFUSED}), 7)


def codes(case, at=NOON, **changes):
    return [r.code for r in check.reasons(a_call(at, case, **changes), case)]


def untils(case, at=NOON, **changes):
    return [r.until for r in check.reasons(a_call(at, case, **changes), case)]


def test_nothing_against_it_means_allowed():
    assert codes(a_case()) == []


def test_a_gap_counts_from_the_last_attempt():
    made = (an_attempt(shanghai("2026-03-10 10:30")),)

    assert untils(a_case(GAP, attempts=made)) == [shanghai("2026-03-10 12:30")]
    assert codes(a_case(GAP, attempts=made), at=shanghai("2026-03-10 12:30")) == []


def test_a_gap_also_keeps_away_from_a_later_attempt_of_the_plan():
    later = (an_attempt(shanghai("2026-03-10 14:00")),)
    at = shanghai("2026-03-10 11:45")

    assert codes(a_case(GAP, attempts=later), at=at, ends=at + timedelta(minutes=30)) == [
        "minimum_gap"
    ]
    early = shanghai("2026-03-10 11:30")
    assert codes(a_case(GAP, attempts=later), at=early, ends=early + timedelta(minutes=30)) == []


def test_the_day_of_the_refusal_is_day_one_of_the_rest():
    said_no = (an_attempt(shanghai("2026-06-01 23:50"), Outcome.REFUSED),)
    case = a_case(REST, attempts=said_no)

    assert untils(case, at=shanghai("2026-06-07 12:00")) == [shanghai("2026-06-08 00:00")]
    assert codes(case, at=shanghai("2026-06-08 08:00")) == []


def test_of_two_rests_the_later_decides():
    said_no = tuple(
        an_attempt(shanghai(f"2026-06-0{day} 10:00"), Outcome.REFUSED) for day in (1, 3)
    )

    assert untils(a_case(REST, attempts=said_no), at=shanghai("2026-06-08 12:00")) == [
        shanghai("2026-06-10 00:00")
    ]


def test_an_unknown_outcome_of_a_call_rests_like_the_worst_but_a_message_does_not():
    called = (an_attempt(shanghai("2026-03-09 12:00"), Outcome.UNKNOWN),)
    texted = (an_attempt(shanghai("2026-03-09 12:00"), Outcome.UNKNOWN, Channel.SMS),)

    assert codes(a_case(REST, attempts=called)) == ["cool_down"]
    assert codes(a_case(REST, attempts=texted)) == []


def test_a_hold_has_no_end_but_a_promise_has():
    assert untils(a_case(Hold(RULE, ALL_CHANNELS))) == [None]
    promise = Event("e", "P1", EventKind.PROMISE, NOON, "A1", due=date(2026, 3, 12))
    waits = Hold(RULE, ALL_CHANNELS, until_promise_due=True, grace_days=1)

    # Due on the 12th, the 13th is grace, open from the 14th.
    assert untils(a_case(waits, events=(promise,))) == [shanghai("2026-03-14 00:00")]
    assert codes(a_case(waits, events=(promise,)), at=shanghai("2026-03-14 00:00")) == []
    assert untils(a_case(waits, events=(replace(promise, due=None),))) == [None]


def test_a_channel_that_needs_consent_is_closed_without_it():
    need = RequireConsent(RULE, frozenset({Channel.AGENT_CALL}))
    given = Consent(Channel.AGENT_CALL, shanghai("2026-03-10 10:00"), shanghai("2026-03-10 13:00"))
    case = a_case(need, party=a_party(consents=(given,)))

    assert codes(a_case(need)) == ["consent"]
    assert codes(case) == []
    assert codes(case, at=shanghai("2026-03-10 13:00")) == ["consent"]
    assert untils(case, at=shanghai("2026-03-10 09:00")) == [shanghai("2026-03-10 10:00")]
    assert codes(case, at=shanghai("2026-03-10 12:45"), ends=shanghai("2026-03-10 13:15")) == [
        "consent"
    ]
    at = shanghai("2026-03-10 12:59:30")
    assert check.open_until(a_call(at, case), case, at + timedelta(minutes=1)) == shanghai(
        "2026-03-10 13:00"
    )


def test_a_person_who_said_stop_is_left_alone_until_they_say_otherwise():
    stop = Event("e1", "P1", EventKind.OPT_OUT, shanghai("2026-03-01 10:00"), channel="agent_call")
    other = replace(stop, channel="sms")
    everything = replace(stop, channel=None)
    again = replace(stop, id="e2", kind=EventKind.OPT_IN, at=shanghai("2026-03-02 10:00"))

    assert codes(a_case(events=(stop,))) == ["opt_out"]
    assert codes(a_case(events=(everything,))) == ["opt_out"]
    assert codes(a_case(events=(other,))) == []
    assert codes(a_case(events=(stop, again))) == []


def test_a_contact_point_must_be_the_persons_own_and_right():
    strangers = a_mobile("P2")
    unknown = a_mobile(owner=Owner.UNKNOWN)
    invalid = a_mobile(valid=False)

    assert codes(a_case(), contact_point=strangers) == ["contact_point"]
    assert codes(a_case(party=a_party(contact_points=(unknown,)))) == ["contact_point"]
    assert codes(a_case(party=a_party(contact_points=(invalid,)))) == ["contact_point"]
    assert codes(a_case(), channel=Channel.EMAIL) == ["contact_point"]


def test_a_number_where_somebody_else_answered_is_closed_for_good():
    wrong = (an_attempt(shanghai("2025-03-10 10:30"), Outcome.WRONG_PARTY),)
    told = (Event("e", "P1", EventKind.WRONG_NUMBER, NOON, contact_point_id="P1-m1"),)

    assert codes(a_case(attempts=wrong)) == ["contact_point"]
    assert codes(a_case(events=told)) == ["contact_point"]


def test_a_ban_for_third_parties_leaves_the_debtor_alone():
    ban = Forbid(RULE, ALL_CHANNELS, owners=frozenset({Owner.CONTACT_PERSON}))
    friend = a_party(contact_points=(a_mobile(owner=Owner.CONTACT_PERSON),))

    assert codes(a_case(ban)) == []
    assert codes(a_case(ban, party=friend), mentions=frozenset()) == ["channel_ban"]


def test_only_scripts_that_every_rule_leaves_are_used():
    only = ScriptChoice(RULE, VOICE, ScriptUse.ALLOW, frozenset({"S-1", "S-2"}))
    never = ScriptChoice(RULE, VOICE, ScriptUse.FORBID, frozenset({"S-2"}))
    case = a_case(only, never)

    assert codes(case, script="S-1") == []
    assert codes(case, script="S-2") == ["script_choice"]
    assert codes(case, script="S-3") == ["script_choice"]


def test_an_unknown_zone_or_zones_too_far_apart_refuse():
    for zones in ((), ("Mars/Base",), ("America/New_York", "Asia/Shanghai")):
        assert codes(a_case(GAP, party=a_party(zones=zones))) == ["time_zone"]


def test_a_jurisdiction_without_a_pack_refuses():
    assert codes(a_case(refused="no rule pack covers jurisdiction `XX`")) == ["jurisdiction"]


def test_an_open_permit_keeps_everybody_else_away():
    case = a_case(open_until=NOON + timedelta(minutes=1))

    assert untils(case) == [NOON + timedelta(minutes=1)]
    assert codes(case, at=NOON + timedelta(minutes=1)) == []


def test_a_limit_that_raises_is_a_limit_that_holds():
    nameless = replace(REST, days="seven")  # the sum of a date and a text fails
    made = (an_attempt(shanghai("2026-03-09 12:00"), Outcome.REFUSED),)

    assert codes(a_case(nameless, attempts=made)) == ["limit_failed"]


def test_a_naive_instant_is_refused():
    assert codes(a_case(), at=NOON.replace(tzinfo=None)) == ["limit_failed"]


def test_the_next_permitted_instant_satisfies_every_limit_at_once():
    night = Forbid(RULE, ALL_CHANNELS, (LocalWindow(22 * 60, 8 * 60),))
    made = (an_attempt(shanghai("2026-03-10 21:30")),)
    case = a_case(night, GAP, attempts=made)

    # The gap ends at 23:30, inside the night, which ends at 08:00.
    found = check.next_permitted(a_call(shanghai("2026-03-10 21:45"), case), case)
    assert found == shanghai("2026-03-11 08:00")
    held = a_case(Hold(RULE, VOICE))
    assert check.next_permitted(a_call(NOON, held), held) is None
