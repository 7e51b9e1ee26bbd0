"""Takes options in a given order while they fit."""

import numpy as np

from strategy.optimizer.choice_problem import ChoiceProblem, Ints


def fill(problem: ChoiceProblem, order: Ints) -> Ints:
    """Positions, ascending, of the options taken: each one that still fits when its turn comes.

    Used with the relaxed choice first and then by closeness to the best net value ("value minus
    price"), and by the benchmark with the orders that people use today. Groups that must choose may
    be left without an option.
    """
    left = problem.capacity.tolist()
    ends, group = problem.uses.tolist(), problem.group.tolist()
    row, amount = problem.use_row.tolist(), problem.use_amount.tolist()
    served = [False] * problem.groups
    taken = []
    for option in order.tolist():
        if served[group[option]]:
            continue
        mine = range(ends[option], ends[option + 1])
        if all(amount[entry] <= left[row[entry]] for entry in mine):
            for entry in mine:
                left[row[entry]] -= amount[entry]
            served[group[option]] = True
            taken.append(option)
    return np.sort(np.array(taken, np.int64))
