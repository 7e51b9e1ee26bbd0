"""Sequences of touches that net nearly as much as a party's best."""

import numpy as np
from numba import njit, prange

from strategy.optimizer.priced.kernels.best_option import fill_worth
from strategy.optimizer.priced.kernels.near_options import expected_gain, place_for
from strategy.optimizer.priced.kernels.period import period_of
from strategy.optimizer.priced.kernels.sequences import (
    best_first,
    chance,
    follow,
    net_as_second,
    script_of,
    write_touch,
)
from strategy.optimizer.priced.kernels.touch_tables import (
    Touches,
    best_second,
    best_third,
    gap_to_third,
    paying_touches,
    room_for_touches,
    value_touches,
)

NOTHING = -1
BEST = -2
"""What follows, where it is not a touch of its own."""


@njit(parallel=True, cache=True, nogil=True, error_model="numpy")
def near_sequences_of_each_party(
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
    """As `near_options_of_each_party`, with up to `account.shape[2]` touches a column.

    Every first touch with the best that can follow it; for the best first touch every second
    one, and none; for the best two every third one, and none; for the best sequence every script
    of each touch. As far as they are near.
    """
    n = len(parties)
    for chunk in prange(chunks):
        worth = np.empty(book.gain.shape[1], np.float32)
        ceiling = np.empty(book.contact.shape[2], np.float32)
        room = Touches(*room_for_touches(book))
        for i in range(n * chunk // chunks, n * (chunk + 1) // chunks):
            party = parties[i]
            count[i] = 0
            best[i] = 0
            scale[i] = floor
            if book.touches_left[party] <= 0:
                continue
            paying = paying_touches(book, price, party, worth, ceiling, room)
            best[i] = value_touches(book, party, paying, room)
            total[chunk] += best[i]
            if best[i] <= 0:
                continue
            top = best_first(paying, room)
            cell_of_top = room.channel[top] * book.contact.shape[2] + room.slot[top]
            script_of_top = script_of(book, price, room, top, worth)
            gain = expected_gain(book, room.account[top], cell_of_top, script_of_top)
            scale[i] = max(floor, gain)
            count[i] = _near(
                book,
                price,
                party,
                paying,
                room,
                top,
                best[i] - window * scale[i],
                worth,
                account[i],
                cell[i],
                script[i],
                net[i],
            )


@njit(cache=True, error_model="numpy")
def _near(book, price, party, paying, room, top, least, worth, account, cell, script, net):
    count = 0
    first = np.empty(len(net), np.int64)
    second = np.empty(len(net), np.int64)
    third = np.full(len(net), BEST)
    for i in range(paying):
        if room.total[i] >= least:
            count, at = place_for(room.total[i], count, net)
            if at >= 0:
                first[at] = i
                second[at] = BEST
                third[at] = BEST
    if book.touches_left[party] >= 2:
        _, usual = best_second(book, party, room, top)
        for i in range(NOTHING, paying):
            after = np.float32(0.0)
            if i == usual:
                continue
            if i >= 0:
                after = net_as_second(book, party, room, top, i)
                if after <= 0:
                    continue
            got = room.net[top] + room.failed[top] * after
            if got >= least:
                count, at = place_for(got, count, net)
                if at >= 0:
                    first[at] = top
                    second[at] = i
                    third[at] = BEST
        if book.touches_left[party] >= 3 and usual >= 0:
            one = room.channel[top]
            two = room.channel[usual]
            _, usual_third = best_third(book, party, room, one, usual)
            for i in range(NOTHING, paying):
                after = np.float32(0.0)
                if i == usual_third:
                    continue
                if i >= 0:
                    gap = gap_to_third(book, party, one, two, room.channel[i])
                    if room.slot[i] < room.slot[usual] + gap:
                        continue
                    after = room.net[i]
                follows = room.net[usual] + room.failed[usual] * after
                got = room.net[top] + room.failed[top] * follows
                if got >= least:
                    count, at = place_for(got, count, net)
                    if at >= 0:
                        first[at] = top
                        second[at] = usual
                        third[at] = i
    for at in range(count):
        given = -1 if second[at] == BEST else second[at]
        follow(
            book,
            price,
            party,
            room,
            first[at],
            given,
            worth,
            account[at],
            cell[at],
            script[at],
        )
        if third[at] >= 0:
            i = third[at]
            write_touch(book, price, room, i, 2, worth, account[at], cell[at], script[at])
        elif second[at] == NOTHING or third[at] == NOTHING:
            end = 1 if second[at] == NOTHING else 2
            account[at, end:] = -1
            cell[at, end:] = -1
            script[at, end:] = -1
    best_account = np.empty(cell.shape[1], np.int32)
    best_cell = np.empty(cell.shape[1], np.int16)
    best_scripts = np.empty(cell.shape[1], np.int16)
    follow(
        book,
        price,
        party,
        room,
        top,
        -1,
        worth,
        best_account,
        best_cell,
        best_scripts,
    )
    share = np.float32(1.0)
    for k in range(len(best_cell)):
        if best_cell[k] < 0:
            break
        count = _other_scripts(
            book,
            price,
            k,
            share,
            room.total[top],
            least,
            best_account,
            best_cell,
            best_scripts,
            worth,
            count,
            account,
            cell,
            script,
            net,
        )
        share *= np.float32(1.0 - chance(book, best_account[k], best_cell[k]))
    return count


@njit(cache=True, error_model="numpy")
def _other_scripts(
    book,
    price,
    k,
    share,
    top,
    least,
    best_account,
    best_cell,
    best_scripts,
    worth,
    count,
    account,
    cell,
    script,
    net,
):
    """The best sequence with another script in touch k."""
    a, j, best = best_account[k], best_cell[k], best_scripts[k]
    slots = book.contact.shape[2]
    channel = j // slots
    period = period_of(price.first_slot, j % slots)
    first = book.first_script[channel]
    last = book.first_script[channel + 1]
    fill_worth(book, price, a, first, last, worth)
    x = book.contact[a, channel, j % slots]
    for s in range(first, last):
        if s == best or book.gain[a, s] <= 0:
            continue
        less = x * (worth[best] - worth[s]) - price.script[period, best] + price.script[period, s]
        got = top - share * less
        if got >= least:
            count, at = place_for(got, count, net)
            if at >= 0:
                account[at] = best_account
                cell[at] = best_cell
                script[at] = best_scripts
                script[at, k] = s
    return count
