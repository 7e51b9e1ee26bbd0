"""`strategy rules fmt`: a whole file in another form, with all that somebody wrote in it."""

import io
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook
from rule_text import in_form

from strategy.cli.rules.fmt import command
from strategy.domain.script import EVERYTHING, Mention, Script
from strategy.rule_files import read_rule_files
from strategy.rule_forms import PARSERS, comments
from strategy.rules.draft import compile_rules
from strategy.rules.source import RuleFile

HOME = Path(__file__).resolve().parents[2]
SCRIPTS = """\
schema: collections-rules/1
pack: house
kind: house
language: zh
scripts:
  - {id: calm, channel: sms, title: T, languages: [zh], mentions: none}
  - {id: firm, channel: sms, title: T, languages: [zh, en], mentions: [amount, due_date]}
  - {id: full, channel: sms, title: T, languages: [zh]}
"""


def fmt(path: Path, form: str) -> str:
    shown = CliRunner().invoke(command, [str(path), "--to", form], catch_exceptions=False)
    assert shown.exit_code == 0, shown.output
    return shown.output


def scripts(text: str, name: str) -> tuple[Script, ...]:
    return compile_rules([RuleFile(name, text)], PARSERS).scripts


@pytest.mark.parametrize("form", ["en", "zh"])
def test_shipped_scripts_and_rules_mean_the_same_as_sentences_with_their_comments(
    form: str,
) -> None:
    shipped = list(read_rule_files([HOME / "rules"]))
    there = [in_form(file, form, shipped) for file in shipped]
    meant, found = compile_rules(shipped, PARSERS), compile_rules(there, PARSERS)
    assert {s.id: s for s in found.scripts} == {s.id: s for s in meant.scripts}
    assert {r.ref.id: r.condition for r in found.rules} == {
        r.ref.id: r.condition for r in meant.rules
    }
    for file, other in zip(shipped, there, strict=True):
        kept = [one.text for one in comments(other)]
        assert kept == [one.text for one in comments(file)], file.name


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (
            "en",
            [
                "script calm: for sms in zh, mentions nothing of the debt.",
                "script firm: for sms in zh and en, mentions the amount and the due date.",
                "script full: for sms in zh.",
            ],
        ),
        (
            "zh",
            [
                "话术calm：用于短信，语言zh，不提及债务。",
                "话术firm：用于短信，语言zh、en，提及金额、到期日。",
                "话术full：用于短信，语言zh。",
            ],
        ),
    ],
)
def test_what_a_script_mentions_can_be_said(tmp_path: Path, form: str, said: list[str]) -> None:
    (tmp_path / "a.yaml").write_text(SCRIPTS, encoding="utf-8")
    text = fmt(tmp_path / "a.yaml", form)
    assert [line for line in text.splitlines() if line.startswith(("script", "话术"))] == said
    mentions = [one.mentions for one in scripts(text, f"a.{form}.txt")]
    assert mentions == [frozenset(), {Mention.AMOUNT, Mention.DUE_DATE}, EVERYTHING]


def test_a_chinese_file_stays_one_whose_mistakes_are_told_in_chinese(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SCRIPTS, encoding="utf-8")
    (tmp_path / "a.zh.txt").write_text(fmt(tmp_path / "a.yaml", "zh"), encoding="utf-8")
    assert "\nlanguage: zh\n" in fmt(tmp_path / "a.zh.txt", "yaml")


def test_the_sheets_of_a_workbook_become_one_file_with_their_remarks(tmp_path: Path) -> None:
    book = Workbook()
    book.remove(book.active)
    for name, rule in (("Nights", "MINE-01"), ("Mornings", "MINE-02")):
        sheet = book.create_sheet(name)
        sheet.append([f"# {name},", "as we agreed"])
        for row in [["pack", "mine"], ["kind", "house"], ["id", "title", "days past due", "then"]]:
            sheet.append(row)
        sheet.append([f"# the rule of {name}"])
        sheet.append([rule, "T", "> 30", "forbid sms from 20:00 to 09:00"])
        sheet.append([f"# below {name}"])
    written = io.BytesIO()
    book.save(written)
    (tmp_path / "a.xlsx").write_bytes(written.getvalue())
    assert fmt(tmp_path / "a.xlsx", "en") == (
        "# Nights, as we agreed\npack: mine\nkind: house\n\n# the rule of Nights\n"
        "when days past due is over 30, forbid sms from 20:00 to 09:00, because MINE-01.\n"
        "  title: T\n\n# below Nights\n# Mornings, as we agreed\n# the rule of Mornings\n"
        "when days past due is over 30, forbid sms from 20:00 to 09:00, because MINE-02.\n"
        "  title: T\n\n# below Mornings\n"
    )


def test_a_list_of_one_condition_is_that_condition(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "schema: collections-rules/1\npack: house\nkind: house\nrules:\n"
        "  - {id: H-1, title: T, when: {any: [{all: [{dispute_open: true}, {stage: late}]}]},"
        " then: {forbid: sms}}\n",
        encoding="utf-8",
    )
    assert "when a dispute is open and the stage is late, forbid sms" in fmt(
        tmp_path / "a.yaml", "en"
    )
