"""A plan of a book, and what proves how good it is."""

from dataclasses import dataclass, replace

import numpy as np

from strategy.optimizer.priced.best_response import CHUNKS
from strategy.optimizer.priced.kernels.any_option import any_option
from strategy.optimizer.priced.market import Market
from strategy.optimizer.priced.problem import Floats, Int16s, Int32s, Ints
from strategy.optimizer.priced.resources import UNIT, tables


@dataclass(frozen=True)
class Alone:
    """Parties left alone: `not_allowed` the rules or caps leave no option, `not_worth_it` no
    option is worth its cost, `priced_out` capacities do more good elsewhere."""

    not_allowed: int
    not_worth_it: int
    priced_out: int


@dataclass(frozen=True)
class ResourceUse:
    """One limited resource: `kind` and `place` as in `Capacity`, in its own unit; `price` is the
    cents that one more unit would be worth."""

    kind: str
    place: tuple[int, ...]
    capacity: float
    used: float
    price: float

    @property
    def slack(self) -> float:
        return self.capacity - self.used


@dataclass(frozen=True)
class BookPlan:
    """Touches in order of their slots: `account`, `channel`, `slot` and `script` are (P, k) for k
    touches of a party, -1 where there is none. `share` is the chance that a touch is made.

    No plan is worth more than `bound` cents; this one is worth `value`, both less what changes of
    the present plan cost. `prices` (limited rows) prove it and start the next plan; `passes` over
    the book were made.

    `changed` parties get another treatment than in the present plan. That is never more than may,
    unless `forced` are more: those whose present touch rules have closed or capacities no longer
    hold. Then only so many change.
    """

    account: Int32s
    channel: Int16s
    slot: Int16s
    script: Int16s
    share: Floats
    value: float
    bound: float
    prices: Floats
    resources: tuple[ResourceUse, ...]
    complaints: float
    alone: Alone
    forced: int
    changed: int
    passes: float

    @property
    def gap(self) -> float:
        """(bound - value) / bound; 0 where nothing can be gained."""
        return (self.bound - self.value) / self.bound if self.bound > 0 else 0.0

    def at_bound(self, bound: float, prices: Floats) -> "BookPlan":
        """The same touches with another bound and the prices that prove it."""
        rows = zip(self.resources, prices.tolist(), strict=True)
        resources = tuple(replace(row, price=price) for row, price in rows)
        return replace(self, bound=bound, prices=prices, resources=resources)


def resource_uses(market: Market, used: Ints, prices: Floats) -> tuple[ResourceUse, ...]:
    """`used`: whole units of each limited row."""
    rows = zip(
        market.resources.names(market.problem),
        market.resources.capacity.tolist(),
        (used / UNIT).tolist(),
        prices.tolist(),
        strict=True,
    )
    return tuple(
        ResourceUse(kind, place, capacity, use, price)
        for (kind, place), capacity, use, price in rows
    )


def alone(market: Market, parties: Int32s) -> Alone:
    """Why these parties are left alone."""
    allowed, worth_it = np.empty(len(parties), np.bool_), np.empty(len(parties), np.bool_)
    free = tables(market.problem, market.resources, np.zeros(len(market.resources.limited)))
    any_option(market.book, free, parties, CHUNKS, allowed, worth_it)
    return Alone(
        not_allowed=int((~allowed).sum()),
        not_worth_it=int((allowed & ~worth_it).sum()),
        priced_out=int(worth_it.sum()),
    )
