"""`strategy rules explain`: one person, every rule, and why."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from examples import SHANGHAI, a_mobile, a_party, an_account, shanghai
from rule_text import rulebook

from strategy.cli.main import main
from strategy.cli.rules import explain as explain_verb
from strategy.domain.book import Book
from strategy.domain.contact_point import ContactKind, Owner
from strategy.domain.event import EventKind
from strategy.errors import InputError
from strategy.portfolio import folder
from strategy.portfolio.sample import sample_book
from strategy.rule_explanation import Permission, explain_instant, subject_of_account
from strategy.rules.draft import compile_rules
from strategy.rules.group import mask_algebra
from strategy.rules.rulebook import Rulebook
from strategy.rules.source import RuleFile

US = Path(__file__).resolve().parents[2] / "rules" / "us"

RULES = """\
schema: collections-rules/1
pack: house
kind: house
segments:
  - {id: help, title: Help first · 帮扶优先, when: {hardship_declared: true}}
  - {id: rest, title: Everybody else · 其他, when: always}
rules:
  - {id: H-LUNCH-1, title: No calls at lunch · 午休不致电, when: always,
     then: {forbid: voice, window: ["12:00", "13:30"]}}
  - {id: H-HELP-1, title: Relief is not called · 纾困客户不致电, when: {segment: help},
     then: {forbid: robot_call}}
  - {id: H-LATE-1, title: Late · 晚期, when: {all: [{stage: late}, {attorney: true}]},
     then: {hold: visit}}
"""
CASES = """\
schema: collections-rule-tests/1
defaults:
  party: {jurisdiction: US-NY-NYC, zones: [America/New_York], language: en}
  account: {balance: "9000.00 USD", overdue: "2000.00 USD", due_date: "2026-08-01"}
  given: {collector: creditor}
cases:
  - name: the last minute of August
    at: "2026-08-31 23:59 America/New_York"
    expect: allowed
  - name: the first minute of September
    at: "2026-09-01 00:00 America/New_York"
    expect: allowed
  - name: lunch
    at: "2026-09-01 12:00 America/New_York"
    expect: refused
    by: [H-LUNCH-1]
  - name: somewhere between New York and Honolulu
    at: "2026-09-01 02:00 America/New_York"
    party: {zones: [America/New_York, Pacific/Honolulu]}
    expect: allowed
  - name: help, and nobody knows the stage
    at: "2026-09-01 10:00 America/New_York"
    given: {hardship_declared: true, stage: missing}
    expect: allowed
"""


@pytest.fixture(autouse=True)
def unproven(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rules need no new proof for each command."""

    def publish(files: Sequence[RuleFile]) -> Rulebook:
        compiled = compile_rules(files)
        return Rulebook(compiled, [mask_algebra(group) for group in compiled.proven])

    monkeypatch.setattr(explain_verb, "publish", publish)


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    (tmp_path / "tests").mkdir()
    (tmp_path / "house.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "tests" / "cases.yaml").write_text(CASES, encoding="utf-8")
    return tmp_path


def explain(mine: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["rules", "explain", str(US), str(mine), *options])


def read(mine: Path, *options: str) -> dict[str, Any]:
    result = explain(mine, *options, "--format", "json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.output)
    return found


def standing(found: dict[str, Any], rule: str) -> list[str]:
    return [one["standing"] for one in found["rules"] if one["id"] == rule]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--case", "the last minute of August"], "not in force yet"),
        (["--case", "the first minute of September"], "in force"),
        (
            ["--case", "the first minute of September", "--at", "2026-09-01T03:59Z"],
            "not in force yet",
        ),
        (["--case", "the last minute of August", "--at", "2026-09-01T04:00Z"], "in force"),
        (["--case", "the first minute of September", "--as-of", "2026-08-31"], "not in force yet"),
        (["--case", "the last minute of August", "--as-of", "2026-09-01"], "in force"),
        # In Honolulu it is still August; one of the places is enough for the law to hold.
        (["--case", "somewhere between New York and Honolulu"], "in force"),
    ],
)
def test_new_york_citys_cap_begins_with_the_persons_own_first_of_september(
    mine: Path, options: list[str], expected: str
) -> None:
    assert standing(read(mine, *options), "US-NYC-FREQ-01") == [expected]


