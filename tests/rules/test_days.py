"""What rules say on a day, past or future: both ends of their dates are in force."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from examples import a_party, an_account

from strategy.cli.main import main
from strategy.domain.book import Book
from strategy.domain.event import Event, EventKind
from strategy.domain.history import History
from strategy.portfolio import folder

US = Path(__file__).resolve().parents[2] / "rules" / "us"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["rules", *map(str, words)])


LAW = """\
schema: collections-rules/1
pack: cn
kind: law
jurisdictions: [CN]
rules:
  - {id: CN-1, title: Three, when: always, force: standard, confidence: primary,
     then: {cap: all, count: touches, per: party, maximum: 3, days: 7},
     citation: the second text, valid_from: "2026-03-01", valid_to: "2026-06-30"}
  - {id: CN-1, title: Seven, when: always, force: standard, confidence: primary,
     then: {cap: all, count: touches, per: party, maximum: 7, days: 7},
     citation: the first text, valid_to: "2025-12-31"}
  - {id: CN-1, title: Two, when: always, force: standard, confidence: primary,
     then: {cap: all, count: touches, per: party, maximum: 2, days: 7},
     citation: the third text, valid_from: "2026-07-01"}
"""


@pytest.fixture
def law(tmp_path: Path) -> Path:
    (tmp_path / "law").mkdir()
    (tmp_path / "law" / "law.yaml").write_text(LAW, encoding="utf-8")
    return tmp_path / "law"


def test_the_history_of_a_rule_is_shown_in_order_with_the_citation_of_each_version(
    law: Path,
) -> None:
    said = run("show", law, "--rule", "CN-1").output
    heads = [line for line in said.splitlines() if line.startswith("#")]
    assert heads == [
        f"# {law}/law.yaml:9: in force until 2025-12-31, the first text",
        f"# {law}/law.yaml:6: in force since 2026-03-01 until 2026-06-30, the second text",
        f"# {law}/law.yaml:12: in force since 2026-07-01, the third text",
    ]


def test_each_version_is_shown_in_english_and_in_chinese(law: Path) -> None:
    said = run("show", law, "--rule", "CN-1", "--as-of", "2025-12-31").output.splitlines()
    assert said[-2:] == [
        "  # always, allow at most 7 touches by all contact per person within 7 days,"
        " because CN-1.",
        "  # 任何情况下，所有触达对每人每7天最多7次触达，原因CN-1。",
    ]


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        ("2025-12-31", "first text"),
        ("2026-01-01", "CN-1 is not in force on 2026-01-01"),
        ("2026-02-28", "CN-1 is not in force on 2026-02-28"),
        ("2026-03-01", "second text"),
        ("2026-06-30", "second text"),
        ("2026-07-01", "third text"),
    ],
)
def test_one_version_at_most_is_in_force_on_a_day(law: Path, day: str, shown: str) -> None:
    heads = [
        line
        for line in run("show", law, "--rule", "CN-1", "--as-of", day).output.splitlines()
        if line.startswith("#")
    ]
    assert len(heads) == 1
    assert shown in heads[0]


def changes(*words: str | Path) -> tuple[int, list[str]]:
    result = run("diff", *words)
    lines = [line for line in result.output.splitlines() if not line.startswith("  ")]
    return result.exit_code, lines


@pytest.mark.parametrize(
    ("first", "second", "exit_code", "said"),
    [
        ("2025-12-30", "2025-12-31", 0, ["0 rules differ"]),
        ("2025-12-31", "2026-01-01", 2, ["removed: CN-1", "1 rules differ"]),
        ("2026-02-28", "2026-03-01", 2, ["added: CN-1", "1 rules differ"]),
        ("2026-06-30", "2026-07-01", 2, ["changed: CN-1", "1 rules differ"]),
        ("2026-07-01", "2026-06-30", 2, ["changed: CN-1", "1 rules differ"]),
        ("2026-03-01", "2026-06-30", 0, ["0 rules differ"]),
    ],
)
def test_the_same_rules_on_two_days_differ_by_what_begins_and_ends_between_them(
    law: Path, first: str, second: str, exit_code: int, said: list[str]
) -> None:
    assert changes(law, "--as-of", first, "--as-of", second) == (exit_code, said)


def test_new_york_citys_cap_of_september_2026_shows() -> None:
    assert changes(US, "--as-of", "2026-08-31", "--as-of", "2026-09-01") == (
        2,
        ["added: US-NYC-FREQ-01", "1 rules differ"],
    )
    assert changes(US, "--as-of", "2026-09-01", "--as-of", "2030-01-01")[0] == 0


def test_two_folders_are_compared_on_one_day(law: Path, tmp_path: Path) -> None:
    later = tmp_path / "later"
    later.mkdir()
    (later / "law.yaml").write_text(LAW.replace("maximum: 2", "maximum: 1"), encoding="utf-8")
    assert changes(law, later) == (2, ["changed: CN-1", "1 rules differ"])
    assert changes(law, later, "--as-of", "2026-06-30") == (0, ["0 rules differ"])
    assert changes(law, later, "--as-of", "2026-07-01") == (2, ["changed: CN-1", "1 rules differ"])


def test_a_comparison_of_one_thing_with_nothing_is_refused(law: Path) -> None:
    for words in ([law], [law, "--as-of", "2026-07-01"]):
        assert "give two folders, or one folder and --as-of twice" in run("diff", *words).output


HOUSE = """\
schema: collections-rules/1
pack: house
kind: house
rules:
  - {id: H-1, title: One, when: always, then: {hold: sms}}
  - {id: H-2, title: Two, when: always, then: {hold: all}, valid_from: "2026-09-01",
     valid_to: "2026-09-30"}
