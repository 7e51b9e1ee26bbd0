"""Floors from the capacity file to the plan, its verifier and its explanation."""

import json
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from strategy import plan as planner
from strategy import plan_folder
from strategy.cli.main import main
from strategy.publish import publish
from strategy.rule_files import read_rule_files

HOME = Path(__file__).resolve().parents[2]
AT = "2026-11-24T00:00:00+08:00"
SEGMENTS = """\
schema: collections-rules/1
pack: segments
kind: house
segments:
  - {id: early, title: Early debts, when: {days_past_due: {le: 30}}}
  - {id: others, title: All others, when: always}
rules:
  - id: TEST-EARLY-01
    title: Early debts get no push messages
    when: {segment: early}
    then: {forbid: push}
"""
FLOORS = """
floors:
  - {name: pushes, segments: [early], channels: push, at_least: 3}
  - {name: robots, channels: [robot_call], at_least: "25%"}
  - {name: calls, segments: others, channels: [agent_call], at_least: 60}
"""


def run(*words, code=0):
    done = CliRunner().invoke(main, [str(word) for word in words])
    assert done.exit_code == code, done.output
    return f"{done.output} {done.exception or ''}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A book of 200, rules with segments, and a day with two calls of agents a half hour."""
    folder = tmp_path_factory.mktemp("floors")
    run(
        "generate", "--accounts", 200, "--as-of", "2026-11-23T20:00:00+08:00", "--out", folder / "b"
    )
    text = (HOME / "docs/examples/capacity.yaml").read_text(encoding="utf-8")
    text = text.replace("agent_call: 18", "agent_call: 2")
    (folder / "plain.yaml").write_text(text, encoding="utf-8")
    (folder / "floors.yaml").write_text(text + FLOORS, encoding="utf-8")
    (folder / "rules").mkdir()
    (folder / "rules" / "segments.yaml").write_text(SEGMENTS, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def rulebook(folder):
    return publish(read_rule_files([HOME / "rules/cn", HOME / "rules/house", folder / "rules"]))


@pytest.fixture(autouse=True)
def proven_once(rulebook, monkeypatch):
    monkeypatch.setattr(plan_folder, "publish", lambda files: rulebook)


@pytest.fixture(scope="module")
def make(folder, rulebook):
    def plan(name, capacity, *more, code=0):
        rules = [w for d in ("rules/cn", "rules/house") for w in ("--rules", HOME / d)]
        words = ["plan", "--portfolio", folder / "b", "--capacity", folder / capacity, *rules]
        words += ["--rules", folder / "rules", "--at", AT, "--out", folder / name, *more]
        return run(*words, code=code)

    return plan


@pytest.fixture(scope="module", params=["exact", "priced"])
def planned(folder, make, rulebook, request):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan_folder, "publish", lambda files: rulebook)
        if request.param == "priced":
            patch.setattr(planner, "MOST_EXACT", 0)
        said = {name: make(name, f"{name}.yaml") for name in ("plain", "floors")}
    documents = {
        name: json.loads((folder / name / "plan.json").read_text(encoding="utf-8")) for name in said
    }
    return said["floors"], documents["plain"], documents["floors"]


def test_a_floor_that_rules_forbid_is_missed_and_the_rule_is_named_with_its_count(planned):
    said, _, found = planned
    pushes = found["floors"][0]

    assert (pushes["asked"], pushes["reached"], pushes["most"]) == (3, 0, 0)
    assert (pushes["allowed"], pushes["shortfall"], pushes["full"]) == (0, 3, [])
    named = {r["rule_id"]: r for r in pushes["refusals"]}
    # The others have no address for a push message, and nothing is asked about them.
    assert 0 < named["TEST-EARLY-01"]["accounts"] < pushes["accounts"]
    assert pushes["price_cents"] == 0
    assert named["TEST-EARLY-01"]["source"].endswith("segments.yaml:8")
    assert "Early debts get no push messages [TEST-EARLY-01" in said


