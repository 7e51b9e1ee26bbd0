"""Directives looked up by kind, channel and purpose."""

from datetime import date

from examples import RULE
from hypothesis import given
from hypothesis import strategies as st

from strategy.domain.attempt import Purpose
from strategy.domain.channel import Channel
from strategy.domain.directive import Forbid, MinimumGap, Relief, ReliefKind, RequireConsent
from strategy.domain.directives import Directives
from strategy.domain.reason import RuleRef

CHANNELS = st.frozensets(st.sampled_from(Channel))
PURPOSES = st.frozensets(st.sampled_from(Purpose))
ANY = st.one_of(
    st.builds(Forbid, st.just(RULE), CHANNELS, exempt=PURPOSES),
    st.builds(MinimumGap, st.just(RULE), CHANNELS, exempt=PURPOSES),
    st.builds(RequireConsent, st.just(RULE), CHANNELS),
    st.just(Relief(RULE, ReliefKind.EXTENSION)),
)
KINDS = (Forbid, MinimumGap, RequireConsent)


@given(st.lists(ANY, max_size=8))
def test_a_look_up_finds_what_a_search_finds_in_the_same_order(made):
    directives = Directives(made)
    for kind in KINDS:
        for channel in Channel:
            bound = [d for d in made if type(d) is kind and channel in d.channels]
            assert list(directives.of(kind, channel)) == bound
            for purpose in Purpose:
                binding = [d for d in bound if purpose not in getattr(d, "exempt", ())]
                # twice: found, and then remembered
                assert list(directives.of(kind, channel, purpose)) == binding
                assert list(directives.of(kind, channel, purpose)) == binding


def test_each_rule_fired_once_and_days_on_which_rules_begin_are_told():
    later = RuleRef("R-2", "rules/test.yaml:9", "from May", "", "policy", date(2026, 5, 1))
    voice = frozenset({Channel.AGENT_CALL})
    two = Directives([Forbid(later, voice), MinimumGap(later, voice, 60), Forbid(RULE, voice)])

    assert two.fired == (later, RULE)
    assert two.begin == {date(2026, 5, 1)}
