"""Every line of the pages that tests hold names a test that exists."""

import re
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", ["fail-closed.md", "permit-life-cycle.md"])
def test_each_line_names_a_test_that_exists(name):
    page = (HOME / "docs" / name).read_text(encoding="utf-8")
    named = re.findall(r"\| `(test_\w+)` \|$", page, re.MULTILINE)
    tests = "".join(p.read_text(encoding="utf-8") for p in (HOME / "tests").rglob("test_*.py"))
    rows = re.findall(r"^\|", page, re.MULTILINE)
    headings = re.findall(r"^\|---", page, re.MULTILINE)

    assert len(named) == len(rows) - 2 * len(headings)
    assert [one for one in named if f"def {one}(" not in tests] == []