def test_the_two_versions_of_floridas_hours_change_over_at_one_midnight(mine: Path) -> None:
    cases = CASES.replace("US-NY-NYC", "US-FL")
    (mine / "tests" / "cases.yaml").write_text(cases, encoding="utf-8")
    seen = {
        day: standing(read(mine, "--case", "lunch", "--as-of", day), "US-FL-TIME-01")
        for day in ("2025-05-15", "2025-05-16")
    }
    assert seen == {
        "2025-05-15": ["in force", "not in force yet"],
        "2025-05-16": ["no longer in force", "in force"],
    }


def test_a_case_is_told_with_every_rule_its_source_and_what_the_limits_say(mine: Path) -> None:
    said = explain(mine, "--case", "lunch").output
    for expected in (
        "lunch\n  consumer_loan, 2,000.00 USD overdue, party in US-NY-NYC, local day 2026-09-01\n",
        f"  segment rest {mine}/house.yaml:6 Everybody else · 其他\n",
        f"  US-NYC-FREQ-01 {US}/new-york-city.yaml:11 Three attempts in seven days, in all channels"
        " together\n"
        "    law of US-NY-NYC, regulation: 6 RCNY 5-77, in force since 2026-09-01\n"
        "    because it holds for everybody\n"
        "    then {cap: all, count: touches, per: account, maximum: 3, days: 7}\n",
        "  H-LUNCH-1 ",
        "does not fire:\n",
        "    because segment = help does not hold (segment = rest)\n",
        "    because stage = late does not hold (stage = mid)\n",
        "of another jurisdiction:\n",
        "the limits at 2026-09-01 12:00 America/New_York:\n  agent_call to asked: refused\n",
        "    next permitted: 2026-09-01 13:30",
    ):
        assert expected in said, said


def test_a_rule_of_other_days_says_when_and_what_it_would_do(mine: Path) -> None:
    said = explain(mine, "--case", "the last minute of August", "--rule", "US-NYC-FREQ-01").output
    assert "not in force yet:\n  US-NYC-FREQ-01 " in said
    assert "in force since 2026-09-01\n    would fire because it holds for everybody\n" in said
    assert "H-LUNCH-1 " in said.split("the limits at")[1] or "allowed" in said
    assert "H-LUNCH-1" not in said.split("the limits at")[0]


def test_a_missing_value_and_the_segment_are_told_with_what_they_mean(mine: Path) -> None:
    found = read(mine, "--case", "help, and nobody knows the stage")
    rules = {one["id"]: one for one in found["rules"]}
    assert found["segment"]["id"] == "help"
    assert found["segment"]["literals"][0]["question"] == "hardship_declared = true"
    assert rules["H-HELP-1"]["fires"]
    assert not rules["H-LATE-1"][
        "fires"
    ]  # the stage is missing, which holds; nobody is an attorney
    assert [one["question"] for one in rules["H-LATE-1"]["literals"]] == ["attorney = true"]
    said = explain(mine, "--case", "help, and nobody knows the stage", "--at", "2026-09-01T14:00Z")
    assert "robot_call" in said.output


def test_the_limits_are_asked_for_an_instant_and_not_for_a_day(mine: Path) -> None:
    assert read(mine, "--case", "lunch", "--as-of", "2026-09-02")["limits"] == []
    (allowed,) = read(mine, "--case", "lunch", "--at", "2026-09-01T14:00Z")["limits"]
    assert (allowed["allowed"], allowed["closes"]) == (True, "2026-09-01T16:00:00+00:00")
    (refused,) = read(mine, "--case", "lunch")["limits"]
    assert [(one["rule"], one["until"]) for one in refused["reasons"]] == [
        ("H-LUNCH-1", "2026-09-01T17:30:00+00:00")
    ]
    assert refused["next_permitted"] == "2026-09-01T17:30:00+00:00"


