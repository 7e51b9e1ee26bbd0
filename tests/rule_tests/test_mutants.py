"""Mutants: what tests beside rules do not notice is told, and nothing that means the same."""

import itertools
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rule_text import CN, draft

from strategy.cli.main import main
from strategy.rule_tests.read_tests import read_tests
from strategy.rule_tests.run import Status, run_test
from strategy.rule_tests.survivors import try_mutants
from strategy.rules.condition import holds
from strategy.rules.draft import compile_rules
from strategy.rules.group import mask_algebra
from strategy.rules.mutants import mutants
from strategy.rules.rule import Rule
from strategy.rules.rulebook import Rulebook
from strategy.rules.source import RuleFile
from strategy.rules.write_yaml import write_rule


def whats(rule: str) -> list[str]:
    """What is changed in the mutants of `when -> then`, sorted."""
    return sorted(mutant.what for mutant in mutants(draft(rule).rules[1]))


def test_a_condition_is_turned_around_moved_by_one_and_left_out() -> None:
    assert whats("{days_past_due: {gt: 30}} -> {hold: sms}") == [
        "days_past_due >= 31 became days_past_due <= 30",
        "days_past_due >= 31 became days_past_due >= 30",
        "days_past_due >= 31 became days_past_due >= 32",
        "without days_past_due >= 31",
    ]
    assert whats("{all: [{attorney: true}, {stage: {in: [mid, late]}}]} -> {hold: sms}") == [
        "attorney = true became attorney = false",
        "stage in [late, mid] became stage = late",
        "stage in [late, mid] became stage = mid",
        "stage in [late, mid] became stage not in [late, mid]",
        "without attorney = true",
        "without stage in [late, mid]",
    ]
    assert whats("{days_past_due: {between: [1, 2]}} -> {hold: sms}") == [
        "days_past_due in 1..2 became days_past_due = 1",
        "days_past_due in 1..2 became days_past_due = 2",
        "days_past_due in 1..2 became days_past_due in 0..2",
        "days_past_due in 1..2 became days_past_due in 1..3",
        "days_past_due in 1..2 became days_past_due not in 1..2",
        "without days_past_due in 1..2",
    ]


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        (
            '{forbid: sms, window: ["00:00", "09:00"]}',
            ["00:00-08:59", "00:00-09:01", "00:01-09:00", "23:59-09:00"],
        ),
        ('{forbid: sms, window: ["21:00", "24:00"]}', ["20:59-24:00", "21:00-00:01"]),
        ("{cap: sms, count: touches, per: party, maximum: 1, days: 1}", ["1 became 2"] * 2),
        ("{minimum_gap: sms, days: 2}", ["days 2 became 1", "days 2 became 3"]),
        ("{minimum_gap: sms, minutes: 60}", ["minutes 60 became 59", "minutes 60 became 61"]),
        ("{cool_down: sms, after: [refused], rest_of_week: true}", []),
        ("{hold: sms, until_promise_due: true}", ["grace_days 0 became 1"]),
        ("{hold: sms, since: [disaster], days: 92}", ["days 92 became 91", "days 92 became 93"]),
        ("{relief: extension, max_months: 2}", ["max_months 2 became 1", "max_months 2 became 3"]),
        ("{weight: sms, percent: 120}", []),
    ],
)
def test_numbers_and_windows_of_directives_are_one_off(then: str, expected: list[str]) -> None:
    found = whats(f"always -> {then}")
    assert all(any(one in what for what in found) for one in expected), found
    assert len(found) == (4 if "window" in then else len(expected))


def test_one_of_several_directives_is_left_out_unless_another_covers_it() -> None:
    two = "[{hold: sms}, {hold: push}]"
    assert whats(f"always -> {two}") == ["without {hold: push}", "without {hold: sms}"]
    assert whats("always -> [{hold: all}, {hold: push}]") == ["without {hold: all}"]


