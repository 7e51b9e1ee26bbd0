"""docs/plan-json.md says what every field of plan.json means, in both modes."""

import json
import re
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from strategy import plan as planner
from strategy import plan_folder, plan_table
from strategy.cli.main import main
from strategy.publish import publish
from strategy.rule_files import read_rule_files

HOME = Path(__file__).resolve().parents[2]
PAGE = HOME / "docs" / "plan-json.md"
NAMED = {"counts.attempts_by_channel", "prices_cents.slots", "prices_cents.robots"}
NAMED |= {"prices_cents.days", "prices_cents.floors"}
"""Objects whose keys are names of the portfolio or the capacity."""


def run(*words, code=0):
    done = CliRunner().invoke(main, [str(word) for word in words])
    assert done.exit_code == code, done.output
    return f"{done.output} {done.exception or ''}"


@pytest.fixture(scope="module")
def rulebook():
    return publish(read_rule_files([HOME / "rules/cn", HOME / "rules/house"]))


@pytest.fixture(autouse=True)
def proven_once(rulebook, monkeypatch):
    """Every command proves the rules anew, which takes longer than all the rest."""
    monkeypatch.setattr(plan_folder, "publish", lambda files: rulebook)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plan-json")
    run("generate", "--accounts", 200, "--as-of", "2026-11-23T20:00:00+08:00", "--out", folder)
    return folder


@pytest.fixture
def capacity(tmp_path):
    """Every kind of capacity, so that every field has something to say."""
    text = (HOME / "docs/examples/capacity.yaml").read_text(encoding="utf-8")
    (tmp_path / "capacity.yaml").write_text(text + '\nmoney: "90.00 CNY"\n', encoding="utf-8")
    return tmp_path / "capacity.yaml"


@pytest.fixture
def make(book, capacity, tmp_path):
    def plan(name, *more, code=0):
        words = ["plan", "--portfolio", book, "--capacity", capacity, "--out", tmp_path / name]
        words += ["--rules", HOME / "rules/cn", "--rules", HOME / "rules/house"]
        said = run(*words, "--at", "2026-11-24T00:00:00+08:00", *more, code=code)
        return tmp_path / name if code == 0 else said

    return plan


def fields(value, at=""):
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            name = "*" if at in NAMED else key
            yield from fields(inner, f"{at}.{name}".lstrip("."))
    elif isinstance(value, list):
        for inner in value or [None]:
            yield from fields(inner, f"{at}[]")
    else:
        yield at


def document(folder):
    return json.loads((folder / "plan.json").read_text(encoding="utf-8"))


