"""The general core; CP-SAT and HiGHS on the whole model. One thread each, until told to stop."""

from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np
from ortools.sat.python import cp_model

from strategy.optimizer.choice import solve_choice
from strategy.optimizer.choice_problem import ChoiceProblem
from strategy.optimizer.cp_sat import whole_model
from strategy.optimizer.interrupt import interrupting


@dataclass(frozen=True)
class Answer:
    """Positions of the chosen options, if any, and a bound on the value of every choice."""

    chosen: np.ndarray | None
    bound: float | None


Stop = Callable[[], bool]
Solver = Callable[[ChoiceProblem, int, float, Stop], Answer]


def core(problem: ChoiceProblem, seed: int, seconds: float, stop: Stop) -> Answer:
    found = solve_choice(problem, seed=seed, effort=seconds, stop=stop)
    return Answer(None if found.value is None else found.options, found.bound)


def cp_sat(problem: ChoiceProblem, seed: int, seconds: float, stop: Stop) -> Answer:
    model, variables = whole_model(problem)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    with interrupting(solver.stop_search, stop):
        status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Answer(None, None)  # stopped in presolve, it would tell a bound of 0
    chosen = np.flatnonzero([solver.boolean_value(variable) for variable in variables])
    return Answer(chosen, solver.best_objective_bound)


def highs(problem: ChoiceProblem, seed: int, seconds: float, stop: Stop) -> Answer:
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
