"""The capacity file, read by hand and refused by line."""

from pathlib import Path

import pytest
from examples import shanghai

from strategy.capacity_file import parse_capacity
from strategy.domain.channel import Channel
from strategy.domain.floor import Floor
from strategy.errors import InputError

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "capacity.yaml"
NOON = shanghai("2026-03-10 12:00")
GOOD = """\
zone: Asia/Shanghai
horizon: {from: "08:00", to: "10:00"}
channels:
  agent_call: 5
  sms:
    - {from: "08:30", to: "09:30", attempts: 7}
    - {from: "09:00", to: "10:00", attempts: 2}
expected_complaints: 1.25
"""


def test_spans_add_up_and_uncovered_half_hours_have_none():
    capacity = parse_capacity(GOOD, "c.yaml", NOON)

    assert [slot.start for slot in capacity.slots] == [
        shanghai(f"2026-03-10 {t}") for t in ("08:00", "08:30", "09:00", "09:30")
    ]
    assert capacity.attempts == {Channel.AGENT_CALL: (5, 5, 5, 5), Channel.SMS: (0, 7, 9, 2)}
    assert capacity.complaints_micro == 1_250_000
    assert capacity.touches_per_party == 1


def test_robots_days_and_money_are_bounded_where_the_file_says_so():
    more = """\
robots:
  小雨: 4
  小航: [{from: "09:00", to: "10:00", attempts: 3}]
per_day: {sms: 100}
money: "12.50 CNY"
"""
    plain = parse_capacity(GOOD, "c.yaml", NOON)
    capacity = parse_capacity(GOOD + more, "c.yaml", NOON)

    assert (plain.robots, plain.per_day, plain.money_cents) == ({}, {}, None)
    assert capacity.robots == {"小雨": (4, 4, 4, 4), "小航": (0, 0, 3, 3)}
    assert capacity.per_day == {Channel.SMS: 100}
    assert (capacity.money_cents, capacity.currency) == (1250, "CNY")


def test_the_day_is_the_zones_day_and_not_the_servers():
    late = shanghai("2026-03-11 00:30")  # still the 10th in UTC

    assert parse_capacity(GOOD, "c", late).slots[0].start == shanghai("2026-03-11 08:00")


def test_floors_are_read_in_their_order_with_their_lines():
    more = """\
floors:
  - {name: first, at_least: 20}
  - {name: second, segments: early, channels: [sms, push], robot: 小雨, at_least: "12.5%"}
"""
    first, second = parse_capacity(GOOD + more, "c.yaml", NOON).floors

    assert first == Floor("first", at_least=20, source="c.yaml:10")
    assert second == Floor(
        "second",
        share_bp=1250,
        segments=("early",),
        channels=(Channel.SMS, Channel.PUSH),
        robot="小雨",
        source="c.yaml:11",
    )
    assert second.asked(9) == 2  # an eighth of nine, rounded up
    assert parse_capacity(GOOD, "c.yaml", NOON).floors == ()


def test_the_shipped_example_is_right():
    capacity = parse_capacity(EXAMPLE.read_text(encoding="utf-8"), "example", NOON)

    assert len(capacity.slots) == 28


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Asia/Shanghai", "Asia/Nowhere", "c.yaml:1:1: `zone` unknown time zone"),
        ('"08:00", to', '"08:10", to', "c.yaml:2:11: `from` must be a quoted half hour"),
        ('to: "10:00"}', 'to: "07:00"}', "c.yaml:2:26: `to` must be later"),
        ("agent_call", "agent_cal", "c.yaml:4:3: `agent_cal` unknown; use one of `agent_call`"),
        ("agent_call: 5", "agent_call: -5", "c.yaml:4:3: `agent_call` must be attempts per half"),
        ("attempts: 2", "attempts: many", "`attempts` must be a whole number"),
        ("1.25", "lots", "c.yaml:8:1: `expected_complaints` must be a number"),
        ("1.25", "-1", "c.yaml:8:1: `expected_complaints` must be a number"),
        ("expected_complaints: 1.25", "", "`expected_complaints` is missing"),
        ("expected_complaints", "touches_per_party: 0\nexpected_complaints", "`touches_per_party`"),
        ("zone: Asia/Shanghai\n", "zone: Asia/Shanghai\nzone: UTC\n", "c.yaml:2:1: not YAML"),
        ("zone:", "money: 12.5\nzone:", "c.yaml:1:1: `money` must be an amount with two decimals"),
        ("zone:", "money: 12 CNY\nzone:", "c.yaml:1:1: `money` must be an amount"),
        ("zone:", "per_day: 5\nzone:", "c.yaml:1:1: `per_day` must be a mapping"),
        ("zone:", "per_day: {sms: -1}\nzone:", "c.yaml:1:11: `sms` must be a whole number from 0"),
        ("zone:", "per_day: {fax: 1}\nzone:", "c.yaml:1:11: `fax` unknown"),
        ("zone:", "robots: 5\nzone:", "c.yaml:1:1: `robots` must name types of robots"),
        ("zone:", "robots: {小雨: x}\nzone:", "c.yaml:1:10: `小雨` must be attempts per half hour"),
        ("zone:", "floors: 5\nzone:", "c.yaml:1:1: `floors` must be a list of up to 20"),
        ("zone:", "floors: [5]\nzone:", "c.yaml:1:1: `floors` must list mappings of `at_least`"),
        ("zone:", "floors: [{at_least: 5}]\nzone:", "c.yaml:1: `name` is missing"),
        ("zone:", "floors: [{name: a}]\nzone:", "c.yaml:1: `at_least` is missing"),
        ("zone:", "floors: [{name: 5, at_least: 5}]\nzone:", "`name` must be a text"),
        ("zone:", "floors: [{name: a, at_least: -1}]\nzone:", "c.yaml:1:20: `at_least` must be"),
        ("zone:", "floors: [{name: a, at_least: 101%}]\nzone:", "`at_least` must be contacts, or"),
        ("zone:", "floors: [{name: a, at_least: 0.5}]\nzone:", "`at_least` must be contacts, or"),
        ("zone:", "floors: [{name: a, when: x}]\nzone:", "`when` unknown; use one of `at_least`"),
        (
            "zone:",
            "floors:\n- {name: a, at_least: 1}\n- {name: a, at_least: 2}\nzone:",
            "c.yaml:3:4: `name` is of two floors: `a`; rename one",
        ),
        (
            "zone:",
            "floors: [{name: a, at_least: 1, channels: [sms, fax]}]\nzone:",
            "`channels` has `fax`; use `agent_call`",
        ),
        (
            "zone:",
            "floors: [{name: a, at_least: 1, segments: []}]\nzone:",
            "`segments` must be a word or a list of words",
        ),
        (
            "zone:",
            "floors: [{name: a, at_least: 1, robot: 5}]\nzone:",
            "`robot` must be a type of robots",
        ),
        ("channels:", "channels: [", "not YAML"),
        ("channels:", "channels: " + "[" * 3000, "nested too deeply"),
        ("channels:", "channels: \x01", "not YAML"),
        ("channels:", "robots: # a\n  小\r\r雨: 4\nchannels:", "write comments above keys"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_what_to_write(old, new, message):
    assert old in GOOD
    with pytest.raises(InputError) as refused:
        parse_capacity(GOOD.replace(old, new, 1), "c.yaml", NOON)

    assert message in str(refused.value)
