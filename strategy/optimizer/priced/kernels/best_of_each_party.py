"""Every party's best option, and the sum of what they use."""

import numpy as np
from numba import njit, prange

from strategy.optimizer.priced.kernels.best_option import best_option


@njit(parallel=True, cache=True, error_model="numpy")
def best_of_each_party(book, price, parties, account, cell, script, net, use, total):
    chunks = use.shape[0]
    n = len(parties)
    for chunk in prange(chunks):
        worth = np.empty(book.gain.shape[1], np.float32)
        ceiling = np.empty(book.contact.shape[2], np.float32)
        for i in range(n * chunk // chunks, n * (chunk + 1) // chunks):
            party = parties[i]
            best = np.float32(0.0)
            account[i] = -1
            cell[i] = -1
            script[i] = -1
            if book.touches_left[party] > 0:
                for a in range(book.first_account[party], book.first_account[party + 1]):
                    got, j, s = best_option(book, price, a, party, best, worth, ceiling)
                    if j >= 0:
                        best = got
                        account[i] = a
                        cell[i] = j
                        script[i] = s
            net[i] = best
            total[chunk] += best
            if account[i] >= 0:
                add_use(book, account[i], cell[i], script[i], 1.0, use[chunk])


@njit(cache=True, error_model="numpy")
def add_use(book, account, cell, script, share, use):
    """Adds what an option uses of every resource, `share` times, to `use` (rows)."""
    slots = book.contact.shape[2]
    channels = book.contact.shape[1]
    scripts = book.gain.shape[1]
    periods = len(book.first_slot) - 1
    channel = cell // slots
    slot = cell % slots
    period = 0
    while book.first_slot[period + 1] <= slot:
        period += 1
    x = np.float64(book.contact[account, channel, slot])
    at = channels * slots
    use[cell] += share * (book.try_minutes[channel] + book.contact_minutes[channel] * x)
    use[at + script * periods + period] += share
    at += scripts * periods
    use[at + script] += share
    at += scripts
    use[at + channel] += share
    at += channels
    use[at] += share * (book.try_cents[channel] + book.contact_cents[channel] * x)
    use[at + 1] += share * (x * np.float64(book.complaint[account]) * np.float64(book.tone[script]))
