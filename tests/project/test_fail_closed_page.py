"""Every line of the fail-closed page names a test that exists."""

import re
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]


def test_each_line_names_a_test_that_exists():
    page = (HOME / "docs" / "fail-closed.md").read_text(encoding="utf-8")
    named = re.findall(r"\| `(test_\w+)` \|$", page, re.MULTILINE)
    tests = "".join(p.read_text(encoding="utf-8") for p in (HOME / "tests").rglob("test_*.py"))

    assert len(named) == len(re.findall(r"^\|", page, re.MULTILINE)) - 2
    assert [name for name in named if f"def {name}(" not in tests] == []
