"""Amounts of many columns side by side."""

import numpy as np
from numba import njit

from strategy.optimizer.priced.kernels.use import KINDS, rows_and_amounts, value_of


@njit(cache=True, error_model="numpy")
def fill_columns(book, number, account, cell, script, value, use_first, use_row, use_amount):
    """`number[row]` is the place of a row among the limited, -1 without a limit.

    Returns the entries filled; `use_row` and `use_amount` must have room for 7 a column.
    """
    row = np.empty(KINDS, np.int64)
    amount = np.empty(KINDS)
    at = 0
    use_first[0] = 0
    for k in range(len(account)):
        rows_and_amounts(book, account[k], cell[k], script[k], row, amount)
        value[k] = value_of(book, account[k], cell[k], script[k], amount)
        for e in range(KINDS):
            if number[row[e]] >= 0 and amount[e] != 0:
                use_row[at] = number[row[e]]
                use_amount[at] = amount[e]
                at += 1
        use_first[k + 1] = at
    return at
