"""Prices of all shared resources: from a sample first, then on the whole book."""

import numpy as np

from strategy.optimizer.priced.columns import Near
from strategy.optimizer.priced.control import Control
from strategy.optimizer.priced.descent import Stage, descend, step
from strategy.optimizer.priced.first_prices import first_prices
from strategy.optimizer.priced.market import Market
from strategy.optimizer.priced.problem import Floats
from strategy.optimizer.priced.sample import Sample, stratified

FIRST_ROUNDS = 25
SAMPLE = 20_000
LARGER_SAMPLE = 150_000
ON_SAMPLE = (Stage(0.12, 0.02, 48, 4), Stage(0.08, 0.01, 48, 3))
SAMPLE_OF_SEVERAL = 10_000
SEVERAL_ON_SAMPLE = (Stage(0.12, 0.02, 16, 4), Stage(0.08, 0.01, 16, 3))
SECOND_SAMPLE_OF_SEVERAL = 30_000
SEVERAL_ON_SECOND_SAMPLE = (Stage(0.05, 0.004, 16, 3), Stage(0.03, 0.002, 16, 3))
SEVERAL_ON_BOOK = (Stage(0.02, 0.0008, 12, 4),)
"""For several touches, where a party has so many columns for each of them: rounds on the book are
few and look closely, because two samples have brought the prices near."""
ON_LARGER_SAMPLE = (Stage(0.05, 0.004, 24, 3),)
ON_BOOK = (Stage(0.035, 0.003, 16, 6), Stage(0.03, 0.0015, 16, 5))
FEW_ON_BOOK = (Stage(0.035, 0.003, 16, 4),)

OF_A_CROWD = (Stage(0.08, 0.01, 24, 6), Stage(0.05, 0.004, 24, 6), Stage(0.03, 0.0015, 16, 6))
"""Among people who are alike the steps of prices get stuck: they begin once more, smoothed more."""

AGAIN = (
    (20_000, 1.0, (Stage(0.08, 0.01, 24, 8),)),
    (60_000, 0.3, (Stage(0.05, 0.004, 16, 3),)),
)
"""Parties of a sample, trust radius at the start, and what is done."""
AGAIN_ON_BOOK = Stage(0.03, 0.003, 16, 1)


def search_prices(market: Market, rng: np.random.Generator, control: Control) -> Floats:
    """Each stage looks at less of the choice more closely: narrower windows, less smoothing."""
    several = market.problem.touches > 1
    sample = stratified(market, SAMPLE_OF_SEVERAL if several else SAMPLE, rng)
    prices = first_prices(market, sample, FIRST_ROUNDS, control)
    control.progress("sample", market.bound, None)
    stages: list[_Stages] = [(sample, 0.5, SEVERAL_ON_SAMPLE if several else ON_SAMPLE)]
    if several:
        second = stratified(market, SECOND_SAMPLE_OF_SEVERAL, rng)
        stages.append((second, 0.2, SEVERAL_ON_SECOND_SAMPLE))
    if _large(market):
        stages.append((stratified(market, LARGER_SAMPLE, rng), 0.2, ON_LARGER_SAMPLE))
    on_book = FEW_ON_BOOK if _large(market) else ON_BOOK
    book = Sample.of(market, market.everyone)
    stages.append((book, 0.1, SEVERAL_ON_BOOK) if several else (book, 0.15, on_book))
    prices = _descend(market, prices, stages, control)
    return market.proven_at if len(market.proven_at) else prices


def refine_prices(
    market: Market, start: Floats, rng: np.random.Generator, control: Control
) -> Floats:
    """From the prices of a similar problem, on samples only: no pass over the book."""
    stages: list[_Stages] = [
        (stratified(market, size, rng), radius, steps) for size, radius, steps in AGAIN
    ]
    return _descend(market, start, stages, control)


def crowd_prices(
    market: Market, start: Floats, rng: np.random.Generator, control: Control
) -> Floats:
    """From prices found before, on the book or as large a part of it as is sampled."""
    sample = stratified(market, LARGER_SAMPLE, rng)
    return _descend(market, start, [(sample, 0.15, OF_A_CROWD)], control)


def step_on_book(market: Market, near: Near, prices: Floats) -> Floats:
    """`near`: what a pass over the book found at these prices."""
    book = Sample.of(market, market.everyone)
    return step(market, book, near, prices, AGAIN_ON_BOOK, 0.15)


def _large(market: Market) -> bool:
    return len(market.everyone) > 2 * LARGER_SAMPLE


_Stages = tuple[Sample, float, tuple[Stage, ...]]
"""Who is asked, trust radius at the start, and what is done."""


def _descend(market: Market, prices: Floats, stages: list[_Stages], control: Control) -> Floats:
    for sample, radius, steps in stages:
        for stage in steps:
            prices, radius = descend(market, prices, sample, stage, radius, control)
    return prices