def test_the_first_and_the_last_day_are_moved_by_one() -> None:
    text = (
        "schema: collections-rules/1\npack: house\nkind: house\nrules:\n"
        "  - {id: H-1, title: T, when: always, then: {hold: sms},\n"
        '     valid_from: "2026-09-01", valid_to: "2026-09-01"}\n'
    )
    (rule,) = compile_rules([RuleFile("h.yaml", text)]).rules
    found = {mutant.what: mutant.rule for mutant in mutants(rule)}
    assert sorted(found) == [
        "valid_from 2026-09-01 became 2026-08-31",
        "valid_to 2026-09-01 became 2026-09-02",
    ]
    for changed in found.values():
        assert changed.directives[0].rule == changed.ref  # limits look at the directive


@pytest.mark.parametrize(
    "rule",
    [
        "{all: [{days_past_due: {gt: 30}}, {days_past_due: {gt: 10}}]} -> {hold: sms}",
        "{any: [{days_past_due: {gt: 30}}, {days_past_due: {gt: 10}}]} -> {hold: sms}",
        "{any: [{attorney: true}, {all: [{attorney: true}, {stage: late}]}]} -> {hold: sms}",
        "{not: {all: [{attorney: true}, {days_past_due: {between: [5, 9]}}]}} -> {hold: sms}",
        "{all: [{stage: {in: [early, mid]}}, {not: {stage: mid}}]} -> {hold: sms}",
        "{all: [{attorney: true}, {any: [{attorney: true}, {days_past_due: 7}]}]} -> {hold: sms}",
    ],
)
def test_no_mutant_of_a_condition_means_the_same(rule: str) -> None:
    original = draft(rule).rules[1]
    facts = [
        {"days_past_due": days, "attorney": attorney, "stage": stage}
        for days, attorney, stage in itertools.product(
            (None, *range(-1, 35)), (None, True, False), (None, "early", "mid", "late")
        )
    ]
    made = list(mutants(original))
    assert made
    for mutant in made:
        assert any(
            holds(mutant.rule.condition, one) is not holds(original.condition, one) for one in facts
        ), mutant.what


def test_a_window_that_only_moves_inside_another_one_is_no_mutant() -> None:
    found = whats('always -> {forbid: sms, windows: [["12:00", "14:00"], ["13:00", "15:00"]]}')
    assert found == [
        "window 12:00-14:00 became 11:59-14:00",
        "window 12:00-14:00 became 12:01-14:00",
        "window 13:00-15:00 became 13:00-14:59",
        "window 13:00-15:00 became 13:00-15:01",
    ]


HOUSE = """\
schema: collections-rules/1
pack: house
kind: house
rules:
  - {id: H-1, title: Lunch, when: always, then: {forbid: voice, window: ["12:00", "13:30"]}}
  - {id: H-2, title: Late, when: {all: [{days_past_due: {gt: 30}}, {dispute_open: true}]},
     then: {hold: voice}, valid_from: "2026-03-10"}
  - {id: H-3, title: Two, when: {not: {attorney: true}},
     then: {cap: voice, count: dials, per: party, maximum: 2, days: 3}}
  - {id: H-4, title: Help, when: {hardship_declared: true},
     then: {relief: extension, max_months: 2}}
  - {id: H-5, title: Never asked, when: {deceased: true},
     then: [{hold: voice}, {cool_down: sms, after: [refused], days: 2}]}
"""
TESTS = """\
schema: collections-rule-tests/1
cases:
  - {name: lunch, at: "2026-03-10 12:00 Asia/Shanghai", expect: refused, by: [H-1],
     until: "2026-03-10 13:30 Asia/Shanghai"}
  - {name: before, at: "2026-03-10 11:59 Asia/Shanghai", expect: allowed}
  - {name: late, at: "2026-03-10 10:00 Asia/Shanghai", expect: refused, by: [H-2], only: true,
     given: {days_past_due: 31, dispute_open: true}}
  - {name: earlier, at: "2026-03-09 10:00 Asia/Shanghai", expect: allowed,
     given: {days_past_due: 99, dispute_open: true}}
  - {name: no dispute, at: "2026-03-10 10:00 Asia/Shanghai", expect: allowed,
     given: {days_past_due: 31, dispute_open: false}}
  - {name: two, at: "2026-03-12 10:00 Asia/Shanghai", expect: refused, by: [H-3],
     attempts: [{channel: agent_call, at: "2026-03-10 10:00 Asia/Shanghai", times: 2,
     every_minutes: 30}]}
  - {name: help, at: "2026-03-10 10:00 Asia/Shanghai", given: {hardship_declared: true},
     expect_relief: {extension: 2}}
"""


