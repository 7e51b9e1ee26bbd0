"""The best option of one account at given prices, without looking at every option."""

import numpy as np
from numba import njit

from strategy.optimizer.priced.kernels.period import period_of

EXACT_MAXIMA = {"nnan", "ninf", "nsz"}
"""Lets the compiler vectorise a maximum. Sums keep their order and products are not fused, so
every machine word comes out the same however a loop is compiled."""

NONE = np.float32(-1e30)


@njit(cache=True, error_model="numpy", fastmath=EXACT_MAXIMA)
def top_script(worth, price, first, last, x):
    """Largest `x * worth[s] - price[s]` of the scripts from `first` to `last`."""
    top = NONE
    for s in range(first, last):
        net = x * worth[s] - price[s]
        if net > top:
            top = net
    return top


@njit(cache=True, error_model="numpy", fastmath=EXACT_MAXIMA)
def fill_worth(book, price, account, first, last, worth):
    """Gain of each script of a channel minus what its complaints cost, per contact."""
    weight = price.complaint_cents * book.complaint[account]
    for s in range(first, last):
        worth[s] = book.gain[account, s] - weight * book.tone[s]


@njit(cache=True, error_model="numpy", fastmath=EXACT_MAXIMA)
def slot_ceilings(book, price, account, channel, period, start, end, worth, least, ceiling):
    """Bounds from above what any script nets in slots `start` to `end`; into `ceiling[t]`.

    The best script is a maximum of lines in the contact chance x, hence convex: between the
    smallest and the largest x of the slots it lies below the chord. The chord is exact where one
    script is best at both ends, which is the usual case. Returns the most that any slot can net;
    where that is not above `least`, ceilings may be missing.
    """
    low = np.float32(2.0)
    high = np.float32(0.0)
    for t in range(start, end):
        x = book.contact[account, channel, t]
        if x > high:
            high = x
        if x <= 0:
            x = np.float32(2.0)
        if x < low:
            low = x
    if high <= 0:
        return NONE
    cell = channel * book.contact.shape[2]
    first = book.first_script[channel]
    last = book.first_script[channel + 1]
    bonus = book.bonus[account]
    at_high = top_script(worth, price.script[period], first, last, high)
    room = NONE
    for t in range(start, end):
        rest = book.contact[account, channel, t] * price.slope[cell + t] + price.offset[cell + t]
        if rest > room:
            room = rest
    at_low = at_high
    most = (
        max(at_high, np.float32(0.0)) + room + bonus
    )  # a script that nets more at the lowest x than
    if most <= least:  # at the highest nets less than nothing at both
        return most
    if high > low:
        at_low = top_script(worth, price.script[period], first, last, low)
    rise = (at_high - at_low) / (high - low) if high > low else np.float32(0.0)
    most = NONE
    for t in range(start, end):
        x = book.contact[account, channel, t]
        ceiling[t] = (
            at_low + rise * (x - low) + (x * price.slope[cell + t] + price.offset[cell + t]) + bonus
        )
        if x <= 0:
            ceiling[t] = NONE
        if ceiling[t] > most:
            most = ceiling[t]
    return most


@njit(cache=True, error_model="numpy", fastmath=EXACT_MAXIMA)
def highest(ceiling, start, end):
    best = start
    for t in range(start + 1, end):
        if ceiling[t] > ceiling[best]:
            best = t
    return best


@njit(cache=True, error_model="numpy", fastmath=EXACT_MAXIMA)
def best_option(book, price, account, party, least, worth, ceiling, most):
    """(net cents, cell, script) of the account's best option above `least`, which is not below 0;
    (`least`, -1, -1) if there is none.

    `worth` (scripts) and `ceiling` (slots) are room to work in. `most[channel, period]` is filled
    with a bound from above of what an option there nets.
    """
    slots = book.contact.shape[2]
    best = least
    best_cell = -1
    best_period = -1
    most[:] = NONE
    for channel in range(book.contact.shape[1]):
        if book.channel_left[party, channel] <= 0:
            continue
        first = book.first_script[channel]
        last = book.first_script[channel + 1]
        fill_worth(book, price, account, first, last, worth)
        for period in range(len(price.first_slot) - 1):
            start = max(price.first_slot[period], book.open_from[party])
            end = price.first_slot[period + 1]
            if start >= end:
                continue
            most[channel, period] = slot_ceilings(
                book, price, account, channel, period, start, end, worth, best, ceiling
            )
            if most[channel, period] <= best:
                continue
            while True:
                t = highest(ceiling, start, end)
                if ceiling[t] <= best:
                    break
                ceiling[t] = NONE
                x = book.contact[account, channel, t]
                cell = channel * slots + t
                net = (
                    top_script(worth, price.script[period], first, last, x)
                    + (x * price.slope[cell] + price.offset[cell])
                    + book.bonus[account]
                )
                if net > best:
                    best = net
                    best_cell = cell
                    best_period = period
    if best_cell < 0:
        return best, -1, -1
    channel = best_cell // slots
    x = book.contact[account, channel, best_cell % slots]
    script = best_script(
        worth,
        price.script[best_period],
        book.first_script[channel],
        book.first_script[channel + 1],
        x,
    )
    return best, best_cell, script


@njit(cache=True, error_model="numpy", fastmath=EXACT_MAXIMA)
def least_of_party(book, price, party):
    """What an option of a party must net to be better than no contact: cents, not below 0."""
    if book.present_cell[book.first_account[party]] == -1:
        return price.change_cents
    return np.float32(0.0)


@njit(cache=True, error_model="numpy", fastmath=EXACT_MAXIMA)
def present_option(book, price, account, party):
    """(net cents, cell, script) of the account's present touch; -1 for both if it has none that
    is still allowed."""
    cell = book.present_cell[account]
    if cell < 0:
        return NONE, -1, -1
    slots = book.contact.shape[2]
    channel = cell // slots
    slot = cell % slots
    script = book.present_script[account]
    x = book.contact[account, channel, slot]
    gain = book.gain[account, script]
    closed = book.channel_left[party, channel] <= 0 or slot < book.open_from[party]
    if closed or x <= 0 or gain <= 0:
        return NONE, -1, -1
    period = period_of(price.first_slot, slot)
    worth = gain - price.complaint_cents * book.complaint[account] * book.tone[script]
    net = x * worth - price.script[period, script] + (x * price.slope[cell] + price.offset[cell])
    return net + book.bonus[account] + price.change_cents, cell, script


@njit(cache=True, error_model="numpy", fastmath=EXACT_MAXIMA)
def best_script(worth, price, first, last, x):
    """The first script that nets the most."""
    top = top_script(worth, price, first, last, x)
    for s in range(first, last):
        if x * worth[s] - price[s] >= top:
            return s
    return first