"""


@pytest.mark.parametrize(
    ("day", "advice"),
    [(None, 0), ("2026-08-31", 0), ("2026-09-01", 1), ("2026-09-30", 1), ("2026-10-01", 0)],
)
def test_advice_for_a_day_is_about_the_rules_of_that_day(
    law: Path, tmp_path: Path, day: str | None, advice: int
) -> None:
    (tmp_path / "house").mkdir()
    (tmp_path / "house" / "house.yaml").write_text(HOUSE, encoding="utf-8")
    options = ["--as-of", day] if day else []
    result = run("check", law, tmp_path / "house", "--strict", *options)
    assert result.output.count("shadowed: this rule changes nothing: `H-2`") == advice
    assert result.exit_code == (2 if advice else 0)
    if day:
        assert f"{3 if advice else 2} rules are in force on {day}" in result.output


COVERED = """\
schema: collections-rules/1
pack: house
kind: house
rules:
  - {id: H-OLD-1, title: Old, when: always, then: {hold: sms}, valid_to: "2026-09-30"}
  - {id: H-HELP-1, title: Help, when: {hardship_declared: true}, then: {hold: all}}
  - {id: H-LATE-1, title: Late, when: {days_past_due: {gt: 30}}, then: {hold: visit}}
"""


def test_coverage_counts_what_was_known_and_in_force_on_the_day(tmp_path: Path, law: Path) -> None:
    (tmp_path / "house").mkdir()
    (tmp_path / "house" / "house.yaml").write_text(COVERED, encoding="utf-8")
    hardship = Event(
        "e1", "P1", EventKind.HARDSHIP, datetime(2026, 9, 30, 15, 59, tzinfo=UTC), "A1"
    )
    book = Book(
        datetime(2026, 11, 24, 12, tzinfo=UTC),
        "Asia/Shanghai",
        {"P1": a_party()},
        {"A1": an_account(due_date=datetime(2026, 9, 1, tzinfo=UTC).date())},
        {"P1": History(events=(hardship,))},
    )
    folder.save(book, tmp_path / "book", [])

    def counts(*options: str) -> dict[str, int | str]:
        said = run("coverage", law, tmp_path / "house", "--portfolio", tmp_path / "book", *options)
        assert said.exit_code == 0, said.output
        rows = [line.split() for line in said.output.splitlines() if " H-" in line]
        return {
            row[3] if row[0] == "not" else row[1]: "not in force"
            if row[0] == "not"
            else int(row[0])
            for row in rows
        }

    # Declared in the last minute of 30 September in Shanghai, on which it is 29 days past due.
    assert counts("--as-of", "2026-09-29") == {"H-OLD-1": 1, "H-HELP-1": 0, "H-LATE-1": 0}
    assert counts("--as-of", "2026-09-30") == {"H-OLD-1": 1, "H-HELP-1": 1, "H-LATE-1": 0}
    after = {"H-OLD-1": "not in force", "H-HELP-1": 1}
    assert counts("--as-of", "2026-10-01") == {**after, "H-LATE-1": 0}
    assert counts("--as-of", "2026-10-02") == {**after, "H-LATE-1": 1}
    assert counts() == {**after, "H-LATE-1": 1}
