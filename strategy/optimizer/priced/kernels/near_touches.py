"""Touches that could take a place in a party's best sequence for nearly the same net."""

import numpy as np
from numba import njit, prange

from strategy.optimizer.priced.kernels.best_option import fill_worth
from strategy.optimizer.priced.kernels.near_options import expected_gain, place_for
from strategy.optimizer.priced.kernels.sequences import best_first, net_as_second, script_of
from strategy.optimizer.priced.kernels.touch_tables import (
    Touches,
    best_second,
    best_third,
    may_follow,
    paying_touches,
    room_for_touches,
    value_touches,
)


@njit(parallel=True, cache=True, error_model="numpy")
def near_touches_of_each_party(
    book,
    price,
    parties,
    window,
    floor,
    chunks,
    share,
    scale,
    count,
    account,
    cell,
    script,
    net,
    total,
):
    """Fills for place k of the best sequence of party i `share[i, k]`, the chance that the touches
    before it fail, `count[i, k]`, and up to `net.shape[2]` touches, each with what more the party
    nets with it than without a touch at that place.

    Only touches that net something on their own. What lies before the place stays, the best of
    what can follow comes after it. Near is what nets at least the best less `window * scale[i]`;
    `scale` is the expected gain of the best first touch, at least `floor`, in cents. `total` sums
    the best nets by chunk.
    """
    n = len(parties)
    for chunk in prange(chunks):
        worth = np.empty(book.gain.shape[1], np.float32)
        ceiling = np.empty(book.contact.shape[2], np.float32)
        room = Touches(*room_for_touches(book.contact.shape[1], book.contact.shape[2]))
        for i in range(n * chunk // chunks, n * (chunk + 1) // chunks):
            party = parties[i]
            count[i] = 0
            share[i] = 0
            scale[i] = floor
            if book.touches_left[party] <= 0:
                continue
            paying = paying_touches(book, price, party, worth, ceiling, room)
            best = value_touches(book, party, paying, room)
            total[chunk] += best
            if best <= 0:
                continue
            top = best_first(paying, room)
            top_cell = room.channel[top] * book.contact.shape[2] + room.slot[top]
            top_script = script_of(book, price, room, top, worth)
            scale[i] = max(floor, expected_gain(book, room.account[top], top_cell, top_script))
            least = best - window * scale[i]
            _near(
                book,
                price,
                party,
                paying,
                room,
                top,
                best,
                least,
                worth,
                share[i],
                count[i],
                account[i],
                cell[i],
                script[i],
                net[i],
            )


@njit(cache=True, error_model="numpy")
def _near(
    book,
    price,
    party,
    paying,
    room,
    top,
    best,
    least,
    worth,
    share,
    count,
    account,
    cell,
    script,
    net,
):
    touches = book.touches_left[party]
    second = -1
    third = -1
    after = np.float32(0.0)
    last = np.float32(0.0)
    if touches >= 2:
        after, second = best_second(book, party, room, top)
    if touches >= 3 and second >= 0:
        last, third = best_third(book, party, room, room.channel[top], second)
    share[0] = 1
    without = after
    for i in range(paying):
        if room.total[i] >= least:
            got = room.total[i] - without
            count[0] = _scripts(
                book,
                price,
                room,
                i,
                share[0],
                got,
                least - without,
                worth,
                count[0],
                account[0],
                cell[0],
                script[0],
                net[0],
            )
    if second < 0:
        return
    share[1] = room.failed[top]
    without = room.net[top] + share[1] * last
    for i in range(paying):
        follows = net_as_second(book, party, room, top, i)
        got = room.net[top] + share[1] * follows
        if follows > 0 and got >= least:
            count[1] = _scripts(
                book,
                price,
                room,
                i,
                share[1],
                got - without,
                least - without,
                worth,
                count[1],
                account[1],
                cell[1],
                script[1],
                net[1],
            )
    if third < 0:
        return
    share[2] = share[1] * room.failed[second]
    without = room.net[top] + share[1] * room.net[second]
    before = room.channel[second]
    for i in range(paying):
        late_enough = room.slot[i] >= room.slot[second] + book.gap[before, room.channel[i]]
        got = without + share[2] * room.net[i]
        allowed = may_follow(book, party, room.channel[top], before, room.channel[i])
        if late_enough and got >= least and allowed:
            count[2] = _scripts(
                book,
                price,
                room,
                i,
                share[2],
                got - without,
                least - without,
                worth,
                count[2],
                account[2],
                cell[2],
                script[2],
                net[2],
            )


@njit(cache=True, error_model="numpy")
def _scripts(book, price, room, i, share, top, least, worth, count, account, cell, script, net):
    """Adds touch i, which nets `top` with its best script, with every script that is near."""
    a, channel, slot = room.account[i], room.channel[i], room.slot[i]
    best = script_of(book, price, room, i, worth)
    period = 0
    while book.first_slot[period + 1] <= slot:
        period += 1
    first = book.first_script[channel]
    last = book.first_script[channel + 1]
    fill_worth(book, price, a, first, last, worth)
    x = book.contact[a, channel, slot]
    at_best = x * worth[best] - price.script[period, best]
    for s in range(first, last):
        got = top
        if s != best:
            got -= share * (at_best - (x * worth[s] - price.script[period, s]))
        if got >= least and (s == best or book.gain[a, s] > 0):
            count, at = place_for(got, count, net)
            if at >= 0:
                account[at] = a
                cell[at] = channel * book.contact.shape[2] + slot
                script[at] = s
    return count
