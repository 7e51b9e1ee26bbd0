"""Touches that could take a place in a party's best sequence for nearly the same net."""

import numpy as np
from numba import njit, prange

from strategy.optimizer.priced.kernels.best_option import (
    EXACT_MAXIMA,
    NONE,
    best_script,
    fill_worth,
)
from strategy.optimizer.priced.kernels.near_options import expected_gain, place_for
from strategy.optimizer.priced.kernels.period import period_of
from strategy.optimizer.priced.kernels.sequences import best_first, net_as_second, script_of
from strategy.optimizer.priced.kernels.touch_tables import (
    Touches,
    best_second,
    best_third,
    gap_to_third,
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
        loss = np.empty(book.gain.shape[1], np.float32)
        got = np.empty((count.shape[1], book.most_accounts * book.contact[0].size), np.float32)
        room = Touches(*room_for_touches(book))
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
                least,
                worth,
                loss,
                got,
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
    least,
    worth,
    loss,
    got,
    share,
    count,
    account,
    cell,
    script,
    net,
):
    """Looks at each touch once for all places: `got[k, i]` is what more the party nets with touch i
    at place k, `bar[k]` what that must be at least."""
    places, most = net.shape
    bar = np.empty(places, np.float32)
    _nets_at_places(book, party, paying, room, top, least, share, got, bar)
    filled_account = -1
    filled_channel = -1
    for i in range(paying):
        far = np.float32(-1.0)
        for k in range(places):
            if got[k, i] >= bar[k]:
                far = max(far, (got[k, i] - bar[k]) / share[k])
        if far < 0:
            continue
        a, channel, slot = room.account[i], room.channel[i], room.slot[i]
        if a != filled_account or channel != filled_channel:
            first, end = book.first_script[channel], book.first_script[channel + 1]
            fill_worth(book, price, a, first, end, worth)
            filled_account, filled_channel = a, channel
        period = period_of(price.first_slot, slot)
        x = book.contact[a, channel, slot]
        _losses(worth, price.script[period], first, end, x, room.script[i], loss)
        for s in range(first, end):
            if loss[s] > far or book.gain[a, s] <= 0:
                continue
            for k in range(places):
                nets = got[k, i] - share[k] * loss[s]
                if nets >= bar[k]:
                    count[k], at = place_for(nets, count[k], net[k])
                    if at >= 0:
                        account[k, at] = a
                        cell[k, at] = channel * book.contact.shape[2] + slot
                        script[k, at] = s
                        if count[k] == most:
                            bar[k] = net[k].min()


@njit(cache=True, error_model="numpy")
def _nets_at_places(book, party, paying, room, top, least, share, got, bar):
    """Fills `got`, `bar` and `share`; `got` is `NONE` for a touch that cannot be at a place."""
    share[0] = 1
    share[1:] = 0
    bar[:] = 0  # where there is no such place
    got[:, :paying] = NONE
    second = -1
    third = -1
    without = np.float32(0.0)
    last = np.float32(0.0)
    if book.touches_left[party] >= 2:
        without, second = best_second(book, party, room, top)
    bar[0] = least - without
    for i in range(paying):
        got[0, i] = room.total[i] - without
    if second < 0:
        return
    if book.touches_left[party] >= 3:
        last, third = best_third(book, party, room, room.channel[top], second)
    share[1] = room.failed[top]
    without = room.net[top] + share[1] * last
    bar[1] = least - without
    for i in range(paying):
        follows = net_as_second(book, party, room, top, i)
        if follows > 0:
            got[1, i] = room.net[top] + share[1] * follows - without
    if third < 0:
        return
    share[2] = share[1] * room.failed[second]
    without = room.net[top] + share[1] * room.net[second]
    bar[2] = least - without
    before = room.channel[second]
    for i in range(paying):
        gap = gap_to_third(book, party, room.channel[top], before, room.channel[i])
        if room.slot[i] >= room.slot[second] + gap:
            got[2, i] = share[2] * room.net[i]


@njit(cache=True, error_model="numpy", fastmath=EXACT_MAXIMA)
def _losses(worth, price, first, end, x, best, loss):
    """`loss[s]`: how much less a touch that reaches with chance x nets with script s than with the
    best, -1 where that is not known."""
    if best < 0:
        best = best_script(worth, price, first, end, x)
    at_best = x * worth[best] - price[best]
    for s in range(first, end):
        loss[s] = at_best - (x * worth[s] - price[s])
