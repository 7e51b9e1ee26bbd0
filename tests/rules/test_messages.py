"""What is said about rule files is said in both languages, and in that of the file."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Template
from typing import Any

import pytest
from error_pages import read_pages, told

from strategy.rules import diagnostic
from strategy.rules.language import Language, Speech, speech_of_yaml
from strategy.rules.messages import MESSAGES
from strategy.rules.messages.things import THINGS
from strategy.rules.say import say

HOME = Path(__file__).resolve().parents[2]
BAD = sorted(
    path for layer in ("rules", "tables") for path in (HOME / f"tests/{layer}/bad").iterdir()
)
SOURCES = [
    path
    for layer in ("rules", "sentences", "tables", "rule_tests")
    for path in (HOME / "strategy" / layer).rglob("*.py")
    if path.parent.name != "messages"
]
TYPED = {"entries", "items", "text", "whole", "day", "flag", "word", "words", "unknown"}
CHINESE = re.compile("[\u4e00-\u9fff]")


def calls() -> Iterator[ast.Call]:
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        yield from (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def name_of(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def second(call: ast.Call) -> Any:
    """The second argument where it is text as it stands."""
    return (
        call.args[1].value if len(call.args) > 1 and isinstance(call.args[1], ast.Constant) else ""
    )


@pytest.mark.parametrize("key", MESSAGES)
def test_a_message_has_both_languages_and_the_same_arguments(key: str) -> None:
    en, zh, help_en, help_zh = MESSAGES[key]
    for english, chinese in ((en, zh), (help_en, help_zh)):
        assert english
        assert chinese
        named = [sorted(set(Template(one).get_identifiers())) for one in (english, chinese)]
        assert named[0] == named[1]
        assert Template(english).is_valid()
        assert Template(chinese).is_valid()
    assert CHINESE.search(zh)
    assert not CHINESE.search(en)


@pytest.mark.parametrize("noun", THINGS)
def test_a_noun_has_both_languages(noun: str) -> None:
    assert CHINESE.search(THINGS[noun])
    assert not CHINESE.search(noun)


def test_every_message_that_is_used_exists_with_its_arguments_and_every_other_is_gone() -> None:
    texts = [path.read_text(encoding="utf-8") for path in SOURCES]
    for call in calls():
        key = second(call)
        if (
            name_of(call) not in ("add", "finding", "_refused")
            or not isinstance(key, str)
            or not key
        ):
            continue
        assert key in MESSAGES, key
        given = {keyword.arg for keyword in call.keywords}
        needed = {one for text in MESSAGES[key] for one in Template(text).get_identifiers()}
        assert None in given or given == needed, (key, given, needed)
    assert [key for key in MESSAGES if not any(f'"{key}"' in text for text in texts)] == []


def test_every_noun_that_messages_are_about_is_known_in_chinese_and_no_other_is() -> None:
    said = {second(call) for call in calls() if name_of(call) in TYPED}
    said |= {
        keyword.value.value
        for call in calls()
        for keyword in call.keywords
        if keyword.arg == "thing" and isinstance(keyword.value, ast.Constant)
    }
    nouns = {noun for noun in said if isinstance(noun, str) and noun and noun[0] != "`"}
    assert nouns - set(THINGS) == set()
    text = "".join(path.read_text(encoding="utf-8") for path in (HOME / "strategy").rglob("*.py"))
    assert [noun for noun in THINGS if noun not in text] == []


def test_every_message_is_provoked_by_a_bad_file_or_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = set[str]()

    def recorded(message: str, *more: Any) -> tuple[str, str]:
        seen.add(message)
        return say(message, *more)

    monkeypatch.setattr(diagnostic, "say", recorded)
    for page in read_pages():
        told(page.wrong)
        told(page.chinese)
    for path in BAD:
        told({path.name: path.read_text(encoding="utf-8")})
    elsewhere = {  # tests of their own: in several files, in workbooks, about files of rule tests
        "bad-date.instant",
        "bad-date.no-zone",
        "bad-date.zone",
        "duplicate-id.segments",
        "missing-key.by",
        "missing-key.expectation",
        "formula",
        "formula.error",
        "hidden.column",
        "hidden.row",
        "hidden.sheet",
        "merged",
        "too-big",
        "phrase-clash.column",
        "phrase-clash.begins",
        "phrase-clash.list",
        "phrase-clash.prefix",
        "phrase-clash.words",
        "syntax.brackets",
        "syntax.deep",
        "unknown-key.by",
        "wrong-type.given",
    }
    assert set(MESSAGES) - seen == elsewhere


@pytest.mark.parametrize("path", [p for p in BAD if p.suffix == ".yaml"], ids=lambda p: p.name)
def test_a_chinese_file_is_told_no_word_of_english(path: Path) -> None:
    text = re.sub(r"^language:.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for one in told({"x.yaml": text + "\nlanguage: zh\n"}):
        assert one.language is Language.ZH
        said = re.sub(r"`[^`]*`|x\.yaml(:\d+)?|YAML", "", one.what)
        if one.code not in ("never-true", "syntax", "tie", "wrong-channel"):  # show code as it is
            assert not re.search("[A-Za-z]{2,}", said.replace("true（是）或false（否）", "")), (
                one.what
            )
        assert CHINESE.search(one.what)
        assert CHINESE.search(one.help)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("pack: house\nlanguage: zh\n", Language.ZH),
        ('language: "zh"   # told in Chinese\n', Language.ZH),
        ("pack: [\nlanguage: zh\n", Language.ZH),  # no YAML at all, and still told in Chinese
        ("pack: house\n", Language.EN),
        ("title: 电话时段\n", Language.EN),  # Chinese titles alone say nothing
        ("language: en\n", Language.EN),
        ("rules:\n  - when: {language: zh}\n", Language.EN),
        ("rules:\n  - when:\n      language: zh\n", Language.EN),
    ],
)
def test_yaml_is_chinese_where_a_line_of_it_says_so(text: str, language: Language) -> None:
    assert speech_of_yaml(text) == Speech(language)


def test_each_file_is_told_in_its_own_language() -> None:
    head = "schema: collections-rules/1\npack: house\nkind: house\n"
    files = {"a.yaml": head + "rules: []\n", "b.yaml": head + "language: zh\nrules: []\n"}
    english, chinese = told(files)
    assert str(english).endswith("`rules` is an empty list\n    help: write at least one")
    assert str(chinese).endswith("`rules`是空列表\n    建议：请至少写一项")


def test_what_concerns_two_files_is_told_in_the_language_of_the_one_where_it_stands() -> None:
    rule = "  - {id: H-1, title: T, when: always, then: {forbid: sms}}\n"
    head = "schema: collections-rules/1\npack: house\nkind: house\nrules:\n"
    files = {"a.yaml": head + rule, "b.yaml": head + rule + "language: zh\n"}
    (one,) = told(files)
    assert (one.file, one.what) == ("b.yaml", "规则`H-1`已在a.yaml:5")
