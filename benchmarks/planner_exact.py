"""The exact planner beside the orders people use today, and beside CP-SAT on the whole model.

    python benchmarks/planner_exact.py --accounts 10000 --seed 0 --json result.json

The problem is synthetic (`instance.py`). The peers see the same options and keep the same
constraints, so the difference is the order alone:

- fifo: accounts as they stand in the file, each gets the most valuable option that still fits
- balance: the same, largest overdue amount first
- value: the most valuable option of the whole book first
- prices: by value minus the prices of the plan

CP-SAT on the whole model (every option a variable) gets a problem of `--whole-accounts` and
`--whole-seconds`, and the planner solves that problem too.
"""

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from instance import synthetic
from machine import machine
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from strategy.optimizer import pricing
from strategy.optimizer.constraints import choice_of
from strategy.optimizer.cp_sat import whole_model
from strategy.optimizer.exact import Progress, Solution, solve
from strategy.optimizer.greedy import fill
from strategy.optimizer.options import options_of
from strategy.optimizer.problem import PlanProblem


def main() -> None:
    arguments = _arguments()
    problem, overdue = synthetic(arguments.accounts, arguments.seed)
    solution, planner = _planner(problem, arguments.seed)
    rows = {"planner": planner, **_peers(problem, overdue, solution)}
    small, _ = synthetic(arguments.whole_accounts, arguments.seed)
    _, beside = _planner(small, arguments.seed)
    whole = {"planner": beside, "cp_sat": _whole(small, arguments.whole_seconds)}
    _table(f"{arguments.accounts} accounts", rows)
    _table(f"{arguments.whole_accounts} accounts", whole)
    result = {
        "benchmark": "planner_exact",
        "accounts": arguments.accounts,
        "seed": arguments.seed,
        "synthetic": True,
        "machine": machine("ortools"),
        "plans": rows,
        "whole_accounts": arguments.whole_accounts,
        "whole_plans": whole,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2) + "\n")
    best_peer = max(rows[name]["value_cents"] for name in ("fifo", "balance", "value"))
    print(
        f"planner_exact: {arguments.accounts} accounts, value {planner['value_cents']} cents, "
        f"bound {planner['bound_cents']}, gap {planner['gap']:.2e}, {planner['seconds']} s, "
        f"{planner['value_cents'] / max(best_peer, 1) - 1:+.2%} over the best order without "
        f"prices, peak {result['peak_mib']} MiB (synthetic)"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--accounts", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--whole-accounts", type=int, default=300)
    parser.add_argument("--whole-seconds", type=float, default=60.0)
    parser.add_argument("--json", type=Path, help="write the result here")
    return parser.parse_args()


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _planner(problem: PlanProblem, seed: int) -> tuple[Solution, dict[str, Any]]:
    started, cpu = time.perf_counter(), time.process_time()

    def tell(p: Progress) -> None:
        _say(
            f"{time.perf_counter() - started:7.1f} s  {p.stage} {p.step}  "
            f"value {p.value_cents}  bound {p.bound_cents}"
        )

    solution = solve(problem, seed=seed, progress=tell)
    seconds = round(time.perf_counter() - started, 1)
    row = _row(solution.value_cents, solution.bound_cents, len(solution.value), seconds)
    cpu = round(time.process_time() - cpu, 1)
    return solution, row | {"cpu_seconds": cpu, "status": str(solution.status)}


def _row(value: int, bound: int, attempts: int, seconds: float) -> dict[str, Any]:
    gap = (bound - value) / bound if bound else 0.0
    return {
        "value_cents": value,
        "bound_cents": bound,
        "gap": gap,
        "attempts": attempts,
        "seconds": seconds,
    }


def _peers(
    problem: PlanProblem, overdue: NDArray[np.float64], solution: Solution
) -> dict[str, dict[str, Any]]:
    options = options_of(problem)
    choice = choice_of(problem, options)
    prices = np.zeros(len(choice.capacity))
    prices[: problem.capacity.size] = solution.prices.ravel()
    prices[problem.capacity.size] = solution.complaint_price / 1e9
    net = pricing.net(choice, prices)
    orders: dict[str, Callable[[], NDArray[np.int64]]] = {
        "fifo": lambda: np.lexsort((-options.value, options.account)),
        "balance": lambda: np.lexsort((-options.value, -overdue[options.account])),
        "value": lambda: np.argsort(-options.value, kind="stable"),
        "prices": lambda: np.argsort(-net, kind="stable"),
    }
    rows = {}
    for name, order in orders.items():
        _say(f"greedy by {name}")
        started = time.perf_counter()
        taken = fill(choice, order())
        seconds = round(time.perf_counter() - started, 1)
        value = int(options.value[taken].sum())
        rows[name] = _row(value, solution.bound_cents, len(taken), seconds)
    return rows


def _whole(problem: PlanProblem, limit: float) -> dict[str, Any]:
    choice = choice_of(problem, options_of(problem))
    _say(f"CP-SAT on the whole model: {choice.options} variables, at most {limit:.0f} s")
    started = time.perf_counter()
    model, chosen = whole_model(choice)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = limit
    status = solver.solve(model)
    seconds = round(time.perf_counter() - started, 1)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return _row(0, choice.largest_total, 0, seconds) | {"status": "no plan"}
    attempts = sum(solver.boolean_value(variable) for variable in chosen)
    bound = int(np.floor(solver.best_objective_bound + 1e-6))
    row = _row(round(solver.objective_value), bound, attempts, seconds)
    return row | {"status": solver.status_name(status).lower()}


def _table(title: str, rows: dict[str, dict[str, Any]]) -> None:
    print(f"{title:16} {'value (cents)':>14} {'bound':>14} {'gap':>9} {'attempts':>9} {'s':>7}")
    for name, row in rows.items():
        print(
            f"{name:16} {row['value_cents']:14} {row['bound_cents']:14} {row['gap']:9.2e} "
            f"{row['attempts']:9} {row['seconds']:7}"
        )


if __name__ == "__main__":
    main()
