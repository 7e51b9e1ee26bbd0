"""Whole choices by OR-Tools CP-SAT: it reasons in whole numbers, so what it proves is proven."""

from math import inf

import numpy as np
from ortools.sat.python import cp_model

from strategy.optimizer.choice_problem import ChoiceProblem, Ints
from strategy.optimizer.interrupt import Stop, interrupting
from strategy.optimizer.whole import Limits, Whole


def search(problem: ChoiceProblem, hint: Ints, limits: Limits, stop: Stop) -> Whole:
    """The best choice found from `hint`, positions of options."""
    model, variables = whole_model(problem)
    hinted = np.isin(np.arange(problem.options), hint).tolist()
    for variable, value in zip(variables, hinted, strict=True):
        model.add_hint(variable, value)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = limits.seed
    solver.parameters.max_deterministic_time = limits.effort
    solver.parameters.cp_model_presolve = False  # spends more than it saves on this shape
    with interrupting(solver.stop_search, stop):
        status = solver.solve(model, _Enough(limits.enough))
    if status == cp_model.INFEASIBLE:
        return Whole(None, -inf)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Whole(None, inf)
    chosen = np.flatnonzero([solver.boolean_value(variable) for variable in variables])
    return Whole(chosen, solver.best_objective_bound)


def whole_model(problem: ChoiceProblem) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    """One variable per option, whole values in the objective."""
    model = cp_model.CpModel()
    chosen = [model.new_bool_var("") for _ in range(problem.options)]
    for g in range(problem.groups):
        group = chosen[problem.first[g] : problem.first[g + 1]]
        if problem.exactly_one[g]:
            model.add_exactly_one(group)
        elif len(group) > 1:
            model.add_at_most_one(group)
    for capacity, options, amounts in problem.rows():
        if sum(amounts) > capacity:
            used = cp_model.LinearExpr.weighted_sum([chosen[o] for o in options], amounts)
            model.add(used <= capacity)
    model.maximize(cp_model.LinearExpr.weighted_sum(chosen, problem.value.tolist()))
    return model, chosen


class _Enough(cp_model.CpSolverSolutionCallback):  # type: ignore[misc]  # ortools has no types
    """Stops at a choice that is good enough."""

    def __init__(self, value: int) -> None:
        super().__init__()
        self.value = value

    def on_solution_callback(self) -> None:
        if round(self.objective_value) >= self.value:
            self.stop_search()
