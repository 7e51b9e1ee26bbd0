"""The run as a whole: which cases, how they are judged, and that it can be cut off."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from planner_peers.growth import exponent
from planner_peers.judge import verdicts
from planner_peers.schedule import PARTS, SEEDS, SIZES, TIGHTNESS, schedule

ROOT = Path(__file__).resolve().parents[2]


def case(accounts=100_000, wall_s=5.0, value=999.5, tightness="tight", **more):
    greedy = dict.fromkeys(("fifo", "balance", "tiers", "value", "regret", "density"))
    plan = {"faults": [], "peak_mib": 1024, "wall_s": wall_s, "value": value}
    return {
        "part": "value",
        "accounts": accounts,
        "seed": 0,
        "tightness": tightness,
        "bound": 1000.0,
        "plans": {"planner": plan, **{name: plan | {"value": 900.0} for name in greedy}},
        "pass_s": {"one_core": 0.9, "all_cores": 0.5},
        **more,
    }


def words(cases):
    return {v.promise: v.word for v in verdicts(cases)}


def test_a_full_run_has_every_seed_and_tightness_and_three_of_a_million():
    cases = schedule(SIZES, SEEDS, TIGHTNESS, PARTS)
    assert len({c.name for c in cases}) == len(cases)
    count = {n: sum(c.part == "value" and c.accounts == n for c in cases) for n in SIZES}
    assert count == {1_000: 9, 10_000: 9, 100_000: 9, 1_000_000: 3}
    assert {c.part for c in cases} == set(PARTS)


def test_promises_are_judged_by_what_was_measured():
    found = words([case(), case(1_000_000, wall_s=31.0)])
    assert found["gap at 100 k, %"] == "PASS"
    assert found["tight, 100,000 accounts: value above the best greedy, %"] == "PASS"
    assert found["second core at the passes of 1 M"] == "PASS"  # 0.9 / 0.5
    assert found["1 M in full passes of its own run"] == "MISS"  # 31 / 0.5 = 62
    assert found["1 M over 100 k, seconds"] == "PASS"  # 31 / 5 = 6.2
    assert found["gap at 10 k, %"] == "NOT RUN"


@pytest.mark.parametrize("value", [998.9, None])
def test_a_gap_too_wide_and_a_plan_that_is_not_verified_miss(value):
    assert words([case(value=value)])["gap at 100 k, %"] == "MISS"


def test_growth_is_judged_between_the_same_seed_and_tightness():
    few = [case(wall_s=5.0), case(wall_s=1.0, tightness="loose")]
    promise = "1 M over 100 k, seconds"
    assert words([*few, case(1_000_000, wall_s=59.0)])[promise] == "PASS"
    assert words([*few, case(1_000_000, wall_s=59.0, tightness="loose")])[promise] == "MISS"


def test_a_case_that_failed_and_a_broken_constraint_miss():
    broken = case()
    broken["plans"]["fifo"]["faults"] = ["more money than there is"]
    found = words([broken, {"part": "value", "accounts": 1_000, "failed": "time"}])
    assert found["plans that break a constraint"] == "MISS"
    assert found["cases that failed"] == "MISS"


def test_ten_times_the_seconds_for_ten_times_the_accounts_is_power_one():
    assert exponent({1_000: 9.0, 10_000: 1.0, 100_000: 10.0, 1_000_000: 100.0}) == pytest.approx(1)
    assert exponent({10_000: 1.0}) is None


def test_a_quick_run_writes_results_and_goes_on_where_it_was_cut_off(tmp_path):
    path = tmp_path / "new" / "planner.json"

    def run(*more):
        words = ["benchmarks/planner.py", "--quick", "--tightness", "tight", "--json", str(path)]
        return subprocess.run(
            [sys.executable, *words, *more], cwd=ROOT, capture_output=True, text=True, check=False
        )

    first = run("--only", "value")
    assert first.returncode == 0, first.stderr
    (measured,) = json.loads(path.read_text())["cases"]
    assert all(plan["faults"] == [] for plan in measured["plans"].values())
    assert "by expected value" in path.with_suffix(".md").read_text()
    assert {p.name for p in path.parent.glob("*.svg")} == {
        "planner-gap.svg",
        "planner-time.svg",
        "planner-value.svg",
    }
    again = run("--only", "value", "--resume")
    assert "value 500" not in again.stderr
    assert json.loads(path.read_text())["cases"] == [measured]
