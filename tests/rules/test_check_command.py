"""`strategy rules check` tells mistakes and advice in the language of the file, and their pages."""

from pathlib import Path

from click.testing import CliRunner, Result
from rule_text import CN

from strategy.cli.rules import command

HEAD = "schema: collections-rules/1\npack: house\nkind: house\n"


def check(folder: Path, house: str, *options: str) -> Result:
    (folder / "cn.yaml").write_text(CN, encoding="utf-8")
    (folder / "house.yaml").write_text(HEAD + house, encoding="utf-8")
    return CliRunner().invoke(command, ["check", str(folder), *options])


def test_mistakes_are_told_at_once_with_the_pages_that_explain_them(tmp_path: Path) -> None:
    rule = "rules:\n  - {id: H-1, title: T, when: {stage: latte}, then: {forbid: all, windw: []}}\n"
    result = check(tmp_path, rule)
    assert result.exit_code == 1
    assert result.stderr == (
        "error: rule files: 2 problems\n"
        f"{tmp_path}/house.yaml:5:39: unknown-word: `stage` is never `latte`\n"
        "    help: did you mean `late`?\n"
        f"{tmp_path}/house.yaml:5:67: unknown-key: `forbid` has no key `windw`\n"
        "    help: did you mean `window`?\n"
        "see: docs/errors/unknown-word.md, docs/errors/unknown-key.md\n"
    )


def test_a_chinese_file_is_answered_in_chinese(tmp_path: Path) -> None:
    rule = (
        "language: zh\nrules:\n  - {id: H-1, title: T, when: {stage: latte}, then: {forbid: all}}\n"
    )
    result = check(tmp_path, rule)
    assert result.exit_code == 1
    assert result.stderr == (
        "error: 规则文件: 1处错误\n"
        f"{tmp_path}/house.yaml:6:39: unknown-word: `stage`没有`latte`这个值\n"
        "    建议：是否想写`late`？\n"
        "详见: docs/errors/unknown-word.md\n"
    )


def test_advice_speaks_the_language_of_the_file_as_well(tmp_path: Path) -> None:
    rules = (
        "language: zh\nrules:\n"
        "  - {id: H-1, title: 晚期不打, when: {stage: late}, then: {hold: voice}}\n"
        "  - {id: H-2, title: 都不打, when: always, then: {hold: all}}\n"
    )
    result = check(tmp_path, rules, "--strict")
    assert result.exit_code == 2
    assert result.stderr == (
        f"提示: {tmp_path}/house.yaml:6:1: shadowed: 这条规则不起作用："
        f"{tmp_path}/house.yaml:7的`H-2`同样严格或更严格\n"
        "    建议：请删去，或修改`H-2`\n"
        "详见: docs/errors/shadowed.md\n"
    )
