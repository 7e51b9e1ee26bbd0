"""What options are worth once shared resources have a price, and the bound that follows."""

from dataclasses import dataclass

import numpy as np

from strategy.optimizer.constraints import Rows, one_treatment_per_account, shared_rows
from strategy.optimizer.options import Options
from strategy.optimizer.problem import Floats, Ints, PlanProblem

Prices = tuple[Floats, ...]
"""One array per shared constraint, cents per unit of each of its rows, never negative."""


@dataclass(frozen=True)
class Market:
    """Options with the rows they use. Of each group of options one is chosen at most.

    `group[i]` is the group of option i, `first[g]` the first option of group g.
    """

    problem: PlanProblem
    options: Options
    rows: tuple[Rows, ...]
    group: Ints
    first: Ints

    @classmethod
    def of(cls, problem: PlanProblem, options: Options) -> "Market":
        group = one_treatment_per_account(options)
        first = np.flatnonzero(np.diff(group, prepend=-1))
        return cls(problem, options, shared_rows(problem, options), group, first)

    def net(self, prices: Prices) -> Floats:
        """Value minus the price of everything an option uses, in cents: shape (options,)."""
        net = self.options.value.astype(np.float64)
        for rows, price in zip(self.rows, prices, strict=True):
            net -= rows.charge(price, len(net))
        return net

    def best(self, net: Floats) -> Floats:
        """Largest net value of each group; 0 where choosing nothing is better."""
        if not len(net):
            return np.zeros(0)
        return np.maximum(np.maximum.reduceat(net, self.first), 0.0)

    def bound(self, best: Floats, prices: Prices) -> float:
        """No plan is worth more cents, whatever the prices, if they are not negative.

        Weak duality: the limits at their prices, plus what every group would choose if it paid
        them. So nothing depends on how the prices were found. The margin covers the rounding of
        floats: a net value is wrong by a few units in the last place (2^-52) of the largest term
        in it, and pairwise sums lose less than 60 more of their total.
        """
        total = float(best.sum())
        largest = float(self.options.value.max(initial=0))
        for rows, price in zip(self.rows, prices, strict=True):
            total += float(rows.limit @ price)
            largest += float(rows.charge(price, len(self.options)).max(initial=0.0))
        return total + 2.0**-46 * (total + len(best) * largest)
