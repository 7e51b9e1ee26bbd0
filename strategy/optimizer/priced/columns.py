"""Near-best options of the parties whose choice is open, as sparse columns."""

from dataclasses import dataclass

import numpy as np

from strategy.optimizer.priced.best_response import CHUNKS
from strategy.optimizer.priced.factors import Factors
from strategy.optimizer.priced.kernels.column_uses import fill_columns
from strategy.optimizer.priced.kernels.near_options import near_options_of_each_party
from strategy.optimizer.priced.problem import Float32s, Floats, Int16s, Int32s, Ints
from strategy.optimizer.priced.resources import Resources, Tables


@dataclass(frozen=True)
class Columns:
    """Columns `first[g]` to `first[g + 1]` belong to party `party[g]`, which takes at most one.

    Column k is an option (`account`, `cell`, `script`) worth `value[k]` cents; entries
    `use_first[k]` to `use_first[k + 1]` of `use_row` and `use_amount` are the limited rows it
    uses.
    """

    party: Int32s
    first: Ints
    account: Int32s
    cell: Int16s
    script: Int16s
    value: Float32s
    use_first: Ints
    use_row: Int16s
    use_amount: Float32s


@dataclass(frozen=True)
class Near:
    """What one pass finds: the columns of open choices, the settled ones, and the exact nets."""

    open: Columns
    settled: Columns
    net_cents: float
    best: Float32s


def near_columns(
    book: Factors,
    price: Tables,
    resources: Resources,
    parties: Int32s,
    window: Float32s,
    most: int,
) -> Near:
    """Options that net at most `window[i]` cents less than the best of party `parties[i]`.

    At most `most` a party. A party is settled if it has one such option and no contact is further
    away than the window.
    """
    n = len(parties)
    best, count, total = np.empty(n, np.float32), np.empty(n, np.int32), np.zeros(CHUNKS)
    account, net = np.empty((n, most), np.int32), np.empty((n, most), np.float32)
    cell, script = np.empty((n, most), np.int16), np.empty((n, most), np.int16)
    near_options_of_each_party(
        book, price, parties, window, CHUNKS, best, count, account, cell, script, net, total
    )
    settled = (count == 1) & (best > window)
    filled = np.arange(most) < count[:, None]

    def columns(groups: Ints) -> Columns:
        inside = filled[groups]
        return columns_of(
            book,
            resources,
            parties[groups],
            count[groups],
            account[groups][inside],
            cell[groups][inside],
            script[groups][inside],
        )

    return Near(
        columns(np.flatnonzero((count > 0) & ~settled)),
        columns(np.flatnonzero(settled)),
        float(total.sum()),
        best,
    )


def columns_of(
    book: Factors,
    resources: Resources,
    party: Int32s,
    count: Int32s,
    account: Int32s,
    cell: Int16s,
    script: Int16s,
) -> Columns:
    """Columns of these options: `count[g]` of party `party[g]`, one after the other."""
    n = len(account)
    value, use_first = np.empty(n, np.float32), np.empty(n + 1, np.int64)
    use_row, use_amount = np.empty(6 * n, np.int16), np.empty(6 * n, np.float32)
    filled = fill_columns(
        book, resources.number, account, cell, script, value, use_first, use_row, use_amount
    )
    first = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    return Columns(
        party, first, account, cell, script, value, use_first, use_row[:filled], use_amount[:filled]
    )


def used(columns: Columns, rows: int) -> Floats:
    """Sum of what all these columns use of each limited row."""
    return np.bincount(columns.use_row, columns.use_amount, rows)
