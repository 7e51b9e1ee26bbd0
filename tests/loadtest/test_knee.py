"""The knee lies where the 99th percentile crosses the line; reports stand beside earlier ones."""

import json

import pytest

from loadtest.against import compared, read_report
from loadtest.knee import Step, knee_of
from strategy.errors import StrategyError


def step(offered, p99_ms, answered=None):
    return Step(offered, offered if answered is None else answered, p99_ms, "none was full")


def test_the_knee_lies_between_the_step_that_held_and_the_step_that_broke():
    """From 10 to 1,000 ms the line of 100 ms is half way in logarithms: the geometric mean."""
    found, crossed = knee_of([step(50, 5), step(100, 10), step(400, 1000)], 100)

    assert crossed
    assert found == pytest.approx(200)


def test_a_step_that_is_not_kept_up_with_does_not_hold_whatever_its_latency():
    found, crossed = knee_of([step(100, 10), step(200, 20, answered=100)], 100)

    assert crossed
    assert 100 < found <= 200


def test_a_knee_that_no_step_reached_is_told_so():
    assert knee_of([step(100, 10), step(200, 20)], 100) == (200, False)
    assert knee_of([step(100, 900), step(200, 900)], 100) == (100, False)


def test_a_step_that_chance_made_slow_is_evened_out():
    """More load is never faster: 90 then 40 count as 60 each, which the line of 70 allows."""
    steps = [step(100, 20), step(150, 90), step(150, 40), step(300, 600)]
    found, crossed = knee_of(steps, 70)

    assert crossed
    assert 150 < found < 200


def report(**load):
    figures = dict.fromkeys(
        ("decisions_per_s", "p50_ms", "p99_ms", "p999_ms", "error_rate", "saturation"), 10.0
    )
    names = ("machine", "python", "grpcio", "sqlite", "commit", "rulebook")
    return {
        "name": "steady",
        "at": "2026-11-25T00:00:00Z",
        "accounts": 100,
        "workers": 1,
        "scenario": {},
        "surroundings": dict.fromkeys(names, "same"),
        "load": figures | load,
    }


def test_a_report_tells_what_changed_and_what_was_not_the_same():
    old, new = report(), report(p99_ms=15.0) | {"accounts": 200}
    found = compared(new, old)

    changes = {row["figure"]: row["change"] for row in found["rows"]}
    assert changes["p99_ms"] == "+50%"
    assert changes["p50_ms"] == "+0%"
    assert found["differs"] == ["accounts"]


def test_what_is_no_report_is_refused_by_name(tmp_path):
    (tmp_path / "report.json").write_text(json.dumps(report()), encoding="utf-8")
    assert read_report(tmp_path)["name"] == "steady"

    (tmp_path / "other.json").write_text("{}", encoding="utf-8")
    with pytest.raises(StrategyError, match=r"other\.json"):
        read_report(tmp_path / "other.json")
