"""generate, plan, verify, explain: from files, as a user types them."""

import json
import re
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

HOME = Path(__file__).resolve().parents[2]
STRATEGY = Path(sys.executable).parent / "strategy"


def strategy(*words, code=0):
    ran = subprocess.run([STRATEGY, *map(str, words)], cwd=HOME, capture_output=True, text=True)
    assert ran.returncode == code, ran.stdout + ran.stderr
    return ran.stdout if code == 0 else ran.stderr


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    """A folder with a portfolio `book` and a plan `plan` made from it."""
    folder = tmp_path_factory.mktemp("commands")
    strategy(
        "generate",
        "--accounts",
        300,
        "--as-of",
        "2026-11-23T20:00:00+08:00",
        "--out",
        folder / "book",
    )
    shutil.copy(HOME / "docs" / "examples" / "capacity.yaml", folder / "capacity.yaml")
    plan(folder, folder / "plan", "--format", "csv")
    return folder


def plan(folder, out, *more, code=0):
    return strategy(
        "plan",
        "--portfolio",
        folder / "book",
        "--capacity",
        folder / "capacity.yaml",
        "--rules",
        "rules/cn",
        "--rules",
        "rules/house",
        "--at",
        "2026-11-24T00:00:00+08:00",
        "--out",
        out,
        *more,
        code=code,
    )


def copied(planned, tmp_path):
    """The same folder, free to be spoiled; the plan's inputs point into the copy."""
    shutil.copytree(planned, tmp_path / "copy")
    file = tmp_path / "copy" / "plan" / "plan.json"
    file.write_text(file.read_text().replace(str(planned), str(tmp_path / "copy")))
    return tmp_path / "copy"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda text: text.replace('"inputs": {', '"input": {'), "was changed by hand"),
        (lambda text: text.replace("+00:00", ""), "was changed by hand"),
        (lambda _: "[1]", "another version"),
        (lambda _: "[" * 100_000, "is not a folder written by"),
    ],
)
def test_a_plan_json_that_was_spoiled_is_told_and_not_a_crash(planned, tmp_path, spoil, said):
    folder = copied(planned, tmp_path)
    file = folder / "plan" / "plan.json"
    file.write_text(spoil(file.read_text()))

    assert said in strategy("verify", folder / "plan", code=1)


def test_a_plan_says_what_it_is_worth_how_good_it_is_and_what_it_was_made_from(planned):
    document = json.loads((planned / "plan" / "plan.json").read_text())
    table = pl.read_parquet(planned / "plan" / "assignments.parquet")

    assert document["status"] in ("optimal", "feasible")
    assert 0 < document["value_cents"] <= document["bound_cents"]
    assert document["value_cents"] == table["value_cents"].sum()
    assert document["counts"]["attempts"] == table.height > 100
    counts = document["counts"]
    assert counts["accounts"] == 300 == counts["attempts"] + sum(document["left_alone"].values())
    assert document["verifier"] == {"violations": 0, "first": None}
    assert "simulated" in document["note"]
    digests = document["inputs"]["digests"]
    assert {n for n, d in digests.items() if d} == {"portfolio", "capacity", "rules"}
    csv = pl.read_csv(planned / "plan" / "assignments.csv")
    assert csv["account_id"].to_list() == table["account_id"].to_list()


def test_the_report_is_one_page_with_pictures_that_loads_nothing(planned):
    page = (planned / "plan" / "report.html").read_text()
    table = pl.read_parquet(planned / "plan" / "assignments.parquet")
    agents = table.filter(pl.col("channel") == "agent_call")
    in_slots = agents.group_by("slot_start").len().sort("slot_start")["len"].to_list()

    row = re.search(r"<tr><th scope=.row.>agent call</th>(.*?)</tr>", page, re.DOTALL)[1]
    assert [int(n) for n in re.findall(r">(\d+)</td>", row)] == in_slots
    assert page.count('<table class="bars">') == 2
    assert "simulated" in page
    assert "<script" not in page
    assert "<link" not in page
    assert 'src="http' not in page


def test_the_same_inputs_and_seed_give_the_same_plan(planned, tmp_path):
    plan(planned, tmp_path / "again")
    first = (planned / "plan" / "assignments.parquet").read_bytes()

    assert (tmp_path / "again" / "assignments.parquet").read_bytes() == first


def test_verify_passes_the_plan_and_refuses_one_that_was_tampered_with(planned, tmp_path):
    assert "no violation" in strategy("verify", planned / "plan")

    folder = copied(planned, tmp_path)
    file = folder / "plan" / "assignments.parquet"
    table = pl.read_parquet(file)
    early = pl.col("slot_start") - pl.duration(hours=2), pl.col("slot_end") - pl.duration(hours=2)
    table.with_columns(*early).write_parquet(file)
    assert "violations; the first:" in strategy("verify", folder / "plan", code=2)


def test_a_plan_whose_inputs_changed_is_not_explained_but_refused(planned, tmp_path):
    folder = copied(planned, tmp_path)
    with (folder / "capacity.yaml").open("a") as file:
        file.write("# another day\n")

    assert "has changed since the plan was made" in strategy("verify", folder / "plan", code=1)


