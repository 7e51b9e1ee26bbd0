"""A choice as a linear model of OR-Tools: a variable for each option, a row for each resource."""

from ortools.linear_solver import linear_solver_pb2

from strategy.optimizer.choice_problem import ChoiceProblem


def linear_model(problem: ChoiceProblem, *, whole: bool) -> linear_solver_pb2.MPModelProto:
    """Rows: resources in order, then groups that have options, in order.

    `whole`: options are taken or not; otherwise also in part.
    """
    model = linear_solver_pb2.MPModelProto(maximize=True)
    for value in problem.value.tolist():
        model.variable.add(
            lower_bound=0.0,
            upper_bound=1.0 if whole else float("inf"),
            objective_coefficient=value,
            is_integer=whole,
        )
    for capacity, options, amounts in problem.rows():
        model.constraint.add(upper_bound=capacity, var_index=options, coefficient=amounts)
    for g in problem.filled.tolist():
        group = range(problem.first[g], problem.first[g + 1])
        model.constraint.add(
            lower_bound=1.0 if problem.exactly_one[g] else float("-inf"),
            upper_bound=1.0,
            var_index=group,
            coefficient=[1.0] * len(group),
        )
    return model
