"""Parties without a touch take what is left over, whatever columns were looked at."""

import numpy as np
from numba import njit

from strategy.optimizer.priced.kernels.use import KINDS, rows_and_amounts, value_of


@njit(cache=True, nogil=True, error_model="numpy")
def fill(book, number, price, unit, parties, left, account, cell, script):
    """One after the other, `parties` take the option that nets most of those that fit into `left`
    (whole units of the limited rows) and are worth something; returns what they are worth together.

    `price` is (limited rows,). Fills `account[i]`, `cell[i]`, `script[i]`, -1 for none.
    """
    row = np.empty(KINDS, np.int64)
    amount = np.empty(KINDS)
    total = 0.0
    slots = book.contact.shape[2]
    for i in range(len(parties)):
        party = parties[i]
        account[i] = -1
        cell[i] = -1
        script[i] = -1
        best = -np.inf
        if book.touches_left[party] <= 0:
            continue
        for a in range(book.first_account[party], book.first_account[party + 1]):
            for c in range(book.contact.shape[1]):
                if book.channel_left[party, c] <= 0:
                    continue
                for t in range(book.open_from[party], slots):
                    x = np.float64(book.contact[a, c, t])
                    j = c * slots + t
                    minutes = book.try_minutes[c] + book.contact_minutes[c] * x
                    if x <= 0 or (
                        number[j] >= 0 and np.int64(np.ceil(minutes * unit)) > left[number[j]]
                    ):
                        continue
                    for s in range(book.first_script[c], book.first_script[c + 1]):
                        if book.gain[a, s] <= 0:
                            continue
                        rows_and_amounts(book, a, j, s, row, amount)
                        value = value_of(book, a, j, s, amount)
                        net = value - _charge(number, price, unit, left, row, amount)
                        if value > 0 and net > best:
                            best = net
                            account[i] = a
                            cell[i] = j
                            script[i] = s
        if account[i] >= 0:
            rows_and_amounts(book, account[i], cell[i], script[i], row, amount)
            total += value_of(book, account[i], cell[i], script[i], amount)
            for k in range(KINDS):
                if number[row[k]] >= 0:
                    left[number[row[k]]] -= np.int64(np.ceil(amount[k] * unit))
    return total


@njit(cache=True, error_model="numpy")
def _charge(number, price, unit, left, row, amount):
    """Cents that these amounts cost; infinity where they do not fit."""
    charge = 0.0
    for k in range(KINDS):
        r = number[row[k]]
        if r >= 0:
            if np.int64(np.ceil(amount[k] * unit)) > max(left[r], 0):
                return np.inf
            charge += price[r] * amount[k]
    return charge
