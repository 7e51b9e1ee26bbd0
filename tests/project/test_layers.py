"""The layers hold, and the pure ones are pure."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
PURE = ("domain", "limits", "rules", "optimizer", "valuation")
IMPURE_CALLS = {"open", "print", "input", "getenv", "now", "today", "utcnow", "sleep", "monotonic"}
IMPURE_MODULES = {"os", "time", "random", "socket", "subprocess", "sqlite3", "logging", "pathlib"}


def test_imports_go_down_only():
    ran = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"], cwd=HOME, capture_output=True, text=True
    )

    assert ran.returncode == 0, ran.stdout


@pytest.mark.parametrize("layer", PURE)
def test_a_pure_layer_has_no_clock_no_chance_and_no_files(layer):
    for path in (HOME / "strategy" / layer).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            where = f"{path.relative_to(HOME)}:{getattr(node, 'lineno', 0)}"
            match node:
                case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
                    assert name not in IMPURE_CALLS, f"{where} calls {name}"
                case ast.Import(names=names):
                    touched = {alias.name.split(".")[0] for alias in names} & IMPURE_MODULES
                    assert not touched, f"{where} imports {touched}"
                case ast.ImportFrom(module=str(module)):
                    assert module.split(".")[0] not in IMPURE_MODULES, f"{where} imports {module}"


def test_the_purity_test_can_fail():
    (call,) = ast.parse("datetime.now()").body

    assert call.value.func.attr in IMPURE_CALLS
