"""The knee lies where the 99th percentile crosses the line; reports stand beside earlier ones."""

import json

import pytest

from loadtest.against import compared, read_report
from loadtest.knee import Step, knee_of, middle, near, spread, sweep
from loadtest.scenario import read_scenario, scenario_path
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


def test_what_disturbs_one_visit_of_every_load_moves_nothing():
    """At each load one of three visits meets a stall; the knee is that of the others."""
    quiet = {load: 20.0 if load < 210 else 10.0 * load for load in near(200)}
    order = [load for visit in range(3) for load in sweep(near(200), visit)]
    assert order == [0, 1, 2, 3, 4, 4, 3, 2, 1, 0, 0, 1, 2, 3, 4]
    stalled = {0, 6, 7, 8, 14}  # of each load one visit
    assert sorted(order[place] for place in stalled) == [0, 1, 2, 3, 4]
    seen = [
        step(near(200)[load], quiet[near(200)[load]] + (1000 if place in stalled else 0))
        for place, load in enumerate(order)
    ]

    middles = [
        middle([s for s, n in zip(seen, order, strict=True) if n == load], 200) for load in range(5)
    ]
    assert [one.p99_ms for one in middles] == pytest.approx(list(quiet.values()))
    alone, crossed = knee_of([step(x, y) for x, y in quiet.items()], 200)
    assert crossed
    assert knee_of(middles, 200) == (pytest.approx(alone), True)


def test_a_load_that_most_visits_did_not_keep_up_with_does_not_hold():
    visits = [step(100, 5, answered=50), step(100, 5, answered=50), step(100, 5)]

    assert middle(visits, 100).p99_ms == 200


def test_the_spread_is_from_the_lowest_to_the_highest_run():
    assert spread([90, 100, 120]) == pytest.approx(0.3)


def test_an_arrival_of_a_batch_asks_for_all_of_it():
    """Steady: 0.59 + 0.208 single questions and 0.01 batches of 40 an arrival."""
    steady = read_scenario(scenario_path("steady"))

    assert steady.decisions_an_arrival == pytest.approx(0.798 + 0.4)


def report(**load):
    figures = dict.fromkeys(
        ("decisions_per_s", "p50_ms", "p99_ms", "p999_ms", "error_rate", "saturation"), 10.0
    )
    names = ("machine", "python", "grpcio", "database", "commit", "rulebook")
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
