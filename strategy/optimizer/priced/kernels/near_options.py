"""All options of a party that net nearly as much as its best."""

import numpy as np
from numba import njit, prange

from strategy.optimizer.priced.kernels.best_option import (
    NONE,
    best_option,
    fill_worth,
    least_of_party,
    present_option,
    slot_ceilings,
)
from strategy.optimizer.priced.kernels.use import is_present


@njit(parallel=True, cache=True, nogil=True, error_model="numpy")
def near_options_of_each_party(
    book,
    price,
    parties,
    window,
    floor,
    chunks,
    best,
    scale,
    count,
    account,
    cell,
    script,
    net,
    total,
):
    """Fills `best[i]`, `scale[i]`, `count[i]` and up to K = `net.shape[1]` options, any order.

    `scale` is the expected gain of the best option, at least `floor`, in cents. Near is what nets
    at least `best[i] - window * scale[i]`; of more than K the best K stay. The present touch is
    always among them. `total` sums `best` by chunk.
    """
    n = len(parties)
    for chunk in prange(chunks):
        worth = np.empty(book.gain.shape[1], np.float32)
        ceiling = np.empty(book.contact.shape[2], np.float32)
        accounts = 0
        for i in range(n * chunk // chunks, n * (chunk + 1) // chunks):
            own = book.first_account[parties[i] + 1] - book.first_account[parties[i]]
            accounts = max(accounts, own)
        most = np.empty((accounts, book.contact.shape[1], len(price.first_slot) - 1), np.float32)
        for i in range(n * chunk // chunks, n * (chunk + 1) // chunks):
            party = parties[i]
            least = least_of_party(book, price, party)
            top = least
            scale[i] = floor
            count[i] = 0
            if book.touches_left[party] > 0:
                first = book.first_account[party]
                last = book.first_account[party + 1]
                for a in range(first, last):
                    got, j, s = best_option(
                        book, price, a, party, top, worth, ceiling, most[a - first]
                    )
                    if j >= 0:
                        top = got
                        scale[i] = max(floor, expected_gain(book, a, j, s))
                    got, j, s = present_option(book, price, a, party)
                    if j >= 0 and got > top:
                        top = got
                        scale[i] = max(floor, expected_gain(book, a, j, s))
                for a in range(first, last):
                    count[i] = _near_of_account(
                        book,
                        price,
                        a,
                        party,
                        top - window * scale[i],
                        worth,
                        ceiling,
                        most[a - first],
                        count[i],
                        account[i],
                        cell[i],
                        script[i],
                        net[i],
                    )
                    got, j, s = present_option(book, price, a, party)
                    if j >= 0:  # always a column: whoever must not change goes back to it
                        got = max(got, top)
                        count[i] = _keep(
                            a, j, s, got, count[i], account[i], cell[i], script[i], net[i]
                        )
            best[i] = top - least
            total[chunk] += best[i]


@njit(cache=True)
def expected_gain(book, account, cell, script):
    """Contact chance times gain of an option, cents."""
    slots = book.contact.shape[2]
    return book.contact[account, cell // slots, cell % slots] * book.gain[account, script]


@njit(cache=True, error_model="numpy")
def _near_of_account(
    book, price, a, party, least, worth, ceiling, most, count, account, cell, script, net
):
    slots = book.contact.shape[2]
    for channel in range(book.contact.shape[1]):
        if most[channel].max() < least:
            continue
        first = book.first_script[channel]
        last = book.first_script[channel + 1]
        fill_worth(book, price, a, first, last, worth)
        for period in range(len(price.first_slot) - 1):
            if most[channel, period] < least or most[channel, period] == NONE:
                continue
            start = max(price.first_slot[period], book.open_from[party])
            end = price.first_slot[period + 1]
            slot_ceilings(book, price, a, channel, period, start, end, worth, NONE, ceiling)
            for t in range(start, end):
                if ceiling[t] == NONE or ceiling[t] < least:
                    continue
                j = channel * slots + t
                x = book.contact[a, channel, t]
                rest = x * price.slope[j] + price.offset[j]
                for s in range(first, last):
                    got = x * worth[s] - price.script[period, s] + rest + book.bonus[a]
                    if got >= least and book.gain[a, s] > 0 and not is_present(book, a, j, s):
                        count = _keep(a, j, s, got, count, account, cell, script, net)
                        if count == len(net):
                            least = max(least, net.min())
    return count


@njit(cache=True, error_model="numpy")
def _keep(a, j, s, got, count, account, cell, script, net):
    """Adds an option, in place of the worst one if there is no more room."""
    count, at = place_for(got, count, net)
    if at >= 0:
        account[at, 0] = a
        cell[at, 0] = j
        script[at, 0] = s
    return count


@njit(cache=True, error_model="numpy")
def place_for(got, count, net):
    """(new count, place) of a column that nets `got`, which is noted in `net`; place -1 if there
    is no more room and none that nets less."""
    at = count
    if count == len(net):
        at = int(np.argmin(net))
        if got <= net[at]:
            return count, -1
        count -= 1
    net[at] = got
    return count + 1, at
