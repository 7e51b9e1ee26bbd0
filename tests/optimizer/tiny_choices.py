"""Choices small enough to solve by hand, and a solver that tries everything."""

from itertools import product

import numpy as np

from strategy.optimizer.choice_problem import ChoiceProblem


def choice(groups, limits, *, must=False, **changes) -> ChoiceProblem:
    """Groups of options `(value, amount of resource 0, amount of resource 1, ...)`."""
    options = [option for group in groups for option in group]
    uses = [
        (number, row, amount)
        for number, (_, *amounts) in enumerate(options)
        for row, amount in enumerate(amounts)
        if amount
    ]
    arrays = {
        "first": np.cumsum([0, *map(len, groups)]),
        "value": np.array([option[0] for option in options], np.int64),
        "use_option": np.array([use[0] for use in uses], np.int64),
        "use_row": np.array([use[1] for use in uses], np.int64),
        "use_amount": np.array([use[2] for use in uses], np.int64),
        "capacity": np.array(limits, np.int64),
        "exactly_one": np.full(len(groups), must) if isinstance(must, bool) else np.array(must),
    }
    return ChoiceProblem(**(arrays | changes))


def random_choice(rng: np.random.Generator, scale: int) -> ChoiceProblem:
    """Up to 5 groups of up to 4 options and 3 resources; values and amounts up to `scale`."""
    resources = int(rng.integers(0, 4))
    groups = [
        [
            (
                int(rng.integers(-scale // 3, scale)),
                *(
                    int(a)
                    for a in rng.integers(0, scale, resources) * (rng.random(resources) < 0.7)
                ),
            )
            for _ in range(rng.integers(0 if rng.random() < 0.2 else 1, 5))
        ]
        for _ in range(rng.integers(0, 6))
    ]
    capacity = rng.integers(0, max(1, len(groups)) * scale // 2 + 1, resources)
    return choice(groups, capacity, must=rng.random(len(groups)) < rng.choice([0.0, 0.5, 1.0]))


def possible(problem: ChoiceProblem, chosen) -> bool:
    """Straight from the definition: `chosen[g]` is an option of group g, or -1."""
    for g, option in enumerate(chosen):
        if option == -1 and problem.exactly_one[g]:
            return False
        if option != -1 and not problem.first[g] <= option < problem.first[g + 1]:
            return False
    used = [0] * len(problem.capacity)
    columns = (problem.use_option, problem.use_row, problem.use_amount)
    for option, row, amount in zip(*(column.tolist() for column in columns), strict=True):
        if option in chosen:
            used[row] += amount
    return all(u <= c for u, c in zip(used, problem.capacity.tolist(), strict=True))


def worth(problem: ChoiceProblem, chosen) -> int:
    return sum(int(problem.value[option]) for option in chosen if option != -1)


def best_by_trying(problem: ChoiceProblem) -> int | None:
    """The best value over every choice; None where there is none."""
    groups = [[-1, *range(problem.first[g], problem.first[g + 1])] for g in range(problem.groups)]
    return max((worth(problem, c) for c in product(*groups) if possible(problem, c)), default=None)
