"""The planner beside its peers on synthetic books, 1,000 to 1,000,000 accounts.

    python benchmarks/planner.py                      # everything: half an hour on two quiet cores
    python benchmarks/planner.py --resume             # go on where a run was cut off
    python benchmarks/planner.py --sizes 1000,10000 --only value --json /tmp/result.json

Every case runs in a process of its own and is written down at once. Tables (`.md`) and pictures
(`.svg`) lie beside the JSON file. Every promise is judged at the end; exit 2 if one is not kept.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from machine import machine
from planner_peers.case import Case
from planner_peers.judge import verdicts
from planner_peers.pictures import draw
from planner_peers.schedule import PARTS, QUICK_SIZE, SEEDS, SIZES, TIGHTNESS, schedule
from planner_peers.table import page

HERE = Path(__file__).resolve().parent
LIMIT_SECONDS = 1200
"""A case that takes longer has failed."""


def main() -> None:
    arguments = _arguments()
    cases = schedule(arguments.sizes, arguments.seeds, arguments.tightness, arguments.only)
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    result = _begun(arguments.json, arguments.resume)
    done = {case["name"] for case in result["cases"]}
    started = time.perf_counter()
    with _environment(arguments.quick) as environment:
        for number, case in enumerate(cases, 1):
            if case.name in done:
                continue
            passed = f"{time.perf_counter() - started:6.0f} s"
            print(f"{passed}  {number}/{len(cases)}  {case.name}", file=sys.stderr, flush=True)
            result["cases"].append(_measured(case, environment))
            _write(arguments.json, json.dumps(result) + "\n")
    cases_made = result["cases"]
    _write(arguments.json.with_suffix(".md"), page(result))
    draw(cases_made, arguments.json.with_suffix(""))
    print(page(result))
    found = verdicts(cases_made)
    for verdict in found:
        print(verdict.line())
    words = [verdict.word for verdict in found]
    counts = ", ".join(f"{words.count(w)} {w}" for w in ("PASS", "MISS", "NOT RUN"))
    print(f"planner: {len(cases_made)} cases, {counts} (synthetic)")
    if "MISS" in words:
        raise SystemExit(2)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=_numbers, help="accounts, such as 1000,10000")
    parser.add_argument("--seeds", type=_numbers)
    parser.add_argument("--tightness", type=_words(TIGHTNESS), default=TIGHTNESS)
    parser.add_argument("--only", type=_words(PARTS), default=PARTS, help=", ".join(PARTS))
    parser.add_argument("--quick", action="store_true", help="one tiny book, to see that it works")
    parser.add_argument("--resume", action="store_true", help="keep the cases of the JSON file")
    parser.add_argument("--json", type=Path, default=HERE / "results" / "planner.json")
    arguments = parser.parse_args()
    quick = arguments.quick
    arguments.sizes = arguments.sizes or ([QUICK_SIZE] if quick else SIZES)
    arguments.seeds = arguments.seeds or ([0] if quick else SEEDS)
    return arguments


def _numbers(text: str) -> list[int]:
    return [int(word) for word in text.split(",")]


def _words(known: tuple[str, ...]):  # type: ignore[no-untyped-def]
    def words(text: str) -> list[str]:
        found = text.split(",")
        if set(found) - set(known):
            raise argparse.ArgumentTypeError(f"choose from {', '.join(known)}")
        return found

    return words


def _begun(path: Path, resume: bool) -> dict[str, Any]:
    commit = _commit()
    if resume and path.exists():
        result: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if result["commit"] != commit:
            raise SystemExit(f"{path} was begun at commit {result['commit']}, this is {commit}")
        result["cases"] = [case for case in result["cases"] if "failed" not in case]
        return result
    return {
        "benchmark": "planner",
        "synthetic": True,
        "machine": machine("ortools", "numba", *(["highspy"] if find_spec("highspy") else [])),
        "commit": commit,
        "cases": [],
    }


def _commit() -> str:
    """With `+` where the code that is measured is not as committed."""

    def git(*words: str) -> str:
        found = subprocess.run(
            ["git", *words], cwd=HERE.parent, capture_output=True, text=True, check=False
        )
        return found.stdout.strip()

    code = ("strategy", "benchmarks/*.py", "benchmarks/planner_peers")
    changed = git("status", "--porcelain", "--", *code)
    return (git("rev-parse", "--short=12", "HEAD") or "unknown") + ("+" if changed else "")


@contextmanager
def _environment(quick: bool) -> Iterator[dict[str, str]]:
    """Loops are compiled afresh for a run, then kept on disk for its cases: numba looks at the file
    of a function, not at those it calls, so what lies on disk may be older than the code."""
    found = os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent)])}
    if quick:
        yield found
        return
    with TemporaryDirectory() as compiled:
        yield found | {"NUMBA_CACHE_DIR": compiled}


def _measured(case: Case, environment: dict[str, str]) -> dict[str, Any]:
    words = (case.part, case.accounts, case.seed, case.tightness)
    try:
        run = subprocess.run(
            [sys.executable, "-m", "planner_peers.case", *map(str, words)],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            timeout=LIMIT_SECONDS,
            check=True,
        )
    except subprocess.SubprocessError as error:
        print(f"failed: {error}", file=sys.stderr)
        return {"name": case.name, **vars(case), "failed": str(error)}
    measured: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return measured


def _write(path: Path, text: str) -> None:
    """Whole or not at all: a run may be cut off."""
    part = path.with_suffix(path.suffix + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


if __name__ == "__main__":
    main()