def test_a_mutant_survives_exactly_where_the_tests_pass_with_it_in_the_rule_file() -> None:
    book = _rulebook(HOUSE)
    tests = read_tests([RuleFile("t.yaml", TESTS)], book.fields, [r.ref.id for r in book.rules])
    assert all(run_test(test, book).status is Status.PASS for test in tests)
    rules = [rule for rule in book.rules if not rule.jurisdictions]

    report = try_mutants(rules, tests, book)

    survived = {(one.rule.ref.id, one.what) for one in report.survived}
    expected = set()
    for place, rule in enumerate(rules):
        for mutant in mutants(rule):
            changed = [*rules[:place], mutant.rule, *rules[place + 1 :]]
            other = _rulebook(_written(changed))
            if all(run_test(test, other).status is Status.PASS for test in tests):
                expected.add((rule.ref.id, mutant.what))
    assert survived == expected
    assert report.caught == report.made - len(expected)
    # By hand: nothing asks about the dead; a window end is noticed by `until`; the day on which
    # H-2 begins by the cases of the ninth and the tenth.
    assert ("H-5", "deceased = true became deceased = false") not in survived
    assert ("H-5", "days 2 became 3") in survived
    assert not {what for rule, what in survived if rule == "H-1"}
    assert {what for rule, what in survived if rule == "H-2"} == {
        "days_past_due >= 31 became days_past_due >= 30",
        "without days_past_due >= 31",
    }


def _rulebook(text: str) -> Rulebook:
    compiled = compile_rules([RuleFile("cn.yaml", CN), RuleFile("house.yaml", text)])
    return Rulebook(compiled, [mask_algebra(group) for group in compiled.proven])


def _written(rules: list[Rule]) -> str:
    lines = ["schema: collections-rules/1", "pack: house", "kind: house", "rules:"]
    return "\n".join([*lines, *map(write_rule, rules)]) + "\n"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    (tmp_path / "tests").mkdir()
    (tmp_path / "cn.yaml").write_text(CN, encoding="utf-8")
    (tmp_path / "tests" / "cn.yaml").write_text(
        "schema: collections-rule-tests/1\ncases:\n"
        '  - {name: night, at: "2026-03-10 22:00 Asia/Shanghai", expect: refused, by: [CN-1],\n'
        '     until: "2026-03-11 08:00 Asia/Shanghai"}\n',
        encoding="utf-8",
    )
    return tmp_path


def run(pack: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["rules", "test", str(pack), *options])


def test_survivors_are_named_with_file_line_and_what_was_changed(pack: Path) -> None:
    said = run(pack, "--mutants")
    assert said.exit_code == 0
    assert said.output.splitlines()[1:] == [
        f"survived: {pack}/cn.yaml:6 CN-1 window 22:00-08:00 became 21:59-08:00",
        "4 mutants, 3 caught, 1 survived: 75% caught",
    ]


@pytest.mark.parametrize(("least", "exit_code"), [("75", 0), ("75.1", 2), ("100", 2)])
def test_too_few_caught_is_a_fault(pack: Path, least: str, exit_code: int) -> None:
    assert run(pack, "--least-caught", least).exit_code == exit_code


def test_other_programs_read_the_survivors_too(pack: Path) -> None:
    found = json.loads(run(pack, "--mutants", "--format", "json").output)["mutants"]
    assert (found["made"], found["caught"]) == (4, 3)
    assert found["survived"] == [
        {
            "rule": "CN-1",
            "source": f"{pack}/cn.yaml:6",
            "what": "window 22:00-08:00 became 21:59-08:00",
        }
    ]
    github = run(pack, "--mutants", "--format", "github").output
    assert f"::warning file={pack}/cn.yaml,line=6::CN-1: no test notices window" in github
    assert run(pack, "--mutants", "--format", "junit").exit_code == 1


def test_mutants_wait_until_all_tests_pass(pack: Path) -> None:
    tests = pack / "tests" / "cn.yaml"
    tests.write_text(tests.read_text(encoding="utf-8").replace("08:00", "09:00"), encoding="utf-8")
    said = run(pack, "--least-caught", "10")
    assert said.exit_code == 2
    assert "survived" not in said.output
