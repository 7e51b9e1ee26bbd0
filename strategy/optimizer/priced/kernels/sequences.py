"""The best sequence of touches of each party, and those that net nearly as much."""

import numpy as np
from numba import njit, prange

from strategy.optimizer.priced.kernels.best_option import best_script, fill_worth
from strategy.optimizer.priced.kernels.period import period_of
from strategy.optimizer.priced.kernels.touch_tables import (
    Touches,
    best_second,
    best_third,
    paying_touches,
    room_for_touches,
    table_of,
    value_touches,
)
from strategy.optimizer.priced.kernels.use import KINDS, rows_and_amounts


@njit(parallel=True, cache=True, nogil=True, error_model="numpy")
def best_sequence_of_each_party(book, price, parties, account, cell, script, net, use, total):
    """As `best_of_each_party`, with up to `account.shape[1]` touches a party."""
    chunks = use.shape[0]
    n = len(parties)
    most = account.shape[1]
    for chunk in prange(chunks):
        worth = np.empty(book.gain.shape[1], np.float32)
        ceiling = np.empty(book.contact.shape[2], np.float32)
        room = Touches(*room_for_touches(book))
        row = np.empty(KINDS, np.int64)
        amount = np.empty(KINDS)
        for i in range(n * chunk // chunks, n * (chunk + 1) // chunks):
            party = parties[i]
            account[i] = -1
            cell[i] = -1
            script[i] = -1
            net[i] = 0
            if book.touches_left[party] <= 0:
                continue
            count = paying_touches(book, price, party, worth, ceiling, room)
            net[i] = value_touches(book, party, count, room)
            total[chunk] += net[i]
            if net[i] <= 0:
                continue
            follow(
                book,
                price,
                party,
                room,
                best_first(count, room),
                -1,
                worth,
                account[i],
                cell[i],
                script[i],
            )
            share = 1.0
            for k in range(most):
                if account[i, k] >= 0:
                    a = account[i, k]
                    rows_and_amounts(book, a, cell[i, k], script[i, k], row, amount)
                    for e in range(KINDS):
                        use[chunk, row[e]] += share * amount[e]
                    share *= 1.0 - chance(book, a, cell[i, k])


@njit(cache=True)
def chance(book, account, cell):
    slots = book.contact.shape[2]
    return np.float64(book.contact[account, cell // slots, cell % slots])


@njit(cache=True)
def best_first(count, room):
    """The touch that nets most with what follows it."""
    best = 0
    for i in range(1, count):
        if room.total[i] > room.total[best]:
            best = i
    return best


@njit(cache=True, error_model="numpy")
def follow(book, price, party, room, first, second, worth, account, cell, script):
    """Writes touch `first`, then `second` or else the best one after it, then the best third."""
    touches = book.touches_left[party]
    account[:] = -1
    cell[:] = -1
    script[:] = -1
    write_touch(book, price, room, first, 0, worth, account, cell, script)
    if touches >= 2 and second < 0:
        _, second = best_second(book, party, room, first)
    if touches < 2 or second < 0:
        return
    write_touch(book, price, room, second, 1, worth, account, cell, script)
    if touches < 3:
        return
    _, third = best_third(book, party, room, room.channel[first], second)
    if third >= 0:
        write_touch(book, price, room, third, 2, worth, account, cell, script)


@njit(cache=True, error_model="numpy")
def write_touch(book, price, room, i, k, worth, account, cell, script):
    """Makes touch i the one at place k."""
    account[k] = room.account[i]
    cell[k] = room.channel[i] * book.contact.shape[2] + room.slot[i]
    script[k] = script_of(book, price, room, i, worth)


@njit(cache=True, error_model="numpy")
def script_of(book, price, room, i, worth):
    """The best script of touch i, looked for when it is asked for first."""
    if room.script[i] < 0:
        account, channel, slot = room.account[i], room.channel[i], room.slot[i]
        period = period_of(price.first_slot, slot)
        first = book.first_script[channel]
        last = book.first_script[channel + 1]
        fill_worth(book, price, account, first, last, worth)
        x = book.contact[account, channel, slot]
        room.script[i] = best_script(worth, price.script[period], first, last, x)
    return room.script[i]


@njit(cache=True, error_model="numpy")
def net_as_second(book, party, room, first, i):
    """What touch i nets after touch `first`, with what follows; 0 if it cannot be."""
    channel = room.channel[first]
    gap = book.second_gap[book.following_kind[party], channel, room.channel[i]]
    if room.slot[i] < room.slot[first] + gap:
        return np.float32(0.0)
    return room.second[table_of(book, party, channel), i]
