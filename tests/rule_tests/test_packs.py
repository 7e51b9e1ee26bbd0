"""Every shipped pack passes its own tests, and every edge case is somewhere."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from strategy.cli.rules import command

HOME = Path(__file__).resolve().parents[2]
PACKS = sorted(p.name for p in (HOME / "rules").iterdir() if (p / "tests").is_dir())
PAGE = (HOME / "docs" / "edge-cases.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("pack", PACKS)
def test_every_rule_of_a_pack_is_proven_by_a_test_beside_it(pack: str) -> None:
    beside = ["--with", str(HOME / "rules/cn")] if pack in ("house", "carrier") else []

    result = CliRunner().invoke(command, ["test", str(HOME / "rules" / pack), *beside])

    assert result.exit_code == 0, result.output
    assert " 0 rules untested" in result.output, result.output


def test_all_packs_together_compile_and_are_proven() -> None:
    folders = [str(path) for path in sorted((HOME / "rules").iterdir()) if path.is_dir()]

    result = CliRunner().invoke(command, ["check", *folders])

    assert result.exit_code == 0, result.output


def test_all_fifty_five_edge_cases_are_listed_with_a_test_that_is_there() -> None:
    rows = re.findall(r"^\| (\d+) \| .* \| (.*) \|$", PAGE, re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(1, 56))
    for number, where in rows:
        if where.startswith("not expressed: "):
            continue
        for path in re.findall(r"`([^`]+)`", where):
            files = [HOME / path] if path.endswith(".py") else list((HOME / path).glob("*.yaml"))
            text = "".join(file.read_text(encoding="utf-8") for file in files)
            assert path.endswith(".py") or f"case {number}:" in text, (number, path)


def test_every_law_rule_says_where_it_is_written_and_the_table_names_every_pack() -> None:
    table = (HOME / "docs" / "law-packs.md").read_text(encoding="utf-8")
    for folder in (path.name for path in (HOME / "rules").iterdir() if path.is_dir()):
        assert f"`rules/{folder}`" in table, folder
