"""What later touches of a party are worth at given prices: a small dynamic programme.

A party's touches lie in different slots, gaps apart. A touch is made if those before it failed, so
a sequence nets `r1 + (1 - x1) * (r2 + (1 - x2) * r3)`, where x is the contact chance of a touch and
r what it nets on its own. Only touches that net something on their own are looked at: one that does
not can be left out without loss.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from strategy.optimizer.priced.kernels.best_option import (
    EXACT_MAXIMA,
    fill_worth,
    slot_ceilings,
    top_script,
)
from strategy.optimizer.priced.problem import MOST_ACCOUNTS, Float32s, Int16s, Int32s


class Touches(NamedTuple):
    """Room for the touches of one party that net something, and for what can follow them.

    Touch i: `account`, `cell`, `net` with its best script, `failed` the chance that it does not
    reach the party, `total[i]` what it nets with the best that can follow it.

    `one[d, t]`: the best net of a touch on channel d in slot t or later. `two[a, d, t]`: the same
    of a touch with the best touch after it, where one on channel a came before.
    """

    account: Int32s
    cell: Int16s
    net: Float32s
    failed: Float32s
    total: Float32s
    one: Float32s
    two: Float32s


@njit(cache=True)
def room_for_touches(channels, slots):
    most = MOST_ACCOUNTS * channels * slots
    return (
        np.empty(most, np.int32),
        np.empty(most, np.int16),
        np.empty(most, np.float32),
        np.empty(most, np.float32),
        np.empty(most, np.float32),
        np.empty((channels, slots + 1), np.float32),
        np.empty((channels, channels, slots + 1), np.float32),
    )


@njit(cache=True, error_model="numpy", fastmath=EXACT_MAXIMA)
def paying_touches(book, price, party, worth, ceiling, room):
    """Fills account, cell, net and failed; returns how many touches net something."""
    count = 0
    slots = book.contact.shape[2]
    for a in range(book.first_account[party], book.first_account[party + 1]):
        for channel in range(book.contact.shape[1]):
            if book.channel_left[party, channel] <= 0:
                continue
            first = book.first_script[channel]
            last = book.first_script[channel + 1]
            fill_worth(book, price, a, first, last, worth)
            for period in range(len(book.first_slot) - 1):
                start = max(book.first_slot[period], book.open_from[party])
                end = book.first_slot[period + 1]
                if start >= end or not slot_ceilings(
                    book,
                    price,
                    a,
                    channel,
                    period,
                    start,
                    end,
                    worth,
                    np.float32(0.0),
                    ceiling,
                ):
                    continue
                for t in range(start, end):
                    if ceiling[t] <= 0:
                        continue
                    cell = channel * slots + t
                    x = book.contact[a, channel, t]
                    net = top_script(worth, price.script[period], first, last, x) + (
                        x * price.slope[cell] + price.offset[cell]
                    )
                    if net > 0:
                        room.account[count] = a
                        room.cell[count] = cell
                        room.net[count] = net
                        room.failed[count] = np.float32(1.0) - x
                        count += 1
    return count


@njit(cache=True, error_model="numpy", fastmath=EXACT_MAXIMA)
def value_touches(book, party, count, room):
    """Fills `one`, `two` and `total` for the touches left to the party; returns the best total,
    0 if there is none."""
    touches = book.touches_left[party]
    slots = book.contact.shape[2]
    channels = book.contact.shape[1]
    if touches >= 2:
        room.one[:] = 0
        for i in range(count):
            _raise(room.one[room.cell[i] // slots], room.cell[i] % slots, room.net[i])
        for d in range(channels):
            _carry_back(room.one[d])
    if touches >= 3:
        room.two[:] = 0
        for a in range(channels):
            for i in range(count):
                d = room.cell[i] // slots
                if may_follow(book, party, a, -1, d):
                    after = best_after(book, party, room, a, d, room.cell[i] % slots)
                    net = room.net[i] + room.failed[i] * after
                    _raise(room.two[a, d], room.cell[i] % slots, net)
            for d in range(channels):
                _carry_back(room.two[a, d])
    best = np.float32(0.0)
    for i in range(count):
        after = np.float32(0.0)
        if touches >= 2:
            after = best_after_first(book, party, room, touches, room.cell[i])
        room.total[i] = room.net[i] + room.failed[i] * after
        if room.total[i] > best:
            best = room.total[i]
    return best


@njit(cache=True)
def may_follow(book, party, first, second, channel):
    """Whether the caps allow `channel` after touches on `first` and `second` (-1: none)."""
    return 1 + (first == channel) + (second == channel) <= book.channel_left[party, channel]


@njit(cache=True, error_model="numpy", fastmath=EXACT_MAXIMA)
def best_after(book, party, room, first, second, slot):
    """The best net of a last touch after one on channel `second` in `slot`."""
    best = np.float32(0.0)
    for d in range(room.one.shape[0]):
        t = slot + book.gap[second, d]
        more = t < room.one.shape[1] and room.one[d, t] > best
        if more and may_follow(book, party, first, second, d):
            best = room.one[d, t]
    return best


@njit(cache=True, error_model="numpy", fastmath=EXACT_MAXIMA)
def best_after_first(book, party, room, touches, cell):
    """The best net of what can follow a first touch in `cell`."""
    slots = book.contact.shape[2]
    first = cell // slots
    if touches == 2:
        return best_after(book, party, room, -1, first, cell % slots)
    best = np.float32(0.0)
    for d in range(room.one.shape[0]):
        t = cell % slots + book.gap[first, d]
        if t < room.one.shape[1] and room.two[first, d, t] > best:
            best = room.two[first, d, t]
    return best


@njit(cache=True)
def _raise(best, slot, net):
    if net > best[slot]:
        best[slot] = net


@njit(cache=True)
def _carry_back(best):
    """From the best in a slot to the best in it or later."""
    for t in range(len(best) - 2, -1, -1):
        if best[t + 1] > best[t]:
            best[t] = best[t + 1]
