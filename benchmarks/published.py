"""Problems in the text formats of published test sets, as choices."""

import numpy as np

from strategy.optimizer.choice_problem import ChoiceProblem

KNAPSACKS = ((10, 5, 5), (20, 10, 10), (30, 10, 10), (50, 10, 10), (100, 10, 10), (200, 10, 10))
"""Groups, items a group and resources: the shapes of Khan's files, the largest left out."""


def assignment(text: str) -> ChoiceProblem:
    """Generalized assignment, OR-Library: agents m, jobs n, costs m x n, uses m x n, capacities m.

    Every job is a group that must choose an agent; the value of a choice is minus its cost.
    """
    numbers = np.array(text.split(), np.int64)
    m, n = numbers[:2].tolist()
    if len(numbers) != 2 + 2 * m * n + m:
        raise ValueError(f"holds {len(numbers)} numbers, not {2 + 2 * m * n + m}")
    cost, use = numbers[2 : 2 + 2 * m * n].reshape(2, m, n)
    return ChoiceProblem(
        first=np.arange(n + 1) * m,
        value=-cost.T.ravel(),
        use_option=np.arange(m * n),
        use_row=np.tile(np.arange(m), n),
        use_amount=use.T.ravel(),
        capacity=numbers[-m:],
        exactly_one=np.ones(n, np.bool_),
    )


def knapsack(text: str) -> ChoiceProblem:
    """Multiple-choice multidimensional knapsack, the format of Khan's files (Khan et al. 2002).

    Groups n, items l, resources m; m capacities; for each group its number, then for each item its
    value and what it uses of each resource. One item of each group must be chosen.
    """
    words = text.split()
    n, items, m = map(int, words[:3])
    size = 1 + items * (m + 1)
    numbers = np.array(words[: 3 + m + n * size], np.int64)  # some files end with old solutions
    if len(numbers) != 3 + m + n * size:
        raise ValueError(f"holds {len(numbers)} numbers, not {3 + m + n * size}")
    groups = numbers[3 + m :].reshape(n, size)
    options = groups[:, 1:].reshape(n * items, m + 1)
    return ChoiceProblem(
        first=np.arange(n + 1) * items,
        value=options[:, 0].copy(),
        use_option=np.repeat(np.arange(n * items), m),
        use_row=np.tile(np.arange(m), n * items),
        use_amount=options[:, 1:].ravel(),
        capacity=numbers[3 : 3 + m],
        exactly_one=np.ones(n, np.bool_),
    )


def random_knapsack(groups: int, items: int, resources: int, seed: int) -> str:
    """A synthetic file in Khan's format. Ours, not one of his: figures do not compare with papers.

    Uses are 1 to 10; values are uses at a random price of each resource, times 0.7 to 1.3; capacity
    is 5 for each group, a little less than average items would use.
    """
    rng = np.random.default_rng(seed)
    uses = rng.integers(1, 11, (groups, items, resources))
    worth = uses @ rng.uniform(1, 3, resources) * rng.uniform(0.7, 1.3, (groups, items))
    lines = [f"{groups} {items} {resources}", " ".join([str(5 * groups)] * resources)]
    for g in range(groups):
        lines.append(str(g + 1))
        for value, used in zip(np.rint(worth[g]).astype(int), uses[g].tolist(), strict=True):
            lines.append(" ".join(map(str, [value, *used])))
    return "\n".join(lines) + "\n"
