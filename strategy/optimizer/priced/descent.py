"""Lower the dual: second-order steps on the smoothed dual of stored columns, checked exactly."""

from dataclasses import dataclass

import numpy as np

from strategy.optimizer.priced.change_price import change_price, favour_no_change
from strategy.optimizer.priced.columns import Columns, Near, used
from strategy.optimizer.priced.control import Control
from strategy.optimizer.priced.kernels.box_step import box_step
from strategy.optimizer.priced.kernels.smooth_dual import smooth_dual
from strategy.optimizer.priced.market import Market
from strategy.optimizer.priced.problem import Floats
from strategy.optimizer.priced.sample import Sample

CHUNKS = 8
"""Partial curvatures, added in order whatever the number of threads."""


@dataclass(frozen=True)
class Stage:
    """Columns within `window` of a party's best, smoothed by `heat`, both as shares of the
    expected gain of its best option; at most `most` columns a party and `rounds` collections."""

    window: float
    heat: float
    most: int
    rounds: int


@dataclass(frozen=True)
class SmoothDual:
    """The dual of `weight` copies of the parties in `open` and `settled`, smoothed.

    `temperature` in cents, one entry a group of `open`.
    """

    open: Columns
    temperature: Floats
    weight: float
    constant: float
    remaining: Floats

    @classmethod
    def of(cls, market: Market, sample: Sample, near: Near, heat: float) -> "SmoothDual":
        capacity, weight = sample.capacity, sample.weight
        temperature = heat * near.scale[near.place].astype(np.float64)
        open_ = near.open
        if market.resources.changed >= 0:
            open_ = favour_no_change(open_, market.resources.changed, temperature)
        settled = weight * used(near.settled, len(capacity))
        value = weight * float(near.settled.value.sum())
        return cls(open_, temperature, weight, value, capacity - settled)

    def at(self, prices: Floats, curved: bool = True) -> tuple[float, Floats, Floats]:
        """Value, slope by price, curvature."""
        rows = len(prices)
        total, slope = np.zeros(CHUNKS), np.zeros((CHUNKS, rows))
        bend = np.zeros((CHUNKS, rows, rows))
        c = self.open
        smooth_dual(
            c.first,
            c.value,
            c.use_first,
            c.use_row,
            c.use_amount,
            prices,
            self.temperature,
            curved,
            total,
            slope,
            bend,
        )
        value = self.weight * total.sum() + self.constant + self.remaining @ prices
        half = self.weight * bend.sum(axis=0)
        whole = half + np.triu(half, 1).T
        return float(value), self.weight * slope.sum(axis=0) + self.remaining, whole


def newton(
    dual: SmoothDual, size: Floats, prices: Floats, box: Floats, steps: int, enough: float
) -> Floats:
    """Minimise a smoothed dual within `box` of `prices` (and above 0)."""
    low, high = np.maximum(0.0, prices - box), prices + box
    value, slope, bend = dual.at(prices)
    if value <= 0:
        return prices  # nothing is worth anything
    scarce = 1e-4 * abs(value) / size
    damping = 1e-2
    for _ in range(steps):
        scale = np.maximum(bend.diagonal(), 0.02 * size / np.maximum(prices, scarce))
        for _ in range(4):
            bent = bend + np.diag(damping * scale + 1e-300)
            step = box_step(bent, slope, low - prices, high - prices)
            expected = -(slope @ step + 0.5 * step @ bend @ step)
            tried = dual.at(prices + step)
            if value - tried[0] > 0.05 * expected:
                break
            damping = max(8 * damping, 1e-2)
        else:
            return prices
        gained = value - tried[0]
        if gained > 0.6 * expected:
            damping = max(damping / 5, 1e-6)
        prices = prices + step
        value, slope, bend = tried
        if gained < enough * abs(value):
            break
    return prices


def descend(
    market: Market,
    prices: Floats,
    sample: Sample,
    stage: Stage,
    radius: float,
    control: Control,
) -> tuple[Floats, float]:
    """Prices with a lower dual on these parties, and the trust radius for what follows.

    Each round collects the columns near the best at the present prices, which also evaluates the
    exact dual there, and minimises the smoothed dual over them within a box around the prices.
    Where the exact dual did not fall, the box shrinks and the step is taken again from before.
    """
    lowest, centre, at = np.inf, prices, None
    failures = 0
    for number in range(stage.rounds):
        if control.halted(market):
            break
        near = market.near_places(prices, sample.parties, stage.window, stage.most)
        exact = sample.dual(near, prices)
        control.progress("prices", market.bound, None)
        if exact < lowest:
            radius = min(1.0, radius * 1.5) if number else radius
            lowest, centre, at = exact, prices, near
        else:
            radius *= 0.35
            failures += 1
            if failures == 2:
                break
        if at is None or number == stage.rounds - 1:
            break
        prices = step(market, sample, at, centre, stage, radius)
    return centre, radius


def step(
    market: Market, sample: Sample, near: Near, prices: Floats, stage: Stage, radius: float
) -> Floats:
    """Prices with a lower smoothed dual, given the columns near the best at the present ones.

    They move by the share `radius` at most, those near 0 by that share of a floor.
    """
    size, row = market.resources.size, market.resources.changed
    exact = sample.dual(near, prices)
    box = radius * np.maximum(prices, 0.05 * abs(exact) / size / max(1, len(size)))
    if row >= 0:
        capacity = float(sample.capacity[row])
        box[row] = max(box[row], radius * change_price(near, prices, row, capacity, sample.weight))
    dual = SmoothDual.of(market, sample, near, stage.heat)
    return newton(dual, size, prices, box, steps=10, enough=1e-6)
