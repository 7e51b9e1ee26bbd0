"""What is open for planning, and that people in different situations do not share answers."""

from examples import RULE, a_case, a_mobile, a_party, an_attempt, shanghai

from strategy.domain.channel import ALL_CHANNELS, VOICE, Channel
from strategy.domain.contact_point import ContactKind, Owner
from strategy.domain.directive import Cap, CapKey, Forbid, MinimumGap
from strategy.domain.directives import Directives
from strategy.domain.local_time import LocalWindow
from strategy.domain.outcome import Count
from strategy.domain.party import Consent
from strategy.domain.slot import slots_between
from strategy.domain.verdict import Verdict
from strategy.eligibility import Eligibility
from strategy.limits.case import Case

SLOTS = slots_between(shanghai("2026-03-10 08:00"), shanghai("2026-03-10 10:00"))


def open_slots(eligibility, case, channel=Channel.AGENT_CALL):
    return eligibility.openings("A1", case, channel).slots.tolist()


def test_owners_zones_and_consents_do_not_share_an_answer():
    directives = (
        Forbid(RULE, ALL_CHANNELS, (LocalWindow(480, 510),), frozenset({Owner.GUARANTOR})),
        Forbid(RULE, ALL_CHANNELS, (LocalWindow(570, 600),), consent_lifts=True),
    )
    verdict = Verdict(Directives(directives), {})
    guarantors = (a_mobile(owner=Owner.GUARANTOR),)
    at_any_hour = (Consent(Channel.AGENT_CALL, shanghai("2026-01-01 00:00"), any_hour=True),)
    eligibility = Eligibility(SLOTS)

    def case(**changes):
        plain = a_case(party=a_party(**changes))
        return Case(plain.party, plain.history, verdict)

    assert open_slots(eligibility, case()) == [True, True, True, False]
    assert open_slots(eligibility, case(contact_points=guarantors)) == [False, True, True, False]
    # 09:30 to 10:00 in Tokyo is 08:30 to 09:00 in Shanghai.
    assert open_slots(eligibility, case(zones=("Asia/Tokyo",))) == [True, False, True, True]
    assert open_slots(eligibility, case(consents=at_any_hour)) == [True] * 4


def test_a_standing_limit_opens_inside_the_horizon():
    # The day of a person in Anadyr ends when it is 20:00 in Shanghai.
    cap = Cap(RULE, VOICE, Count.DIALS, CapKey.PARTY, 1, 1)
    late = slots_between(shanghai("2026-03-10 19:00"), shanghai("2026-03-10 21:00"))
    case = a_case(
        cap,
        attempts=(an_attempt(shanghai("2026-03-10 10:00")),),
        party=a_party(zones=("Asia/Anadyr",)),
    )

    assert open_slots(Eligibility(late), case) == [False, False, True, True]


def test_slots_too_near_to_an_attempt_inside_the_horizon_are_closed():
    """Planned again at noon: two hours after the call at 10:40, and two hours before it as well."""
    gap = MinimumGap(RULE, VOICE, 120)
    day = slots_between(shanghai("2026-03-10 08:00"), shanghai("2026-03-10 14:00"))
    case = a_case(gap, attempts=(an_attempt(shanghai("2026-03-10 10:40")),))

    found = Eligibility(day).openings("A1", case, Channel.AGENT_CALL)
    apart = [slot.start for slot, is_open in zip(day, found.slots, strict=True) if is_open]
    assert apart[0] == shanghai("2026-03-10 08:00")  # ends at 08:30, ten minutes to spare
    assert apart[1:] == [shanghai("2026-03-10 13:00"), shanghai("2026-03-10 13:30")]

    midday = slots_between(shanghai("2026-03-10 10:00"), shanghai("2026-03-10 12:00"))
    nothing = Eligibility(midday).openings("A1", case, Channel.AGENT_CALL)
    assert not nothing.slots.any()
    assert [reason.code for reason in nothing.reasons] == ["minimum_gap"]


def test_a_second_number_is_used_where_the_first_is_closed():
    six = Cap(RULE, VOICE, Count.DIALS, CapKey.CONTACT_POINT, 1, 1)
    home = a_mobile(number="2", kind=ContactKind.HOME)
    case = a_case(
        six,
        attempts=(an_attempt(shanghai("2026-03-10 07:00")),),
        party=a_party(contact_points=(home, a_mobile())),
    )
    found = Eligibility(SLOTS).openings("A1", case, Channel.AGENT_CALL)

    assert found.point == home
    assert found.slots.all()


def test_a_person_without_a_suitable_contact_point_is_told_so():
    found = Eligibility(SLOTS).openings("A1", a_case(), Channel.EMAIL)

    assert found.point is None
    assert [r.code for r in found.reasons] == ["contact_point"]
