"""The price of a change, where the number of parties that may change is limited."""

from dataclasses import replace

import numpy as np

from strategy.optimizer.priced.columns import Columns, Near
from strategy.optimizer.priced.contested import net_of_columns
from strategy.optimizer.priced.problem import Bools, Floats


def favour_no_change(columns: Columns, row: int, temperature: Floats) -> Columns:
    """Columns for the smoothed dual, where not to change weighs as much as all changes together.

    Otherwise a party with many options near its best would seem nearly sure to change, and a
    change would seem to cost much. `row` is the limited row of changes, `temperature` as in
    `SmoothDual`.
    """
    entries = columns.use_row == row
    column = columns.entry_column[entries]
    group = columns.group[column]
    weight = temperature[group] * np.log(np.diff(columns.first)[group])
    value = columns.value.copy()
    value[column] -= np.sign(columns.use_amount[entries]) * weight
    return replace(columns, value=value)


def change_price(near: Near, prices: Floats, row: int, capacity: float, weight: float) -> float:
    """The least price of limited row `row`, changes, at which no more than may still change.

    `weight` copies of the parties in `near`; `capacity` as in `Resources`.
    """
    free = prices.copy()
    free[row] = 0.0
    parts = [stops_changing(columns, free, row) for columns in (near.open, near.settled)]
    kept = sum(int(keep.sum()) for _, keep in parts)
    stops = np.sort(np.concatenate([price for price, _ in parts]))[::-1]
    may = max(0, int((capacity + weight * kept) / weight))
    return max(0.0, float(stops[may])) if may < len(stops) else 0.0


def stops_changing(columns: Columns, free: Floats, row: int) -> tuple[Floats, Bools]:
    """(price of a change at which each group stops changing, whether its present touch is there).

    `free` are prices at which changes are free. Groups that change or not at any price are left
    out.
    """
    if not len(columns.party):
        return np.zeros(0), np.zeros(0, np.bool_)
    net = net_of_columns(columns, free)
    amount = np.zeros(len(net))
    entries = columns.use_row == row
    amount[columns.entry_column[entries]] = columns.use_amount[entries]
    first = columns.first[:-1]
    present = np.maximum.reduceat(np.where(amount < 0, net, -np.inf), first)
    other = np.maximum(np.maximum.reduceat(np.where(amount < 0, -np.inf, net), first), 0.0)
    keep = np.isfinite(present)
    counts = keep | (np.maximum.reduceat(amount, first) > 0)
    stop = np.where(keep, other - np.where(keep, present, 0.0), other)
    return stop[counts], keep
