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
    best_script,
    fill_worth,
    slot_ceilings,
    top_script,
)
from strategy.optimizer.priced.problem import NEVER, Float32s, Int32s, Ints


class Touches(NamedTuple):
    """Room for the touches of one party that net something, and for what can follow them.

    Touch i: `account`, `channel`, `slot`, the best `script` (-1 until somebody asks for it) and
    what it nets, `failed` the chance that it does not reach the party, `total[i]` what it nets
    with the best that can follow.

    The channel a of the first touch matters to the third only where caps or gaps say so. Table
    a + 1 holds what can follow a touch on such a channel, table 0 what can follow any other:
    `second[table, i]` nets of touch i with the best last touch, 0 if it must not follow;
    `two[table, d, t]` the largest of them on channel d in slot t or later; `one[d, t]` the largest
    net of a single touch. `two_at` and `one_at` are the touches that net it.
    """

    account: Int32s
    channel: Ints
    slot: Ints
    script: Ints
    net: Float32s
    failed: Float32s
    total: Float32s
    second: Float32s
    one: Float32s
    one_at: Ints
    two: Float32s
    two_at: Ints


@njit(cache=True)
def room_for_touches(book):
    channels, slots = book.contact.shape[1], book.contact.shape[2]
    most = book.most_accounts * channels * slots
    return (
        np.empty(most, np.int32),
        np.empty(most, np.int64),
        np.empty(most, np.int64),
        np.empty(most, np.int64),
        np.empty(most, np.float32),
        np.empty(most, np.float32),
        np.empty(most, np.float32),
        np.empty((channels + 1, most), np.float32),
        np.empty((channels, slots + 1), np.float32),
        np.empty((channels, slots + 1), np.int64),
        np.empty((channels + 1, channels, slots + 1), np.float32),
        np.empty((channels + 1, channels, slots + 1), np.int64),
    )


@njit(cache=True, error_model="numpy", fastmath=EXACT_MAXIMA)
def paying_touches(book, price, party, worth, ceiling, room):
    """Fills all of the touches that net something but what follows; returns how many there are."""
    count = 0
    slots = book.contact.shape[2]
    for a in range(book.first_account[party], book.first_account[party + 1]):
        for channel in range(book.contact.shape[1]):
            if book.channel_left[party, channel] <= 0:
                continue
            first = book.first_script[channel]
            last = book.first_script[channel + 1]
            fill_worth(book, price, a, first, last, worth)
            for period in range(len(price.first_slot) - 1):
                start = max(price.first_slot[period], book.open_from[party])
                end = price.first_slot[period + 1]
                if start >= end:
                    continue
                least = np.float32(0.0)
                most = slot_ceilings(
                    book, price, a, channel, period, start, end, worth, least, ceiling
                )
                if most <= least:
                    continue
                script = _script_of_slots(book, price, a, channel, period, start, end, worth)
                for t in range(start, end):
                    if ceiling[t] <= 0:
                        continue
                    cell = channel * slots + t
                    x = book.contact[a, channel, t]
                    if script >= 0:
                        net = x * worth[script] - price.script[period, script]
                    else:
                        net = top_script(worth, price.script[period], first, last, x)
                    net += (x * price.slope[cell] + price.offset[cell]) + book.bonus[a]
                    if net > 0:
                        room.account[count] = a
                        room.channel[count] = channel
                        room.slot[count] = t
                        room.script[count] = script
                        room.net[count] = net
                        room.failed[count] = np.float32(1.0) - x
                        count += 1
    return count


@njit(cache=True, error_model="numpy", fastmath=EXACT_MAXIMA)
def _script_of_slots(book, price, account, channel, period, start, end, worth):
    """The script that is best in every open slot from `start` to `end`; -1 if none is.

    What scripts net are lines in the contact chance: one that is best at the least chance and at
    the largest is best between them.
    """
    low = np.float32(2.0)
    high = np.float32(0.0)
    for t in range(start, end):
        x = book.contact[account, channel, t]
        if x > high:
            high = x
        if x > 0 and x < low:
            low = x
    first = book.first_script[channel]
    last = book.first_script[channel + 1]
    script = best_script(worth, price.script[period], first, last, low)
    if script == best_script(worth, price.script[period], first, last, high):
        return script
    return -1


