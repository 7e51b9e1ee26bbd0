"""Tests of rules can fail, say why, and do not pass by testing nothing."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from strategy.cli.rules import command

LAW = """\
schema: collections-rules/1
pack: cn
kind: law
jurisdictions: [CN]
rules:
  - {id: CN-1, title: Night, when: always, then: {forbid: all, window: ["22:00", "08:00"]},
     force: standard, citation: a law, confidence: primary}
  - {id: CN-2, title: Disputes, when: {dispute_open: true}, then: {hold: all},
     force: standard, citation: a law, confidence: primary}
"""


def run(folder: Path, *cases: str, form: str = "text") -> Result:
    (folder / "tests").mkdir(exist_ok=True)
    (folder / "law.yaml").write_text(LAW, encoding="utf-8")
    lines = ["schema: collections-rule-tests/1", "cases:"]
    lines += [f"  - {{name: case {n}, {case}}}" for n, case in enumerate(cases, 1)]
    (folder / "tests" / "law.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return CliRunner().invoke(command, ["test", str(folder), "--format", form])


NIGHT = 'at: "2026-03-10 22:00 Asia/Shanghai"'
NOON = 'at: "2026-03-10 12:00 Asia/Shanghai"'
DISPUTE = 'events: [{kind: dispute, at: "2026-03-01 12:00 Asia/Shanghai"}]'


def test_passing_tests_pass_and_name_the_rules_that_none_of_them_proves(tmp_path: Path) -> None:
    result = run(tmp_path, f"{NIGHT}, expect: refused, by: [CN-1]", f"{NOON}, expect: allowed")

    assert result.exit_code == 0
    assert "2 passed, 0 failed, 0 in error, 0 skipped, 1 rules untested" in result.output
    assert "law.yaml:8 CN-2 Disputes" in result.output


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (f"{NIGHT}, expect: allowed", "expected allowed, but refused by CN-1"),
        (f"{NOON}, expect: refused, by: [CN-1]", "expected refused, but allowed"),
        (f"{NIGHT}, expect: refused, by: [CN-2]", "not refused by CN-2"),
        (f"{NIGHT}, {DISPUTE}, expect: refused, by: [CN-2], only: true", "also refused by CN-1"),
        (f"{NIGHT}, expect: refused, by: [CN-1], not_by: [CN-1]", "refused by CN-1"),
        (
            f'{NIGHT}, expect: refused, by: [CN-1], until: "2026-03-11 09:00 Asia/Shanghai"',
            "expected next permitted 2026-03-11 01:00:00+00:00, got 2026-03-11 00:00:00+00:00",
        ),
        (f"{NOON}, expect_relief: {{extension: 2}}", "expected relief {'extension': 2}, got {}"),
        (f"{NOON}, expect_segment: agents", "expected segment agents, got None"),
    ],
)
def test_a_failing_test_says_what_was_expected_and_what_came(
    tmp_path: Path, case: str, said: str
) -> None:
    result = run(tmp_path, case)

    assert result.exit_code == 2
    assert said in result.output
    assert "dispute_open = " in result.output  # the values that were read
    assert "1 failed" in result.output


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (f"{NIGHT}, expect: refused", "missing-key: a refusal is expected, but not by which rule"),
        (f"{NIGHT}, expect: refused, by: [CN-3]", "unknown-word: unknown rule or limit `CN-3`"),
        (f"{NIGHT}, expects: allowed", "unknown-key: a case has no key `expects`"),
        (f"{NIGHT}", "missing-key: the case expects nothing"),
        (f"{NOON}, expect: allowed, by: [CN-1]", "unknown-key: what is allowed is refused by"),
        ('at: "2026-13-10 12:00 Asia/Shanghai", expect: allowed', "is no instant"),
        ('at: "2026-03-10 12:00", expect: allowed', "has no time zone"),
        ('at: "2026-03-10 12:00 Asia/Nowhere", expect: allowed', "unknown time zone"),
        (f"{NOON}, given: {{dispute: true}}, expect: allowed", "`given` has no key `dispute`"),
        (f"{NOON}, given: {{dispute_open: 3}}, expect: allowed", "is true or false"),
    ],
)
def test_a_mistake_in_a_test_is_placed_like_one_in_a_rule(
    tmp_path: Path, case: str, said: str
) -> None:
    result = run(tmp_path, case)

    assert result.exit_code == 1
    assert said in str(result.exception)
    assert "tests/law.yaml:3:" in str(result.exception)


def test_no_tests_at_all_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "law.yaml").write_text(LAW, encoding="utf-8")

    result = CliRunner().invoke(command, ["test", str(tmp_path)])

    assert result.exit_code == 1
    assert "there are no tests" in result.output


def test_a_skipped_test_proves_nothing_and_says_why(tmp_path: Path) -> None:
    result = run(tmp_path, f"{NIGHT}, skip: not yet", f"{NOON}, expect: allowed")

    assert "SKIPPED" in result.output
    assert "not yet" in result.output
    assert "2 rules untested" in result.output


def test_other_programs_read_the_same_results(tmp_path: Path) -> None:
    cases = (f"{NIGHT}, expect: allowed", f"{NOON}, expect: allowed")

    found = json.loads(run(tmp_path, *cases, form="json").output)
    suite = ElementTree.fromstring(run(tmp_path, *cases, form="junit").output)
    github = run(tmp_path, *cases, form="github").output

    assert [case["status"] for case in found["cases"]] == ["fail", "pass"]
    assert [rule["rule"] for rule in found["untested"]] == ["CN-1", "CN-2"]
    assert suite.get("tests") == "2"
    assert len(suite.findall("testcase/failure")) == 1
    assert github.startswith(f"::error file={tmp_path}/tests/law.yaml,line=3,title=case 1::")


def test_a_mistake_in_a_test_is_told_in_the_language_of_its_file(tmp_path: Path) -> None:
    run(tmp_path)
    text = "schema: collections-rule-tests/1\nlanguage: zh\ncases: [{name: 夜间, expect: 拒绝}]\n"
    (tmp_path / "tests" / "law.yaml").write_text(text, encoding="utf-8")
    result = CliRunner().invoke(command, ["test", str(tmp_path)])

    assert result.exit_code == 1
    assert "law.yaml:3:9: missing-key: 用例缺少`at`" in str(result.exception)
    assert "law.yaml:3:28: unknown-word: 未知的预期`拒绝`" in str(result.exception)
    assert "建议：可用：allowed、refused" in str(result.exception)
