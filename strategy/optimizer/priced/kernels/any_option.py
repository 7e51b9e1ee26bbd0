"""Parties the rules leave no option at all, and parties no option is worth its cost to."""

import numpy as np
from numba import njit, prange

from strategy.optimizer.priced.kernels.best_option import (
    fill_worth,
    least_of_party,
    present_option,
    top_script,
)


@njit(parallel=True, cache=True, nogil=True, error_model="numpy")
def any_option(book, price, parties, chunks, allowed, worth_it):
    """`allowed[i]`: whether party `parties[i]` has an allowed option, `worth_it[i]`: whether it has
    one that nets more than no contact."""
    n = len(parties)
    for chunk in prange(chunks):
        worth = np.empty(book.gain.shape[1], np.float32)
        for i in range(n * chunk // chunks, n * (chunk + 1) // chunks):
            party = parties[i]
            allowed[i] = False
            worth_it[i] = False
            if book.touches_left[party] <= 0:
                continue
            least = least_of_party(book, price, party)
            for a in range(book.first_account[party], book.first_account[party + 1]):
                for c in range(book.contact.shape[1]):
                    if (
                        worth_it[i]
                        or book.channel_left[party, c] <= 0
                        or not _open(book, a, c, party)
                    ):
                        continue
                    allowed[i] = True
                    worth_it[i] = _nets_more(book, price, a, c, party, least, worth)
                worth_it[i] |= present_option(book, price, a, party)[0] > least


@njit(cache=True, error_model="numpy")
def _open(book, account, channel, party):
    for s in range(book.first_script[channel], book.first_script[channel + 1]):
        if book.gain[account, s] > 0:
            for t in range(book.open_from[party], book.contact.shape[2]):
                if book.contact[account, channel, t] > 0:
                    return True
            return False
    return False


@njit(cache=True, error_model="numpy")
def _nets_more(book, price, account, channel, party, least, worth):
    """Whether an option of this channel nets more than `least`, which is not below 0."""
    first = book.first_script[channel]
    last = book.first_script[channel + 1]
    fill_worth(book, price, account, first, last, worth)
    for period in range(len(price.first_slot) - 1):
        start = max(price.first_slot[period], book.open_from[party])
        for t in range(start, price.first_slot[period + 1]):
            x = book.contact[account, channel, t]
            if x > 0:
                cell = channel * book.contact.shape[2] + t
                net = (
                    top_script(worth, price.script[period], first, last, x)
                    + (x * price.slope[cell] + price.offset[cell])
                    + book.bonus[account]
                )
                if net > least:
                    return True
    return False
