"""Every mistake a strategy team can make in a table is found, placed and explained."""

import re
from pathlib import Path

import pytest
from rule_text import CN

from strategy.rule_forms import PARSERS
from strategy.rules.diagnostic import RuleError
from strategy.rules.draft import compile_rules
from strategy.rules.source import RuleFile
from strategy.tables.grid import MAX_COLUMNS, MAX_ROWS

BAD = sorted((Path(__file__).parent / "bad").glob("*.csv"))
EXPECT = re.compile(r"# expect: (\d+):(\d+) ([a-z-]+) ?(.*)")
HEAD = "pack,mine\nkind,house\n"


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_table_says_exactly_what_its_comments_expect(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    expected = [(int(r), int(c), code, what) for r, c, code, what in EXPECT.findall(text)]
    assert expected, "the file expects nothing"
    with pytest.raises(RuleError) as raised:
        compile_rules([RuleFile(f"bad/{path.name}", text)], PARSERS)
    found = list(raised.value.diagnostics)
    assert sorted({(d.line, d.column, d.code) for d in found}) == sorted(
        {one[:3] for one in expected}
    ), str(raised.value)
    for line, column, code, what in expected:
        assert any(
            (d.line, d.column, d.code) == (line, column, code) and what in str(d) for d in found
        ), str(raised.value)


def wrong(text: str, *others: RuleFile) -> str:
    files = [RuleFile("mine/a.csv", text), RuleFile("cn.yaml", CN), *others]
    with pytest.raises(RuleError) as raised:
        compile_rules(files, PARSERS)
    return str(raised.value)


def test_a_mistake_reads_as_file_row_column_code_cell_what_and_help() -> None:
    assert wrong(HEAD + "id,title,dispute open,then\nBAD-01,T,maybe,hold sms\n") == (
        "rule files: 1 problem\n"
        "mine/a.csv:4:3: wrong-type: C4: `maybe` is neither yes nor no\n"
        "    help: write yes, no, or nothing for either"
    )


def test_a_row_behind_a_cell_of_two_lines_is_counted_as_the_spreadsheet_counts() -> None:
    said = wrong(HEAD + 'id,title,note,then\nBAD-01,T,"one\ntwo",hold sms\nBAD-02,T,,hold smss\n')
    assert "mine/a.csv:5:4: syntax: D5" in said


def test_columns_behind_z_are_named_as_spreadsheets_name_them() -> None:
    blank = "," * 25
    said = wrong(f"{HEAD}id,title{blank},then\nBAD-01,T{blank},hold smss\n")
    assert "mine/a.csv:4:28: syntax: AB4" in said


def test_a_heading_that_two_things_are_called_is_refused() -> None:
    field = (
        "schema: collections-rules/1\npack: house\nkind: house\nfields:\n"
        "  - {name: owner, type: flag, about: owns a home, en: a home is owned, zh: 有房}\n"
    )
    text = HEAD + "id,title,Owner,then\nBAD-01,T,yes,hold sms\n"
    said = wrong(text, RuleFile("fields.yaml", field))
    assert "mine/a.csv:3:3: phrase-clash: C3: `Owner` could mean any of `owner`, `owner` (" in said


@pytest.mark.parametrize(
    "rows",
    [
        "\n" * MAX_ROWS + "BAD-01,T,hold sms\n",
        "BAD-01,T,hold sms" + "," * MAX_COLUMNS + "x\n",
    ],
)
def test_a_table_that_is_too_large_is_refused(rows: str) -> None:
    said = wrong(f"{HEAD}id,title,then\n{rows}")
    assert f"too-big: A1: a table has at most {MAX_ROWS} rows and {MAX_COLUMNS} columns" in said