@njit(cache=True, error_model="numpy", fastmath=EXACT_MAXIMA)
def value_touches(book, party, count, room):
    """Fills `one`, `two` and `total` for the touches left to the party; returns the best total,
    0 if there is none."""
    touches = book.touches_left[party]
    channels = book.contact.shape[1]
    if touches >= 2:
        room.one[:] = 0
        for i in range(count):
            _raise(room.one[room.channel[i]], room.one_at[room.channel[i]], room, i, room.net[i])
        for d in range(channels):
            _carry_back(room.one[d], room.one_at[d])
        for a in range(-1, channels):
            if a < 0 or table_of(book, party, a) > 0:
                _fill_second(book, party, touches, count, room, a)
    best = np.float32(0.0)
    for i in range(count):
        after = np.float32(0.0)
        if touches >= 2:
            after, _ = best_second(book, party, room, i)
        room.total[i] = room.net[i] + room.failed[i] * after
        if room.total[i] > best:
            best = room.total[i]
    return best


@njit(cache=True)
def table_of(book, party, channel):
    """The table of what can follow a first touch on a channel."""
    return channel + 1 if book.own_table[book.following_kind[party], channel] else 0


@njit(cache=True, error_model="numpy", fastmath=EXACT_MAXIMA)
def best_second(book, party, room, first):
    """(net with what follows, touch) of the best after touch `first`; 0 and -1 if there is none."""
    channel = room.channel[first]
    table = table_of(book, party, channel)
    kind = book.following_kind[party]
    best = np.float32(0.0)
    second = -1
    for d in range(book.contact.shape[1]):
        t = room.slot[first] + book.second_gap[kind, channel, d]
        if t < book.contact.shape[2] and room.two[table, d, t] > best:
            best = room.two[table, d, t]
            second = room.two_at[table, d, t]
    return best, second


@njit(cache=True, error_model="numpy", fastmath=EXACT_MAXIMA)
def best_third(book, party, room, channel, second):
    """(net, touch) of the best after a first touch on `channel` (-1: one that is no matter) and
    touch `second`; 0 and -1 if there is none."""
    before = room.channel[second]
    best = np.float32(0.0)
    third = -1
    for d in range(book.contact.shape[1]):
        t = room.slot[second] + gap_to_third(book, party, channel, before, d)
        if t < book.contact.shape[2] and room.one[d, t] > best:
            best = room.one[d, t]
            third = room.one_at[d, t]
    return best, third


@njit(cache=True, error_model="numpy", fastmath=EXACT_MAXIMA)
def _fill_second(book, party, touches, count, room, a):
    """Fills `second`, `two` and `two_at` for a first touch on channel a, -1: one that is no
    matter."""
    table = room.two[a + 1]
    table[:] = 0
    kind = book.following_kind[party]
    for i in range(count):
        d = room.channel[i]
        room.second[a + 1, i] = 0
        if a >= 0 and book.second_gap[kind, a, d] >= NEVER:
            continue
        net = room.net[i]
        if touches >= 3:
            after, _ = best_third(book, party, room, a, i)
            net += room.failed[i] * after
        room.second[a + 1, i] = net
        _raise(table[d], room.two_at[a + 1, d], room, i, net)
    for d in range(book.contact.shape[1]):
        _carry_back(table[d], room.two_at[a + 1, d])


@njit(cache=True)
def gap_to_third(book, party, first, second, channel):
    """Slots from a touch on `second` to the next on `channel`, after a first one on `first` (-1:
    one that is no matter)."""
    kind = book.following_kind[party]
    if first < 0 or not book.own_table[kind, first]:
        return np.int64(book.second_gap[kind, second, channel])
    return np.int64(book.third_gap[kind, first, second, channel])


@njit(cache=True)
def _raise(best, at, room, i, net):
    """Touch i is the best in its slot if it nets more than what was."""
    slot = room.slot[i]
    if net > best[slot]:
        best[slot] = net
        at[slot] = i


@njit(cache=True)
def _carry_back(best, at):
    """From the best in a slot to the best in it or later."""
    for t in range(len(best) - 2, -1, -1):
        if best[t + 1] > best[t]:
            best[t] = best[t + 1]
            at[t] = at[t + 1]
