"""Amounts in whole units, rounded up: what feasibility is counted in."""

import numpy as np
from numba import njit

from strategy.optimizer.priced.kernels.use import KINDS, rows_and_amounts


@njit(cache=True, error_model="numpy")
def fill_whole(book, number, unit, account, cell, script, whole):
    """Entries in the order of `fill_columns`, as whole numbers of `unit` parts."""
    row = np.empty(KINDS, np.int64)
    amount = np.empty(KINDS)
    at = 0
    for k in range(len(account)):
        rows_and_amounts(book, account[k], cell[k], script[k], row, amount)
        for e in range(KINDS):
            if number[row[e]] >= 0 and amount[e] != 0:
                whole[at] = np.int64(np.ceil(amount[e] * unit))
                at += 1
