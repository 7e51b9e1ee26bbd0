"""A whole plan for people who are much alike: they choose one after the other, in random order.

At prices that clear the book a crowd is indifferent between many options. Whoever takes the first
of them overfills a few and leaves the others empty, and to move people one by one afterwards takes
long. Those who choose in random order at prices that lean a little against what runs ahead of the
rest fill all of them evenly, and the last few are chosen together, by a linear programme.
"""

import numpy as np

from strategy.optimizer.priced.columns import joined
from strategy.optimizer.priced.control import Control
from strategy.optimizer.priced.core_program import least_penalty, solve_core
from strategy.optimizer.priced.market import Market
from strategy.optimizer.priced.problem import Floats, Int32s
from strategy.optimizer.priced.resources import UNIT
from strategy.optimizer.priced.sample import stratified
from strategy.optimizer.priced.turns import Turns

OVERFULL = 0.025
"""A share of the bound. Everybody's first choice overfills by 0.05 to 1.7 % where people differ, by
3.6 % and more in portfolios where many people have the same figures."""

ASKED = 60_000
"""Parties that are asked for it."""

LEAN = 0.2
"""A row of which a share of its capacity more is used than of all parties have chosen costs this
multiple of that share more."""

CHUNK = 64
"""Parties that choose at the same prices."""

LAST = 4_000
WINDOW = 0.05
MOST_COLUMNS = 64
"""Who is chosen together, and from what: options near the best of each."""


def is_crowded(market: Market, prices: Floats, rng: np.random.Generator) -> bool:
    """Whether what everybody likes best would overfill far more than what people differ in."""
    sample = stratified(market, ASKED, rng)
    asked = market.respond(prices, sample.parties)
    use = sample.weight * asked.use[market.resources.limited]
    over = np.maximum(use - sample.capacity, 0.0)
    if market.resources.changed >= 0:
        over[market.resources.changed] = 0.0
    return bool(prices @ over > OVERFULL * sample.dual(asked, prices))


def chosen_in_turn(
    market: Market, prices: Floats, rng: np.random.Generator, control: Control
) -> Turns:
    """Those who net something at these prices choose first, then whoever gains anything at all."""
    turns = Turns.none(market)
    asked = market.respond(prices, market.everyone)
    pays = asked.net > 0
    first = rng.permutation(market.everyone[pays])
    later = market.everyone[~pays]
    later = later[np.argsort(-market.reach[later], kind="stable")]
    last = max(0, len(first) - LAST)
    _choose_evenly(market, turns, prices, first[:last], len(first))
    control.progress("core", market.bound, turns.value(market))
    if not control.halted(market):
        together = np.sort(np.concatenate([first[last:], later[: LAST // 2]]))
        _choose_together(market, turns, prices, together)
    for share, parties in ((1.0, first), (0.0, np.concatenate([first, later]))):
        turns.choose(market, share * prices, parties[turns.account[parties, 0] < 0])
    control.progress("plan", market.bound, turns.value(market))
    return turns


def _choose_evenly(
    market: Market, turns: Turns, prices: Floats, parties: Int32s, all_of_them: int
) -> None:
    """In their order, so that every row is used up when `all_of_them` would have chosen."""
    whole = np.maximum(market.resources.whole, 1)
    for start in range(0, len(parties), CHUNK):
        ahead = (1 - turns.left / whole) - start / all_of_them
        leaning = prices * np.maximum(0.0, 1 + LEAN * ahead)
        turns.choose(market, leaning, parties[start : start + CHUNK])


def _choose_together(market: Market, turns: Turns, prices: Floats, parties: Int32s) -> None:
    """Whole choices of the best relaxed one; who is cut in parts gets nothing yet."""
    near = market.near(prices, parties, WINDOW, MOST_COLUMNS)
    columns = joined(near.open, near.settled)
    solved = solve_core(columns, turns.left / UNIT, prices, least_penalty(market))
    if solved is not None:
        turns.put_what_fits(columns, np.flatnonzero(solved.share > 1 - 1e-6))
