"""What columns are worth and use, several touches of a party added up."""

import numpy as np
from numba import njit, prange

from strategy.optimizer.priced.kernels.sequences import chance
from strategy.optimizer.priced.kernels.use import KINDS, rows_and_amounts, value_of


@njit(parallel=True, cache=True, nogil=True, error_model="numpy")
def fill_columns(
    book, number, unit, account, cell, script, value, use_first, use_row, use_amount, whole, filled
):
    """Fills the entries of each column, ascending by row.

    `account` and the like are (columns, touches). `number[row]` is the place of a row among the
    limited, -1 without a limit. `whole` gets parts of 1 / `unit`, each touch rounded up. The three
    arrays of entries must have room for 7 entries a touch. Columns are filled in chunks, each from
    where its room begins: `filled[chunk]` entries, and `use_first` counts from there.
    """
    n, touches = account.shape
    chunks = len(filled)
    for chunk in prange(chunks):
        start = n * chunk // chunks
        first = KINDS * touches * start
        end = first
        row = np.empty(KINDS, np.int64)
        amount = np.empty(KINDS)
        for k in range(start, n * (chunk + 1) // chunks):
            end = fill_column(
                book,
                number,
                unit,
                account[k],
                cell[k],
                script[k],
                k,
                end,
                value,
                use_row,
                use_amount,
                whole,
                row,
                amount,
            )
            use_first[k + 1] = end - first
        filled[chunk] = end - first


@njit(cache=True, error_model="numpy")
def fill_column(
    book,
    number,
    unit,
    account,
    cell,
    script,
    k,
    start,
    value,
    use_row,
    use_amount,
    whole,
    row,
    amount,
):
    """Where the entries of column k end that begin at `start`."""
    end = start
    share = 1.0
    value[k] = 0.0
    for touch in range(len(account)):
        a = account[touch]
        if a < 0:
            break
        rows_and_amounts(book, a, cell[touch], script[touch], row, amount)
        value[k] += share * value_of(book, a, cell[touch], script[touch], amount)
        for e in range(KINDS):
            if number[row[e]] >= 0 and amount[e] != 0:
                used = share * amount[e]
                at = _entry(number[row[e]], start, end, use_row)
                if at == end or use_row[at] != number[row[e]]:
                    for later in range(end, at, -1):
                        use_row[later] = use_row[later - 1]
                        use_amount[later] = use_amount[later - 1]
                        whole[later] = whole[later - 1]
                    use_row[at] = number[row[e]]
                    use_amount[at] = 0
                    whole[at] = 0
                    end += 1
                use_amount[at] += used
                whole[at] += np.int64(np.ceil(used * unit))
        share *= 1.0 - chance(book, a, cell[touch])
    return end


@njit(cache=True)
def _entry(row, start, end, use_row):
    """Where a row is, or belongs, among entries that ascend."""
    at = end
    while at > start and use_row[at - 1] >= row:
        at -= 1
    return at


@njit(parallel=True, cache=True, nogil=True)
def close_ranks(room, first, use_first, loose_row, loose_amount, loose_whole, row, amount, whole):
    """Entries of chunks that `fill_columns` left with gaps between them, one after the other.

    A column had room for `room` entries; chunk i belongs at `first[i]`, from where its part of
    `use_first` counts afterwards.
    """
    n = len(use_first) - 1
    chunks = len(first) - 1
    for chunk in prange(chunks):
        start = n * chunk // chunks
        for k in range(start, n * (chunk + 1) // chunks):
            use_first[k + 1] += first[chunk]
        shift = room * start - first[chunk]
        for e in range(first[chunk], first[chunk + 1]):
            row[e] = loose_row[e + shift]
            amount[e] = loose_amount[e + shift]
            whole[e] = loose_whole[e + shift]