def test_compare_says_by_segment_and_by_account_what_two_plans_differ_in(planned, tmp_path):
    folder = copied(planned, tmp_path)
    capacity = (folder / "capacity.yaml").read_text(encoding="utf-8")
    (folder / "few.yaml").write_text(capacity.replace("agent_call: 18", "agent_call: 1"))
    out = folder / "few"
    arguments = ["--portfolio", folder / "book", "--capacity", folder / "few.yaml", "--out", out]
    arguments += ["--rules", "rules/cn", "--rules", "rules/house"]
    strategy("plan", *arguments, "--at", "2026-11-24T00:00:00+08:00")
    old, new = (
        {row[0]: row[1:] for row in read.select("account_id", "channel", "slot_start").iter_rows()}
        for read in (pl.read_parquet(f / "assignments.parquet") for f in (folder / "plan", out))
    )
    found = json.loads(strategy("compare", folder / "plan", out, "--format", "json"))
    text = strategy("compare", folder / "plan", out)

    assert sum(s["accounts"] for s in found["segments"]) == 300
    assert sum(s["gain"] for s in found["segments"]) == len(new.keys() - old.keys())
    assert sum(s["lose"] for s in found["segments"]) == len(old.keys() - new.keys())
    moved = {account for account in old.keys() & new.keys() if old[account] != new[account]}
    changed = {c["account_id"] for c in found["accounts"]}
    assert moved <= changed
    assert f"{len(changed)} accounts are not contacted as before" in text
    assert "0 accounts are not" in strategy("compare", out, out)


def test_explain_says_why_this_and_why_not_the_others(planned):
    table = pl.read_parquet(planned / "plan" / "assignments.parquet")
    chosen = table.row(0, named=True)
    said = strategy("explain", planned / "plan", chosen["account_id"])

    assert f"planned: {chosen['channel']}" in said
    assert chosen["script"] in said
    assert "capacity price" in said


def test_explain_names_the_rule_its_line_and_what_it_read_for_somebody_left_alone(planned):
    events = pl.read_parquet(planned / "book" / "events.parquet")
    accounts = pl.read_parquet(planned / "book" / "accounts.parquet")
    attorney = events.filter(pl.col("kind") == "attorney")["party_id"].to_list()
    account = accounts.filter(pl.col("party_id").is_in(attorney))["id"].to_list()[0]
    said = strategy("explain", planned / "plan", account)

    assert "planned: nothing; no channel has an open slot" in said
    assert "HOUSE-HOLD-05 rules/house/holds.yaml:" in said
    assert "attorney = true" in said


def test_a_capacity_tells_its_price_its_use_and_who_waits_for_it(planned):
    document = json.loads((planned / "plan" / "plan.json").read_text())
    table = pl.read_parquet(planned / "plan" / "assignments.parquet")
    slots = [c for c in document["capacities"] if c["kind"] == "channel_slot_capacity"]
    dear = max(slots, key=lambda c: c["price_cents"])
    start = datetime.fromisoformat(dear["slot_start"])
    takes = table.filter((pl.col("channel") == dear["of"]) & (pl.col("slot_start") == start))
    name = f"{dear['of']}@{start.astimezone(ZoneInfo('Asia/Shanghai')):%H:%M}"
    said = strategy("explain", planned / "plan", "--capacity", name)
    waiting = re.findall(r"^  (A\d+): \S+ .*gains ([0-9.,]+) CNY", said, re.MULTILINE)
    gains = [float(gain.replace(",", "")) for _, gain in waiting]

    assert table.height == sum(c["used"] for c in slots)
    assert all(c["used"] + c["slack"] == c["limit"] >= c["used"] for c in document["capacities"])
    assert dear["price_cents"] > 0
    assert f"{dear['used']:g} of {dear['limit']:g} used" in said
    assert gains == sorted(gains, reverse=True)
    assert gains[0] > 0
    assert not {account for account, _ in waiting} & set(takes["account_id"])
    listed = strategy("explain", planned / "plan", "--capacity", "all")
    assert name in listed.split("\n")[2] or name in listed
    assert "has no capacity `fax`" in strategy(
        "explain", planned / "plan", "--capacity", "fax", code=1
    )


def test_explain_ranks_three_options_and_says_what_would_have_to_change(planned):
    table = pl.read_parquet(planned / "plan" / "assignments.parquet")
    said = strategy("explain", planned / "plan", table["account_id"][0])
    ranked = said.partition("best options at the plan's prices:")[2].partition("channels,")[0]

    assert ranked.count(" pays ") == 3
    assert ranked.count("planned\n") == 1 or "needed its place more" in ranked
    left = [float(x.replace(",", "")) for x in re.findall(r"left (-?[0-9.,]+) CNY", ranked)]
    assert left == sorted(left, reverse=True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (["explain", "{plan}", "A404"], "has no account `A404`"),
        (["verify", "{book}"], "is not a folder written by `strategy plan`"),
        (["verify"], "Missing argument"),
        (["explain", "{plan}"], "name an account, or a capacity"),
        (["rules", "check", "docs"], "docs"),
    ],
)
def test_what_cannot_run_says_why_and_ends_with_1(planned, change, words):
    named = [w.format(plan=planned / "plan", book=planned / "book") for w in change]

    assert words in strategy(*named, code=1)


def test_a_bad_instant_or_capacity_names_the_place(planned, tmp_path):
    assert "capacity.yaml" in strategy(
        "plan",
        "--portfolio",
        planned / "book",
        "--capacity",
        tmp_path / "capacity.yaml",
        "--rules",
        "rules/cn",
        "--at",
        "2026-11-24T00:00:00+08:00",
        "--out",
        tmp_path,
        code=1,
    )
    assert "has no time zone" in strategy(
        "plan",
        "--portfolio",
        planned / "book",
        "--capacity",
        planned / "capacity.yaml",
        "--rules",
        "rules/cn",
        "--at",
        "2026-11-24T00:00:00",
        "--out",
        tmp_path,
        code=1,
    )
