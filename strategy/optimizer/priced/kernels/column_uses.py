"""What columns are worth and use, several touches of a party added up."""

import numpy as np
from numba import njit

from strategy.optimizer.priced.kernels.sequences import chance
from strategy.optimizer.priced.kernels.use import KINDS, rows_and_amounts, value_of


@njit(cache=True, nogil=True, error_model="numpy")
def fill_columns(
    book, number, unit, account, cell, script, value, use_first, use_row, use_amount, whole
):
    """Fills the entries of each column, ascending by row; returns how many there are.

    `account` and the like are (columns, touches). `number[row]` is the place of a row among the
    limited, -1 without a limit. `whole` gets parts of 1 / `unit`, each touch rounded up. The last
    three arrays must have room for 7 entries a touch.
    """
    row = np.empty(KINDS, np.int64)
    amount = np.empty(KINDS)
    end = 0
    use_first[0] = 0
    for k in range(account.shape[0]):
        start = end
        share = 1.0
        value[k] = 0.0
        for touch in range(account.shape[1]):
            a = account[k, touch]
            if a < 0:
                break
            rows_and_amounts(book, a, cell[k, touch], script[k, touch], row, amount)
            value[k] += share * value_of(book, a, cell[k, touch], script[k, touch], amount)
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
            share *= 1.0 - chance(book, a, cell[k, touch])
        use_first[k + 1] = end
    return end


@njit(cache=True)
def _entry(row, start, end, use_row):
    """Where a row is, or belongs, among entries that ascend."""
    at = end
    while at > start and use_row[at - 1] >= row:
        at -= 1
    return at
