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
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import highspy
import numpy as np
from machine import machine
from ortools.sat.python import cp_model
from published import KNAPSACKS, assignment, knapsack, random_knapsack

from strategy.optimizer.choice import solve_choice
from strategy.optimizer.choice_problem import ChoiceProblem
from strategy.optimizer.cp_sat import whole_model
from strategy.optimizer.interrupt import interrupting


@dataclass(frozen=True)
class Instance:
    """`sign` is -1 where the file counts costs; `best_known` is in the numbers of the file."""

    name: str
    problem: ChoiceProblem
    sign: int
    best_known: int | None


@dataclass(frozen=True)
class Answer:
    """Positions of the chosen options, if any, and a bound on the value of every choice."""

    chosen: np.ndarray | None
    bound: float | None


Stop = Callable[[], bool]
Solver = Callable[[ChoiceProblem, int, float, Stop], Answer]


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


def _core(problem: ChoiceProblem, seed: int, seconds: float, stop: Stop) -> Answer:
    found = solve_choice(problem, seed=seed, effort=seconds, stop=stop)
    return Answer(None if found.value is None else found.options, found.bound)


def _cp_sat(problem: ChoiceProblem, seed: int, seconds: float, stop: Stop) -> Answer:
    model, variables = whole_model(problem)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    with interrupting(solver.stop_search, stop):
        status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Answer(None, solver.best_objective_bound)
    chosen = np.flatnonzero([solver.boolean_value(variable) for variable in variables])
    return Answer(chosen, solver.best_objective_bound)


def _highs(problem: ChoiceProblem, seed: int, seconds: float, stop: Stop) -> Answer:
    solver = highspy.Highs()
    for option, value in {
        "output_flag": False,
        "threads": 1,
        "parallel": "off",
        "random_seed": seed,
        "mip_rel_gap": 0.0,
        "mip_abs_gap": 0.999,
    }.items():
        solver.setOptionValue(option, value)
    solver.HandleUserInterrupt = True
    solver.passModel(_highs_model(problem))
    with interrupting(solver.cancelSolve, stop):
        solver.run()
    info = solver.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Answer(None, info.mip_dual_bound)
    chosen = np.flatnonzero(np.array(solver.getSolution().col_value) > 0.5)
    return Answer(chosen, info.mip_dual_bound)


def _highs_model(problem: ChoiceProblem) -> highspy.HighsLp:
    options, resources = problem.options, len(problem.capacity)
    used = [(row, amounts) for _, row, amounts in problem.rows()]
    index = [*(row for row, _ in used), np.arange(options)]
    lengths = [*(len(row) for row, _ in used), *np.diff(problem.first).tolist()]
    model = highspy.HighsLp()
    model.sense_ = highspy.ObjSense.kMaximize
    model.num_col_, model.num_row_ = options, resources + problem.groups
    model.col_cost_ = problem.value.astype(np.float64)
    model.col_lower_, model.col_upper_ = np.zeros(options), np.ones(options)
    model.integrality_ = [highspy.HighsVarType.kInteger] * options
    floor = np.where(problem.exactly_one, 1.0, -highspy.kHighsInf)
    model.row_lower_ = np.concatenate([np.full(resources, -highspy.kHighsInf), floor])
    model.row_upper_ = np.concatenate([problem.capacity, np.ones(problem.groups)])
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.cumsum([0, *lengths])
    model.a_matrix_.index_ = np.concatenate(index)
    model.a_matrix_.value_ = np.concatenate([*(a for _, a in used), np.ones(options)])
    return model


SOLVERS: dict[str, Solver] = {"core": _core, "cp_sat": _cp_sat, "highs": _highs}


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