def test_of_several_numbers_the_one_that_may_be_called_first_is_told() -> None:
    friend = a_mobile(number="1", owner=Owner.CONTACT_PERSON)
    own, home = a_mobile(number="2"), a_mobile(number="3", kind=ContactKind.HOME)
    party = a_party(contact_points=(friend, own, home))
    book = Book(shanghai("2026-11-24 12:30"), SHANGHAI, {"P1": party}, {"A1": an_account()}, {})
    rules = rulebook(
        "always -> {forbid: voice, owners: [contact_person]}",
        'always -> {forbid: voice, window: ["12:00", "13:30"]}',
        'always -> {forbid: voice, kinds: [home], window: ["07:00", "14:00"]}',
    )

    def call(at: str) -> Permission:
        moved = subject_of_account(book, "A1").moved(shanghai(at))
        return explain_instant(rules, moved, limits=True).permissions[0]

    lunch = call("2026-11-24 12:30")
    assert (lunch.point, lunch.next_at) == (own.id, shanghai("2026-11-24 13:30"))
    after = call("2026-11-24 13:30")
    assert (after.point, after.reasons) == (own.id, ())
    assert after.closes == shanghai("2026-11-24 22:00")


def test_a_case_is_named_by_any_line_of_it_or_by_its_name(mine: Path) -> None:
    cases = mine / "tests" / "cases.yaml"
    for line in (13, 14, 15, 16):
        assert "lunch\n" in explain(mine, "--case", f"{cases}:{line}").output
    assert "first minute" in explain(mine, "--case", f"{cases}:12").output


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "give --case, or --portfolio and --account"),
        (["--account", "A1"], "give --case, or --portfolio and --account"),
        (["--case", "lunch", "--account", "A1"], "give --case, or --portfolio and --account"),
        (["--case", "launch"], "no case `launch`; did you mean `lunch`?"),
        (["--case", "lunch", "--rule", "H-LUNCH-2"], "did you mean `H-LUNCH-1`?"),
        (["--case", "lunch", "--as-of", "2026-13-01"], "no day: write it like 2026-09-01"),
        (["--case", "lunch", "--as-of", "9999-12-31"], "write a day from 1900 to 9998"),
        (
            ["--case", "lunch", "--as-of", "2026-09-01", "--at", "2026-09-01T00:00Z"],
            "--at is an instant and --as-of a day",
        ),
    ],
)
def test_what_cannot_be_explained_is_refused_with_the_way_to_ask(
    mine: Path, options: list[str], said: str
) -> None:
    result = explain(mine, *options)
    assert result.exit_code != 0
    assert said in result.output


def test_a_person_in_a_zone_nobody_knows_cannot_be_placed_on_a_day(mine: Path) -> None:
    cases = CASES.replace("[America/New_York]", "[America/Nowhere]")
    (mine / "tests" / "cases.yaml").write_text(cases, encoding="utf-8")
    result = explain(mine, "--case", "lunch")
    assert isinstance(result.exception, InputError)
    assert "unknown time zone `America/Nowhere`" in str(result.exception)


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("people") / "book"
    folder.save(sample_book(200, 7, datetime(2026, 11, 24, 12, tzinfo=UTC)), out, [])
    return out


def test_an_account_of_a_portfolio_is_explained_as_it_was_known_on_a_past_day(
    people: Path,
) -> None:
    book = folder.load(people)
    account, event = next(
        (account, event)
        for account in book.accounts.values()
        for event in book.history(account.party_id).events
        if event.kind is EventKind.HARDSHIP and event.concerns(account.id)
    )
    home = US.parent
    words = ["rules", "explain", str(home / "cn"), str(home / "house"), "--format", "json"]
    words += ["--portfolio", str(people), "--account", account.id, "--rule", "HOUSE-HOLD-03"]
    held = {}
    for days in (-1, 0):
        day = datetime.fromtimestamp(event.at.timestamp() + days * 86_400, UTC).date()
        result = CliRunner().invoke(main, [*words, "--as-of", day.isoformat()])
        (rule,) = json.loads(result.output)["rules"]
        held[days] = rule["fires"]
    assert held == {-1: False, 0: True}
    at = json.loads(CliRunner().invoke(main, [*words, "--at", "2026-11-24T04:30Z"]).output)
    assert {one["channel"] for one in at["limits"]} >= {"agent_call", "sms", "visit"}
    assert CliRunner().invoke(main, [*words[:-3], "A-NOBODY"]).exit_code == 1
