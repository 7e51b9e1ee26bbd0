"""Scenario files say what is wrong with them; arrivals follow the rate and nothing else."""

import itertools
import statistics

import pytest

from loadtest.arrivals import arrivals, rate_at
from loadtest.figures import Call, error_rate, late_ms, latency, over_time
from loadtest.judge import judge
from loadtest.limits import GENERATOR, MACHINE, OTHERS, first_limit
from loadtest.scenario import FOLDER, BadScenario, PassLines, read_scenario, scenario_path

EVERY = sorted(FOLDER.glob("*.yaml"))
RAMP = ((0.0, 0.0), (10.0, 100.0), (20.0, 100.0))


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.stem)
def test_a_shipped_scenario_can_be_read(path):
    assert read_scenario(path).title


def test_every_problem_of_a_scenario_is_told_with_its_field(tmp_path):
    text = scenario_path("steady").read_text(encoding="utf-8")
    for old, new in (
        ("title: Steady", "titel: Steady"),
        ("rules: [rules/cn", "rules: [rules/nowhere"),
        ("share: 0.59", "share: lots"),
    ):
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadScenario) as raised:
        read_scenario(path)

    told = str(raised.value).splitlines()
    assert any("titel: is no field" in line for line in told)
    assert any("title: is missing" in line for line in told)
    assert any("clients: Expected `float`" in line for line in told)


def test_shares_times_clients_and_folders_are_checked(tmp_path):
    text = scenario_path("steady").read_text(encoding="utf-8")
    text = text.replace("share: 0.59", "share: 0.50").replace("[[0, 40]", "[[1, 40]")
    text = text.replace("relief:", "mystery:").replace("rules/cn", "rules/nowhere")
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadScenario) as raised:
        read_scenario(path)

    told = str(raised.value)
    assert "rate: must go from 0 to 15 seconds" in told
    assert "clients: their shares must add up to 1" in told
    assert "clients.mystery: is no client" in told
    assert "there is no folder `rules/nowhere`" in told


def test_an_unknown_scenario_names_those_there_are():
    with pytest.raises(BadScenario, match="steady"):
        scenario_path("yesterday")


def test_a_scenario_keeps_its_shape_in_another_time():
    scenario = read_scenario(scenario_path("steady")).scaled(5, 2.0)

    assert scenario.rate == ((0, 80), (5, 80))
    assert scenario.seconds == 5


def test_the_rate_is_straight_between_its_points():
    assert [rate_at(RAMP, at) for at in (0, 5, 10, 15, 20, 21)] == [0, 50, 100, 100, 100, 0]


def test_arrivals_are_as_many_as_the_rate_says_and_the_same_for_a_seed():
    """Half of 500 + 1000 arrivals are due; the spread of a Poisson count is its root."""
    drawn = list(arrivals(RAMP, 0.5, "seed"))

    assert abs(len(drawn) - 750) < 4 * 750**0.5
    assert drawn == sorted(drawn) == list(arrivals(RAMP, 0.5, "seed"))
    assert drawn != list(arrivals(RAMP, 0.5, "another"))
    first = sum(at < 10 for at in drawn)
    assert abs(first - 250) < 4 * 250**0.5


def test_gaps_between_arrivals_are_those_of_chance_and_not_of_a_clock():
    """In a Poisson process the gaps' deviation is their mean."""
    drawn = list(arrivals(((0.0, 50.0), (100.0, 50.0)), 1.0, "seed"))
    gaps = [b - a for a, b in itertools.pairwise(drawn)]

    assert statistics.stdev(gaps) == pytest.approx(statistics.mean(gaps), rel=0.1)


def test_generators_share_one_schedule():
    whole = list(arrivals(RAMP, 1.0, "seed"))
    parts = [list(arrivals(RAMP, 1.0, "seed", place, 3)) for place in range(3)]

    assert sorted(at for part in parts for at in part) == whole


def test_latency_counts_from_when_a_call_was_due_not_from_when_it_left():
    """One caller, ten calls due each 10 ms, the first takes a second: the others waited too."""
    calls = [
        Call("Decide", n * 10_000, max(n * 10_000, 1_000_000), 1_001_000, "OK") for n in range(10)
    ]
    found = latency(calls)

    assert found["p50_ms"] > 900
    assert late_ms(calls) > 900
    (first, second) = over_time(calls)
    assert (first["offered"], first["achieved"]) == (10, 0)
    assert (second["offered"], second["achieved"]) == (0, 10)


def test_an_error_counts_whatever_its_latency():
    calls = [Call("Decide", 0, 0, 1, "OK"), Call("Decide", 0, 0, 1, "UNAVAILABLE")]

    assert error_rate(calls) == 0.5


def test_one_violation_breaks_the_run_whatever_the_latency():
    lines = PassLines(p50_ms=10, p99_ms=10, p999_ms=10, error_rate=0, saturation=1)
    found = dict.fromkeys(lines.__struct_fields__, 0.0) | {"violations": 1}

    assert [v.line for v in judge(lines, found, correctness_only=True) if not v.held] == [
        "violations"
    ]
    slow = found | {"violations": 0, "p99_ms": 11}
    assert [v.line for v in judge(lines, slow, correctness_only=False) if not v.held] == ["p99_ms"]


def test_a_full_generator_and_a_busy_machine_are_blamed_before_the_service():
    used = {
        "the server's interpreter": 0.95,
        "the ledger's writer": 0.9,
        GENERATOR: 0.99,
        MACHINE: 1.0,
        OTHERS: 0.1,
    }

    assert first_limit(used) == GENERATOR
    assert first_limit(used | {GENERATOR: 0.5}) == "the server's interpreter"
    assert first_limit(used | {GENERATOR: 0.5, OTHERS: 0.5}) == OTHERS
    assert first_limit(dict.fromkeys(used, 0.1)) == "none was full"
