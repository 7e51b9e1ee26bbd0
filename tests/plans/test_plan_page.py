"""What the pictures of the report say."""

from strategy.domain.channel import Channel
from strategy.report.plan_page import Bar, RefusalCount, Rehearsal, Slot, bars, heat_map


def test_a_slot_is_coloured_by_the_share_of_its_capacity_that_is_used():
    used = {Channel.AGENT_CALL: (3, 0, 4)}
    capacity = {Channel.AGENT_CALL: (4, 4, 4)}

    assert heat_map(used, capacity) == [("agent call", [Slot(3, 0.75), Slot(0, 0.0), Slot(4, 1.0)])]


def test_a_slot_without_capacity_is_empty():
    assert heat_map({Channel.VISIT: (0,)}, {Channel.VISIT: (0,)}) == [("visit", [Slot(0, 0.0)])]


def test_a_bar_is_as_long_as_its_share_of_the_longest():
    assert bars([("a", 8, "8"), ("b", 2, "2")]) == [Bar("a", 1.0, "8"), Bar("b", 0.25, "2")]


def test_no_bars_and_bars_of_nothing_are_drawn_without_a_fault():
    assert bars([]) == []
    assert bars([("a", 0, "0")]) == [Bar("a", 0.0, "0")]


def test_refusals_are_labelled_by_limit_and_rule_where_there_is_one():
    refusals = (
        RefusalCount("hold", "H-1", "rules/h.yaml:3", 2000, "A1", "on hold"),
        RefusalCount("consent", "", "", 500, "A2", "no consent"),
    )

    drawn = Rehearsal((), refusals).bars
    assert drawn == [Bar("hold · H-1", 1.0, "2,000"), Bar("consent", 0.25, "500")]
