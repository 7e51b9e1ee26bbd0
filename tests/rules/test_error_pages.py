"""docs/errors is true: its files are compiled, and every code has its page."""

import re

import pytest
from error_pages import FOLDER, ErrorPage, read_pages, told

from strategy.rules.messages import MESSAGES

PAGES = read_pages()
OF_WORKBOOKS = {"hidden", "merged", "formula", "too-big"}
"""Their pages hold no files, which are large or not of text: tests/tables/test_workbooks.py."""

each_page = pytest.mark.parametrize(
    "page", [page for page in PAGES if page.wrong], ids=lambda page: page.code
)


@each_page
def test_the_wrong_files_of_a_page_are_told_word_for_word(page: ErrorPage) -> None:
    found = told(page.wrong)
    assert {one.code for one in found} == {page.code}
    assert "\n".join(map(str, found)) == page.said


@each_page
def test_the_chinese_part_of_a_page_is_told_word_for_word(page: ErrorPage) -> None:
    found = told(page.chinese)
    assert {one.code for one in found} == {page.code}
    assert "\n".join(map(str, found)) == page.said_in_chinese


@each_page
def test_the_mended_files_of_a_page_compile_without_advice(page: ErrorPage) -> None:
    assert page.mended != page.wrong
    assert told(page.mended) == ()


def test_every_code_has_a_page_and_a_line_in_the_index_and_no_other_page_is_there() -> None:
    assert {page.code for page in PAGES if not page.wrong} == OF_WORKBOOKS
    codes = {message.partition(".")[0] for message in MESSAGES}
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert {page.code for page in PAGES} == codes
    assert sorted(re.findall(r"^\| \[(.*)\]\(\1\.md\)", index, re.MULTILINE)) == sorted(codes)