def test_a_floor_takes_what_value_alone_would_not_and_the_plan_says_what_that_costs(
    planned, folder
):
    said, plain, found = planned
    robots = found["floors"][1]
    table = pl.read_parquet(folder / "floors" / "assignments.parquet")
    robotic = table.filter(pl.col("channel") == "robot_call").height

    assert robots["asked"] == 50  # a quarter of 200
    assert robots["reached"] == robotic >= 50
    assert (robots["shortfall"], robots["why_missed"]) == (0, [])
    assert plain["counts"]["attempts_by_channel"].get("robot_call", 0) < 50
    assert found["value_cents"] == table["value_cents"].sum() <= found["bound_cents"]
    cost, attempts = plain["value_cents"] - found["value_cents"], plain["counts"]["attempts"]
    rounding = 0 if found["mode"] == "exact" else attempts / 2  # values in parts of cents there
    assert abs(found["floors_cost_cents"] - cost) <= rounding
    assert cost > 0
    assert f"floor      robots: {robotic} of 50 asked" in said


def test_a_floor_above_what_capacity_holds_is_missed_and_the_capacity_is_named(planned):
    said, _, found = planned
    more = found["floors"][2]

    # Two calls in each of 28 half hours: never 60.
    assert more["reached"] <= 56 < more["asked"] == 60
    assert {"kind": "channel_slot_capacity", "of": "agent_call"} in more["full"]
    parts = max(0, 60 - more["allowed"]) + max(0, min(60, more["allowed"]) - more["possible"])
    assert parts + more["possible"] - more["reached"] == more["shortfall"]
    assert "by capacity: `agent_call` (channel_slot_capacity)" in said


def test_requirements_are_listed_by_what_they_cost(planned):
    said, _, found = planned
    costs = [one["cost_cents"] for one in found["requirements"]]
    robots = next(one for one in found["requirements"] if one["of"] == "robots")

    assert costs == sorted(costs, reverse=True)
    assert (robots["kind"], robots["amount"]) == ("floor", 50)
    assert robots["cost_cents"] == pytest.approx(50 * robots["price_cents"])
    assert robots["price_cents"] > 0
    assert found["prices_cents"]["floors"]["robots"] == robots["price_cents"]
    assert f"costs most {found['requirements'][0]['of']}" in said


def test_the_plan_is_verified_and_a_floor_that_is_not_what_it_says_is_found(planned, folder):
    assert "no violation" in run("verify", folder / "floors")

    file = folder / "floors" / "plan.json"
    text = file.read_text(encoding="utf-8")
    found = json.loads(text)
    found["floors"][2]["reached"] += 1
    file.write_text(json.dumps(found), encoding="utf-8")
    try:
        said = run("verify", folder / "floors", code=2)
    finally:
        file.write_text(text, encoding="utf-8")
    reached = found["floors"][2]["reached"]
    assert f"floor `calls` has {reached - 1} contacts, not {reached}" in said


def test_an_account_contacted_for_a_floor_is_told_so(planned, folder):
    table = pl.read_parquet(folder / "floors" / "assignments.parquet")
    robotic = table.filter(pl.col("channel") == "robot_call").sort("value_cents")
    said = run("explain", folder / "floors", robotic["account_id"][0])

    assert "asked for by floor `robots`, which adds" in said.split("\n")[1]
    assert "floor robots" in run("explain", folder / "floors", "--capacity", "all")


@pytest.mark.parametrize(
    ("floor", "said"),
    [
        ("{name: a, segments: nobody, at_least: 1}", "there is no segment `nobody` here"),
        ("{name: a, channels: visit, at_least: 1}", "there is no channel `visit` here"),
        ("{name: a, robot: 小明, at_least: 1}", "there is no robot `小明` here; there are"),
    ],
)
def test_what_a_floor_names_and_there_is_not_is_refused_with_its_line(make, folder, floor, said):
    plain = (folder / "plain.yaml").read_text(encoding="utf-8")
    (folder / "bad.yaml").write_text(f"{plain}\nfloors:\n  - {floor}\n", encoding="utf-8")
    line = plain.count("\n") + 3
    found = make("bad", "bad.yaml", code=1)

    assert said in found
    assert f"bad.yaml:{line}" in found


def test_a_plan_made_again_refuses_floors_rather_than_to_leave_them_out(make, planned, folder):
    assert "not where a plan is made again" in make(
        "again", "floors.yaml", "--from", folder / "plain", code=1
    )
