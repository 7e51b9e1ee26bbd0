"""What options are worth once shared resources have a price, and the bound that follows."""

import numpy as np

from strategy.optimizer.choice_problem import ChoiceProblem, Floats


def charge(problem: ChoiceProblem, prices: Floats) -> Floats:
    """What every option pays at these prices (R,), never negative: shape (O,)."""
    paid = prices[problem.use_row]
    paid *= problem.use_amount
    return np.bincount(problem.use_option, paid, problem.options).astype(np.float64)


def net(problem: ChoiceProblem, prices: Floats) -> Floats:
    """Value minus the price of everything an option uses: shape (O,)."""
    worth: Floats = problem.value - charge(problem, prices)
    return worth


def best(problem: ChoiceProblem, worth: Floats) -> Floats:
    """The most each group can have: shape (G,). 0 where it may choose nothing and that is better.

    A group without options has 0.
    """
    most = np.zeros(problem.groups)
    if len(problem.filled):
        most[problem.filled] = np.maximum.reduceat(worth, problem.first[problem.filled])
    most[~problem.exactly_one] = np.maximum(most[~problem.exactly_one], 0.0)
    return most


def bound(problem: ChoiceProblem, prices: Floats) -> float:
    """No choice is worth more, whatever the prices, if they are not negative.

    Weak duality: the capacities at their prices, plus what every group would choose if it paid
    them. So nothing depends on how the prices were found. The margin covers the rounding of floats
    (unit u = 2^-53): a net value of k uses is wrong by less than (k + 3) u of its largest term, and
    pairwise sums of fewer than 2^40 terms lose less than 100 u of the sizes added up.
    """
    paid = charge(problem, prices)
    most = best(problem, problem.value - paid)
    sold = problem.capacity * prices
    sizes = float(sold.sum() + np.abs(most).sum())
    largest = float(np.abs(problem.value).max(initial=0) + paid.max(initial=0.0))
    uses = int(np.diff(problem.uses).max(initial=0))
    margin = 2.0**-46 * sizes + 2.0**-52 * (uses + 3) * len(problem.filled) * largest
    return float(sold.sum() + most.sum()) + margin
