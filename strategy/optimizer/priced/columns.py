"""Near-best options of the parties whose choice is open, as sparse columns."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from strategy.optimizer.priced.best_response import CHUNKS, most_touches
from strategy.optimizer.priced.factors import Factors
from strategy.optimizer.priced.kernels.column_uses import close_ranks, fill_columns
from strategy.optimizer.priced.kernels.near_options import near_options_of_each_party
from strategy.optimizer.priced.kernels.near_sequences import near_sequences_of_each_party
from strategy.optimizer.priced.kernels.use import KINDS
from strategy.optimizer.priced.problem import Bools, Float32s, Floats, Int16s, Int32s, Ints
from strategy.optimizer.priced.resources import UNIT, Resources, Tables


@dataclass(frozen=True)
class Columns:
    """Columns `first[g]` to `first[g + 1]` belong to party `party[g]`, which takes at most one.

    Column k makes the touches `account[k]`, `cell[k]`, `script[k]`, (columns, touches), -1 for
    none, in order of their slots, and is worth `value[k]` cents. Entries `use_first[k]` to
    `use_first[k + 1]` of `use_row` and `use_amount` are the limited rows it uses, ascending;
    `whole` is the same in whole units, rounded up.
    """

    party: Int32s
    first: Ints
    account: Int32s
    cell: Int16s
    script: Int16s
    value: Floats
    use_first: Ints
    use_row: Int16s
    use_amount: Float32s
    whole: Ints

    @cached_property
    def group(self) -> Ints:
        """Group of each column."""
        return np.repeat(np.arange(len(self.party)), np.diff(self.first))

    @cached_property
    def entry_column(self) -> Ints:
        """Column of each entry of `use_row`."""
        return np.repeat(np.arange(len(self.value)), np.diff(self.use_first))

    @cached_property
    def by_row(self) -> Ints:
        """Entries of `use_row` in the order of rows."""
        return np.argsort(self.use_row, kind="stable")

    @cached_property
    def column_by_row(self) -> Ints:
        """Column of each entry, in the order of rows."""
        return self.entry_column[self.by_row]

    def row_first(self, rows: int) -> Ints:
        """Where the entries of each of `rows` rows begin in `by_row`."""
        count = np.bincount(self.use_row, minlength=rows)
        return np.concatenate([[0], np.cumsum(count)]).astype(np.int64)


@dataclass(frozen=True)
class Near:
    """What one pass finds: the columns of open choices and the settled ones, and the exact nets
    in all.

    `scale` is the expected gain of the best option of each party asked, in cents; `place` is where
    among them the parties of `open` are.
    """

    open: Columns
    settled: Columns
    net_cents: float
    scale: Float32s
    place: Ints


def near_columns(
    book: Factors,
    price: Tables,
    resources: Resources,
    parties: Int32s,
    window: float,
    floor: float,
    most: int,
) -> Near:
    """Options that net little less than the best of their party: at most the share `window` of
    the scale of the party, which is at least `floor` cents.

    At most `most` a party. A party is settled if it has one such option and no contact is further
    away than the window.
    """
    n = len(parties)
    best, scale = np.empty(n, np.float32), np.empty(n, np.float32)
    count, total = np.empty(n, np.int32), np.zeros(CHUNKS)
    share, least = np.float32(window), np.float32(floor)
    shape = (n, most, most_touches(book))
    account, net = np.empty(shape, np.int32), np.empty((n, most), np.float32)
    cell, script = np.empty(shape, np.int16), np.empty(shape, np.int16)
    single = shape[2] == 1
    ask = near_options_of_each_party if single else near_sequences_of_each_party
    found = (best, scale, count, account, cell, script, net, total)
    ask(book, price, parties, share, least, CHUNKS, *found)
    settled = (count == 1) & (best > share * scale)
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

    place = np.flatnonzero((count > 0) & ~settled)
    return Near(
        columns(place),
        columns(np.flatnonzero(settled)),
        float(total.sum()),
        scale,
        place,
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
    n, touches = account.shape
    value, use_first = np.empty(n), np.zeros(n + 1, np.int64)
    filled = np.empty(CHUNKS, np.int64)
    loose = _entries(KINDS * account.size)
    touch = (account, cell, script)
    fill_columns(book, resources.number, UNIT, *touch, value, use_first, *loose, filled)
    at = np.concatenate([[0], np.cumsum(filled)]).astype(np.int64)
    entries = _entries(int(at[-1]))
    close_ranks(KINDS * touches, at, use_first, *loose, *entries)
    first = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    return Columns(party, first, *touch, value, use_first, *entries)


def _entries(n: int) -> tuple[Int16s, Float32s, Ints]:
    """Room for `use_row`, `use_amount` and `whole`."""
    return np.empty(n, np.int16), np.empty(n, np.float32), np.empty(n, np.int64)


def joined(one: Columns, other: Columns) -> Columns:
    """The groups of both."""
    return Columns(
        np.concatenate([one.party, other.party]),
        np.concatenate([one.first, one.first[-1] + other.first[1:]]),
        np.concatenate([one.account, other.account]),
        np.concatenate([one.cell, other.cell]),
        np.concatenate([one.script, other.script]),
        np.concatenate([one.value, other.value]),
        np.concatenate([one.use_first, one.use_first[-1] + other.use_first[1:]]),
        np.concatenate([one.use_row, other.use_row]),
        np.concatenate([one.use_amount, other.use_amount]),
        np.concatenate([one.whole, other.whole]),
    )


def part(columns: Columns, groups: Bools, kept: Bools | None = None) -> Columns:
    """Only these groups, and of them only the columns `kept`."""
    group = columns.group
    inside = groups[group] if kept is None else groups[group] & kept
    count = np.bincount(group[inside], minlength=len(groups))[groups]
    entries = np.repeat(inside, np.diff(columns.use_first))
    width = np.diff(columns.use_first)[inside]
    return Columns(
        columns.party[groups],
        np.concatenate([[0], np.cumsum(count)]),
        columns.account[inside],
        columns.cell[inside],
        columns.script[inside],
        columns.value[inside],
        np.concatenate([[0], np.cumsum(width)]),
        columns.use_row[entries],
        columns.use_amount[entries],
        columns.whole[entries],
    )


def used(columns: Columns, rows: int) -> Floats:
    """Sum of what all these columns use of each limited row."""
    total: Floats = np.bincount(columns.use_row, columns.use_amount, rows).astype(np.float64)
    return total
