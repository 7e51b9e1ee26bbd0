"""Every party's best option, and the sum of what they use."""

import numpy as np
from numba import njit, prange

from strategy.optimizer.priced.kernels.best_option import (
    best_option,
    least_of_party,
    present_option,
)
from strategy.optimizer.priced.kernels.use import KINDS, rows_and_amounts


@njit(parallel=True, cache=True, nogil=True, error_model="numpy")
def best_of_each_party(book, price, parties, account, cell, script, net, use, total):
    chunks = use.shape[0]
    n = len(parties)
    for chunk in prange(chunks):
        worth = np.empty(book.gain.shape[1], np.float32)
        ceiling = np.empty(book.contact.shape[2], np.float32)
        most = np.empty((book.contact.shape[1], len(price.first_slot) - 1), np.float32)
        row = np.empty(KINDS, np.int64)
        amount = np.empty(KINDS)
        for i in range(n * chunk // chunks, n * (chunk + 1) // chunks):
            party = parties[i]
            least = least_of_party(book, price, party)
            best = least
            account[i, 0] = -1
            cell[i, 0] = -1
            script[i, 0] = -1
            if book.touches_left[party] > 0:
                for a in range(book.first_account[party], book.first_account[party + 1]):
                    got, j, s = best_option(book, price, a, party, best, worth, ceiling, most)
                    if j >= 0:
                        best = got
                        account[i, 0] = a
                        cell[i, 0] = j
                        script[i, 0] = s
                    got, j, s = present_option(book, price, a, party)
                    if j >= 0 and got > best:
                        best = got
                        account[i, 0] = a
                        cell[i, 0] = j
                        script[i, 0] = s
            net[i] = best - least
            total[chunk] += net[i]
            if account[i, 0] >= 0:
                rows_and_amounts(book, account[i, 0], cell[i, 0], script[i, 0], row, amount)
                for k in range(KINDS):
                    use[chunk, row[k]] += amount[k]
