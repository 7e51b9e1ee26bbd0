"""Workbooks are read as their sheets look; what cannot be read so is refused with its cell."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from error_pages import read_pages, told
from rule_text import CN

from strategy.cli.rules.fmt import command
from strategy.errors import InputError
from strategy.rule_files import read_rule_file, read_rule_files
from strategy.rule_forms import PARSERS
from strategy.rules.diagnostic import RuleError
from strategy.rules.draft import compile_rules
from strategy.rules.source import RuleFile
from strategy.tables.grid import MAX_ROWS
from strategy.tables.workbook import read_workbook

ROWS: list[list[Any]] = [
    ["# Rules of the evening"],
    ["规则包", "mine"],
    ["类型", "内部"],
    [],
    ["编号", "标题", "逾期天数", "客户已申报困难", "则", "生效日"],
    ["MINE-01", "T", 30.0, True, "禁止短信", date(2026, 9, 1)],
    ["MINE-02", "T", "30至60", "否", "禁止推送", None],
]
IN_ENGLISH: list[list[Any]] = [
    [],
    ["pack", "mine"],
    ["kind", "house"],
    [],
    ["id", "title", "days past due", "hardship is declared", "then"],
    ["MINE-01", "T", 30.0, True, "forbid sms"],
    ["MINE-02", "T", "30 to 60", "no", "forbid push"],
]
IN_CSV = (
    "规则包,mine\n类型,内部\n编号,标题,逾期天数,客户已申报困难,则,生效日\n"
    "MINE-01,T,30,是,禁止短信,2026-09-01\nMINE-02,T,30至60,否,禁止推送,\n"
)


def workbook(rows: list[list[Any]], change: Callable[[Any], object] = lambda _: None) -> bytes:
    """A workbook of one sheet, `夜间`, and two empty ones, as spreadsheets make them."""
    book = openpyxl.Workbook()
    book.active.title = "夜间"
    for row in rows:
        book.active.append(row)
    book.create_sheet("Sheet2")
    change(book)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def refusal(data: bytes) -> str:
    with pytest.raises(InputError) as raised:
        compile_rules([*read_workbook(data, "mine/a.xlsx"), RuleFile("cn.yaml", CN)], PARSERS)
    return str(raised.value)


def meaning(*files: RuleFile) -> list[tuple[str, str, str, str]]:
    rules = compile_rules([*files, RuleFile("cn.yaml", CN)], PARSERS).rules
    return [
        (r.ref.id, r.when, str(r.ref.valid_from), str([type(one) for one in r.directives]))
        for r in rules
        if not r.jurisdictions
    ]


def test_a_workbook_means_what_the_same_table_in_csv_means(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook(ROWS))
    files = read_rule_file(tmp_path / "a.xlsx")
    assert [file.name for file in files] == [f"{tmp_path.as_posix()}/a.xlsx/夜间.csv"]
    assert meaning(*files) == meaning(RuleFile("mine/a.csv", IN_CSV))
    assert meaning(*files)[0][:3] == (
        "MINE-01",
        "days_past_due = 30 and hardship_declared = true",
        "2026-09-01",
    )


def test_a_workbook_becomes_text_in_which_cells_stand_where_they_stood() -> None:
    (file,) = read_workbook(workbook(ROWS), "a.xlsx")
    lines = file.text.split("\n")
    assert lines[0] == "# Rules of the evening"
    assert lines[3] == ""
    assert lines[5] == "MINE-01,T,30,true,禁止短信,2026-09-01"
    assert lines[6:] == ["MINE-02,T,30至60,否,禁止推送", ""]


def test_the_same_cells_give_the_same_text_whatever_else_the_workbook_holds() -> None:
    def paint(book: Any) -> None:
        book.active["A5"].font = openpyxl.styles.Font(bold=True)
        book.active.append([None, None, " "])
        book.properties.creator = "somebody else"

    one, other = (read_workbook(w, "a.xlsx") for w in (workbook(ROWS), workbook(ROWS, paint)))
    assert one == other


def test_every_sheet_that_says_something_is_a_table_of_its_own() -> None:
    def more(book: Any) -> None:
        sheet = book.create_sheet("Mornings")
        for row in [["pack", "mine"], ["kind", "house"], ["id", "title", "then"]]:
            sheet.append(row)
        sheet.append(["MINE-03", "T", "Hold push messages"])
        book.create_sheet("#Notes").append(["=NOW()", "anything"])

    files = read_workbook(workbook(ROWS, more), "mine/a.xlsx")
    assert [file.name for file in files] == ["mine/a.xlsx/夜间.csv", "mine/a.xlsx/Mornings.csv"]
    assert [one[0] for one in meaning(*files)] == ["MINE-03", "MINE-01", "MINE-02"]


def test_a_mistake_found_by_the_reader_of_yaml_names_sheet_and_cell_as_well() -> None:
    rows = [*ROWS, ["MINE-03", "T", 99999, None, "禁止邮件"]]
    assert "mine/a.xlsx/夜间.csv:8:3: out-of-range: 夜间!C8: " in refusal(workbook(rows))


@pytest.mark.parametrize(
    ("value", "shown_as", "said"),
    [
        (30.5, "General", "`30.5`"),
        (0.5, "0%", "夜间!C6: 不明白`%`"),
        (date(2026, 3, 5), "m-d", "`2026-03-05`是日期或时间"),
        (time(20, 0), "hh:mm", "`20:00`是日期或时间"),
        (0.8333333333333334, "General", "`0.8333333333333334`"),
        (0.8333333333333334, "hh:mm", "`20:00`是日期或时间"),
    ],
)
def test_what_a_spreadsheet_made_of_a_number_is_told(value: Any, shown_as: str, said: str) -> None:
    def put(book: Any) -> None:
        book.active["C6"] = value
        book.active["C6"].number_format = shown_as

    text = refusal(workbook(ROWS, put))
    assert "mine/a.xlsx/夜间.csv:6:3: " in text
    assert said in text


def test_a_code_that_is_shown_with_leading_zeros_is_read_with_them() -> None:
    def put(book: Any) -> None:
        book.active["B6"] = 31
        book.active["B6"].number_format = "000000"

    (file,) = read_workbook(workbook(ROWS, put), "a.xlsx")
    assert file.text.split("\n")[5].startswith("MINE-01,000031,")


def merge(book: Any) -> None:
    book.active.merge_cells("D6:D7")


def hide_row(book: Any) -> None:
    book.active.row_dimensions[7].hidden = True


def hide_column(book: Any) -> None:
    book.active.column_dimensions["D"].hidden = True


def fold_columns(book: Any) -> None:
    book.active.column_dimensions.group("D", "F", hidden=True)


def hide_sheet(book: Any) -> None:
    book.create_sheet("x", 0)
    book.active.sheet_state = "hidden"
    book["夜间"].sheet_state = "veryHidden"


def compute(book: Any) -> None:
    book.active["C6"] = "=15*2"


def fail(book: Any) -> None:
    book.active["C6"] = "#REF!"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (merge, "夜间.csv:6:4: merged: 夜间!D6: 单元格 D6:D7 已合并\n    建议：请取消合并"),
        (hide_row, "夜间.csv:7:1: hidden: 夜间!A7: 这一行被隐藏或被筛选掉"),
        (hide_column, "夜间.csv:1:4: hidden: 夜间!D1: 这一列被隐藏"),
        (fold_columns, "夜间.csv:1:6: hidden: 夜间!F1: 这一列被隐藏"),
        (hide_sheet, "夜间.csv:1:1: hidden: 夜间!A1: 这张工作表被隐藏"),
        (compute, "夜间.csv:6:3: formula: 夜间!C6: 这里是公式\n    建议：请粘贴为数值"),
        (fail, "夜间.csv:6:3: formula: 夜间!C6: 单元格显示错误 #REF!"),
    ],
)
def test_what_people_see_otherwise_than_this_program_is_refused(
    change: Callable[[Any], object], said: str
) -> None:
    text = refusal(workbook(ROWS, change))
    assert f"mine/a.xlsx/{said}" in text
    assert len(text.split("\nmine/")) == (4 if change is fold_columns else 2)


def test_all_that_is_wrong_with_the_sheets_is_told_at_once_in_the_language_of_each() -> None:
    def spoil(book: Any) -> None:
        merge(book)
        hide_row(book)
        sheet = book.create_sheet("Mornings")
        sheet.append(["pack", "=A1"])

    with pytest.raises(RuleError) as raised:
        read_workbook(workbook(ROWS, spoil), "a.xlsx")
    assert [d.code for d in raised.value.diagnostics] == ["formula", "merged", "hidden"]
    assert "Mornings!B1: a formula stands here" in str(raised.value)


def test_a_remark_may_be_merged_and_computed() -> None:
    def decorate(book: Any) -> None:
        book.active.merge_cells("A1:F1")
        book.active["A4"] = "#"
        book.active["B4"] = "=NOW()"

    assert meaning(*read_workbook(workbook(ROWS, decorate), "a.xlsx")) == meaning(
        RuleFile("a.csv", IN_CSV)
    )


def test_a_drop_down_list_in_the_workbook_disturbs_nobody() -> None:
    def choose(book: Any) -> None:
        yes_or_no = openpyxl.worksheet.datavalidation.DataValidation("list", formula1='"是,否"')
        yes_or_no.add("D6:D7")
        book.active.add_data_validation(yes_or_no)

    assert len(meaning(*read_workbook(workbook(ROWS, choose), "a.xlsx"))) == 2


def packed(parts: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return written.getvalue()


def with_part(name: str, old: bytes, new: bytes) -> bytes:
    """The workbook with one of its parts changed."""
    with zipfile.ZipFile(io.BytesIO(workbook(ROWS))) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    assert old in parts[name]
    return packed({**parts, name: parts[name].replace(old, new)})


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xd0\xcf\x11\xe0 an old workbook", "is no Excel workbook; save it as `.xlsx`"),
        (packed({"a.txt": b"x"}), "is no workbook that can be read"),
        (packed({"a.xml": b" " * 30_000_000}), "unpacks to more than 20,000,000 bytes"),
        (b"x" * 5_000_001, "is larger than 5,000,000 bytes"),
        (workbook([["# nothing else"]]), "no sheet of this workbook says anything"),
        (
            with_part("xl/workbook.xml", b"<workbook", b'<!DOCTYPE x [<!ENTITY a "b">]><workbook'),
            "`xl/workbook.xml` in it declares a document type",
        ),
        (
            packed({"a.xml": '<?xml encoding="utf-16"?><!DOCTYPE x []><x/>'.encode("utf-16")}),
            "`a.xml` in it declares a document type",
        ),
        (with_part("xl/worksheets/sheet1.xml", b"</row>", b""), "is no workbook that can be read"),
        (
            workbook(ROWS, lambda book: book.active.cell(MAX_ROWS + 1, 1, "x")),
            "`mine/a.xlsx/夜间.csv`: reaches beyond 5000 rows",
        ),
    ],
    ids=["old", "zip", "bomb", "large", "empty", "entities", "utf-16", "broken", "rows"],
)
def test_what_is_no_workbook_of_a_sensible_size_is_refused(data: bytes, said: str) -> None:
    assert said in refusal(data)


def test_the_mark_of_an_open_workbook_is_no_workbook(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook(ROWS))
    (tmp_path / "~$a.xlsx").write_bytes(b"Li Na")
    assert len(read_rule_files([tmp_path])) == 1


def test_the_sheets_of_a_workbook_are_written_as_yaml_that_means_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook(ROWS))
    shown = CliRunner().invoke(command, [str(tmp_path / "a.xlsx"), "--to", "yaml"])
    assert shown.exit_code == 0, shown.output
    assert meaning(RuleFile("a.yaml", shown.output)) == meaning(RuleFile("a.csv", IN_CSV))


def test_sheets_of_several_packs_are_not_written_as_one_file(tmp_path: Path) -> None:
    def more(book: Any) -> None:
        sheet = book.create_sheet("Mornings")
        for row in [["pack", "yours"], ["kind", "house"], ["id", "title", "then"]]:
            sheet.append(row)
        sheet.append(["YOURS-01", "T", "hold push messages"])

    (tmp_path / "a.xlsx").write_bytes(workbook(ROWS, more))
    shown = CliRunner().invoke(command, [str(tmp_path / "a.xlsx"), "--to", "yaml"])
    assert shown.exit_code == 1
    assert "belong to several packs" in shown.output


def rename(title: str, change: Callable[[Any], object]) -> Callable[[Any], object]:
    def both(book: Any) -> None:
        book.active.title = title
        change(book)

    return both


@pytest.mark.parametrize(
    ("code", "change"), [("hidden", hide_row), ("merged", merge), ("formula", compute)]
)
def test_the_pages_about_workbooks_say_what_is_said(
    code: str, change: Callable[[Any], object]
) -> None:
    (page,) = (page for page in read_pages() if page.code == code)
    english = refusal(workbook(IN_ENGLISH, rename("Nights", change)))

    assert english.partition("\n")[2] == page.said
    assert refusal(workbook(ROWS, change)).partition("\n")[2] == page.said_in_chinese


@pytest.mark.parametrize(
    ("words", "language"),
    [("id,title,then", "said"), ("编号,标题,则", "said_in_chinese")],
)
def test_the_page_about_large_tables_says_what_is_said(words: str, language: str) -> None:
    (page,) = (page for page in read_pages() if page.code == "too-big")
    text = f"{words}\n" + "BAD-01,T,forbid sms\n" * MAX_ROWS

    assert getattr(page, language) in list(map(str, told({"mine/a.csv": text})))