def documented():
    return set(re.findall(r"^\| `([^`]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))


def of_floors(field):
    return field.startswith(("floors[]", "prices_cents.floors"))


def test_the_page_and_an_exact_plan_have_the_same_fields(make, capacity):
    # Rules and capacity both are in the way of this floor, so that every field says something.
    text = capacity.read_text(encoding="utf-8").replace("agent_call: 18", "agent_call: 1")
    floor = 'floors: [{name: calls, channels: agent_call, at_least: "100%"}]\n'
    capacity.write_text(text + floor, encoding="utf-8")
    found = document(make("plan"))
    churn = {field for field in documented() if field.startswith("churn.")}

    assert found["mode"] == "exact"
    assert set(fields(found)) == documented() - churn


def test_the_page_and_a_plan_by_prices_have_the_same_fields_but_for_floors(make, monkeypatch):
    monkeypatch.setattr(planner, "MOST_EXACT", 0)
    found = document(make("plan"))
    written = {field for field in documented() if not of_floors(field)}
    churn = {field for field in written if field.startswith("churn.")}

    assert found["mode"] == "priced"
    assert {field for field in fields(found) if not of_floors(field)} == written - churn
    assert (found["floors"], found["floors_cost_cents"]) == ([], 0)


def test_a_plan_made_from_another_has_every_documented_field(make):
    again = document(make("again", "--from", make("first")))

    written = {field for field in documented() if not of_floors(field)}
    assert {field for field in fields(again) if not of_floors(field)} | {"churn"} == written
    assert again["mode"] == "priced"


def test_the_page_has_every_column_of_the_assignments():
    page = PAGE.read_text(encoding="utf-8")
    section = page.split("## The table of assignments")[1].split("\n## ")[0]
    named = re.findall(r"^\| ([a-z_, ]+) \|", section, re.MULTILINE)[1:]

    assert sorted(", ".join(named).split(", ")) == sorted(plan_table._SCHEMA)


def test_planning_again_changes_no_more_people_than_allowed(make):
    first = make("first")
    few = document(make("few", "--from", first, "--most-changes", "2%"))
    none = document(make("none", "--from", first, "--most-changes", "0%"))
    old, same = (pl.read_parquet(f / "assignments.parquet") for f in (first, first.parent / "none"))
    keys = ["account_id", "channel", "slot_start", "script"]

    assert sum(few["churn"][kind] for kind in ("begun", "ended", "moved")) <= 0.02 * 200
    assert none["churn"] == {"begun": 0, "ended": 0, "moved": 0, "pinned": 0, "change_cents": 0}
    assert old.select(keys).sort(keys).equals(same.select(keys).sort(keys))
    assert none["value_cents"] == document(first)["value_cents"] <= few["bound_cents"]


def test_each_change_costs_its_price(make, capacity):
    first = make("first")
    text = capacity.read_text(encoding="utf-8")
    capacity.write_text(text.replace("agent_call: 18", "agent_call: 1"), encoding="utf-8")
    again = make("again", "--from", first, "--change-price", "1.50")
    found = document(again)
    churn, table = found["churn"], pl.read_parquet(again / "assignments.parquet")
    changed = churn["begun"] + churn["ended"] + churn["moved"]

    assert changed > 0
    assert churn["change_cents"] == 150
    assert found["value_cents"] == table["value_cents"].sum() - 150 * changed
    assert found["value_cents"] <= found["bound_cents"]


def test_what_is_pinned_stays_and_what_is_closed_cannot_be_pinned(make, capacity, tmp_path):
    first = make("first")
    table = pl.read_parquet(first / "assignments.parquet").filter(pl.col("channel") == "agent_call")
    kept = table.row(0, named=True)
    start = kept["slot_start"].isoformat()
    pins = tmp_path / "pins.csv"
    head = "account_id,channel,slot_start,script\n"
    pins.write_text(f"{head}{table['account_id'][1]},,,\n", encoding="utf-8")
    capacity.write_text(
        capacity.read_text(encoding="utf-8").replace("agent_call: 18", "agent_call: 1")
    )
    again = make("again", "--from", first, "--pins", pins)
    now = pl.read_parquet(again / "assignments.parquet")
    same = now.filter(pl.col("account_id") == table["account_id"][1])
    assert same.select("channel", "slot_start", "script").row(0) == (
        table.select("channel", "slot_start", "script").row(1)
    )
    assert document(again)["churn"]["pinned"] == 1

    early = f"{head}{kept['account_id']},agent_call,2026-11-24T08:00:00+08:00,{kept['script']}\n"
    pins.write_text(early, encoding="utf-8")
    assert "rules or limits close" in make("no", "--from", first, "--pins", pins, code=1)
    bad = f"{head}A404,,,\n{kept['account_id']},fax,{start},x\n{kept['account_id']},sms,noon,x\n"
    pins.write_text(bad, encoding="utf-8")
    said = make("no", "--from", first, "--pins", pins, code=1)
    assert "line 2: the portfolio has no account `A404`" in said
    assert "line 3: `fax` is no channel" in said
    assert "line 4: slot_start: `noon`" in said


def test_a_plan_of_another_day_is_no_plan_to_start_from(make):
    first = make("first")

    assert "is a plan of another day" in make(
        "next", "--from", first, "--at", "2026-11-25T00:00:00+08:00", code=1
    )
    assert "must be a share" in make("next", "--from", first, "--most-changes", "7", code=2)
    assert "--from" in make("next", "--pins", "pins.csv", code=2)


def test_a_priced_plan_is_verified_explained_and_compared_as_any_other(make, monkeypatch):
    monkeypatch.setattr(planner, "MOST_EXACT", 0)
    folder = make("plan")
    chosen = pl.read_parquet(folder / "assignments.parquet").row(0, named=True)
    said = run("explain", folder, chosen["account_id"])
    listed = run("explain", folder, "--capacity", "all")
    name = listed.split("\n")[2].split("  ")[0]

    assert "no violation" in run("verify", folder)
    assert f"planned: {chosen['channel']}" in said
    assert said.count(" pays ") == 3
    assert "one more is worth" in run("explain", folder, "--capacity", name)
    assert "0 accounts are not" in run("compare", folder, folder)
