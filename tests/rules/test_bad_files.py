"""Every mistake an author can make is found, placed and explained. One file per mistake."""

import re
from pathlib import Path

import pytest
from error_pages import told

from strategy.rules.diagnostic import RuleError
from strategy.rules.draft import compile_rules
from strategy.rules.source import RuleFile

BAD = sorted(path for path in (Path(__file__).parent / "bad").iterdir())
EXPECT = re.compile(r"# expect: (\d+):(\d+) ([a-z-]+) ?(.*)")


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.name)
def test_a_bad_file_says_exactly_what_its_comments_expect(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    expected = [(int(r), int(c), code, what) for r, c, code, what in EXPECT.findall(text)]
    assert expected, "the file expects nothing"
    found = told({f"bad/{path.name}": text})
    said = "\n".join(map(str, found))
    assert sorted({(d.line, d.column, d.code) for d in found}) == sorted(
        {one[:3] for one in expected}
    ), said
    for line, column, code, what in expected:
        assert any(
            (d.line, d.column, d.code) == (line, column, code) and what in str(d) for d in found
        ), said


def test_a_mistake_reads_as_file_line_column_code_what_and_help() -> None:
    text = "schema: collections-rules/1\npack: house\nkind: house\nrulez: []\nrules: []\n"
    with pytest.raises(RuleError) as raised:
        compile_rules([RuleFile("rules/house/x.yaml", text)])
    assert str(raised.value) == (
        "rule files: 2 problems\n"
        "rules/house/x.yaml:4:1: unknown-key: a rule file has no key `rulez`\n"
        "    help: did you mean `rules`?\n"
        "rules/house/x.yaml:5:8: empty: `rules` is an empty list\n"
        "    help: write at least one"
    )


def test_deep_nesting_is_a_mistake_and_not_a_crash() -> None:
    with pytest.raises(RuleError, match="nested too deeply"):
        compile_rules([RuleFile("x.yaml", "[" * 500)])


def test_no_files_at_all_is_a_mistake() -> None:
    with pytest.raises(RuleError, match="there are no rule files"):
        compile_rules([])


def test_files_of_one_pack_must_agree_about_it() -> None:
    law = (
        "schema: collections-rules/1\npack: cn\nkind: law\njurisdictions: [{code}]\nrules:\n"
        "  - {{id: CN-{n}, title: T, when: always, then: {{forbid: all}}, force: statute,\n"
        "     citation: law, confidence: primary}}\n"
    )
    files = [
        RuleFile("a.yaml", law.format(code="CN", n=1)),
        RuleFile("b.yaml", law.format(code="HK", n=2)),
    ]
    with pytest.raises(RuleError, match=r"b\.yaml:1:1: pack-differs: .* in a\.yaml"):
        compile_rules(files)


def test_one_bad_file_does_not_hide_the_mistakes_of_another() -> None:
    assert {one.file for one in told({"a.yaml": "a: b", "b.yaml": "c: d"})} == {"a.yaml", "b.yaml"}


def test_segments_in_two_files_are_a_mistake_because_their_order_counts() -> None:
    text = "schema: collections-rules/1\npack: house\nkind: house\nsegments:\n"
    text += "  - {id: all, title: T, when: always}\n"
    (one,) = told({"a.yaml": text, "b.yaml": text})
    assert str(one) == (
        "b.yaml:1:1: duplicate-id: the segments are already in a.yaml\n"
        "    help: keep them in one file"
    )
