"""The general core on published problems, beside CP-SAT and HiGHS on the whole model.

    python benchmarks/assignment.py --set gap --json result.json
    python benchmarks/assignment.py --set knapsack --seed 0 --json result.json

`gap`: generalized assignment from OR-Library (Cattrysse 1994, Chu and Beasley 1997; `--data`):
every job to an agent, least cost, with the best known cost beside. `knapsack`: multiple-choice
multidimensional knapsacks, from `--files` in the format of Khan et al. 2002, or else synthetic ones
in that format.

Each solver has one thread and `--seconds` of processor time for a problem, so a busy machine does
not decide; it may overrun by one step of its own. Costs and values are as in the files: a bound is
below a cost and above a value.
"""

import argparse
import csv
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from machine import machine
from published import KNAPSACKS, assignment, knapsack, random_knapsack
from solvers import core, cp_sat, highs

from strategy.optimizer.choice_problem import ChoiceProblem


@dataclass(frozen=True)
class Instance:
    """`sign` is -1 where the file counts costs; `best_known` is in the numbers of the file."""

    name: str
    problem: ChoiceProblem
    sign: int
    best_known: int | None


def main() -> None:
    arguments = _arguments()
    instances = list(_gap(arguments) if arguments.set == "gap" else _knapsacks(arguments))
    if arguments.instances:
        instances = instances[: arguments.instances]
    rows = []
    for instance in instances:
        answers = {name: _timed(instance, name, arguments) for name in SOLVERS}
        rows.append({"name": instance.name, "best_known": instance.best_known, **answers})
        shown = (f"{n} {a['value']} [{a['bound']}] {a['cpu_s']} s" for n, a in answers.items())
        print(f"{instance.name} ({instance.best_known}): " + "; ".join(shown), file=sys.stderr)
    summary = {name: _summary(name, rows) for name in SOLVERS}
    result = {
        "benchmark": "assignment",
        "set": arguments.set,
        "synthetic": arguments.set == "knapsack" and not arguments.files,
        "seed": arguments.seed,
        "cpu_seconds_each": arguments.seconds,
        "machine": machine("ortools", "highspy"),
        "summary": summary,
        "instances": rows,
    }
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    for name, counts in summary.items():
        print(f"{name:8} " + ", ".join(f"{key} {value}" for key, value in counts.items()))
    ours = summary["core"]
    print(
        f"assignment: {len(rows)} of {arguments.set}, best value on {ours['best']}, proven on "
        f"{ours['proven']}, no answer on {ours['none']}, wrong bounds {ours['wrong_bounds']}, "
        f"mean gap {ours['mean_gap']}, {ours['cpu_s']} s of processor time"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--set", choices=("gap", "knapsack"), default="gap")
    parser.add_argument("--data", type=Path, default=Path("../shared/data/gap_benchmarks"))
    parser.add_argument("--files", type=Path, nargs="*", help="knapsacks in Khan's format")
    parser.add_argument("--instances", type=int, help="only the first so many")
    parser.add_argument("--seconds", type=float, default=20.0, help="processor time for each")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="write the result here")
    return parser.parse_args()


def _gap(arguments: argparse.Namespace) -> Iterator[Instance]:
    with (arguments.data / "best_known.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            text = (arguments.data / row["Path"]).read_text(encoding="utf-8")
            best = int(row["Best known solution value"])
            yield Instance(row["Path"], assignment(text), -1, best)


def _knapsacks(arguments: argparse.Namespace) -> Iterator[Instance]:
    if arguments.files:
        for path in arguments.files:
            yield Instance(path.name, knapsack(path.read_text(encoding="utf-8")), 1, None)
        return
    for shape in KNAPSACKS:
        name = "synthetic-" + "x".join(map(str, shape))
        yield Instance(name, knapsack(random_knapsack(*shape, arguments.seed)), 1, None)


def _timed(instance: Instance, solver: str, arguments: argparse.Namespace) -> dict[str, Any]:
    wall, cpu = time.perf_counter(), time.process_time()
    answer = SOLVERS[solver](
        instance.problem,
        arguments.seed,
        arguments.seconds,
        lambda: time.process_time() - cpu > arguments.seconds,
    )
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    value = None
    if answer.chosen is not None:
        if not instance.problem.allows(answer.chosen):
            raise SystemExit(f"{solver} breaks a constraint of {instance.name}")
        value = instance.sign * int(instance.problem.value[answer.chosen].sum())
    proven = answer.bound is not None and np.isfinite(answer.bound)
    bound = instance.sign * int(np.floor(answer.bound + 1e-6)) if proven else None
    return {"value": value, "bound": bound, "cpu_s": round(cpu, 2), "wall_s": round(wall, 2)}


SOLVERS = {"core": core, "cp_sat": cp_sat, "highs": highs}


def _summary(solver: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """`best`: as good as the best known, or as the best that any solver found here."""
    answers = [row[solver] for row in rows]
    found = [a for a in answers if a["value"] is not None]
    gaps = [
        abs(a["value"] - a["bound"]) / max(abs(a["bound"]), 1)
        for a in found
        if a["bound"] is not None
    ]
    return {
        "best": sum(
            a["value"] == _best(row) for a, row in zip(answers, rows, strict=True) if a in found
        ),
        "proven": sum(a["value"] == a["bound"] for a in found),
        "none": len(answers) - len(found),
        "wrong_bounds": sum(_wrong(row, row[solver]["bound"]) for row in rows),
        "mean_gap": round(sum(gaps) / max(len(gaps), 1), 7),
        "cpu_s": round(sum(a["cpu_s"] for a in answers), 1),
        "longest_cpu_s": max((a["cpu_s"] for a in answers), default=0.0),
    }


def _best(row: dict[str, Any]) -> int | None:
    if row["best_known"] is not None:
        return int(row["best_known"])
    return max((row[s]["value"] for s in SOLVERS if row[s]["value"] is not None), default=None)


def _wrong(row: dict[str, Any], bound: int | None) -> bool:
    """Costs have a best known, and a bound on them is below it; a bound on values is above."""
    best = _best(row)
    if best is None or bound is None:
        return False
    return bound > best if row["best_known"] is not None else bound < best


if __name__ == "__main__":
    main()
