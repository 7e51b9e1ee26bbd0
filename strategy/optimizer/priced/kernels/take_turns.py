"""Parties choose a whole sequence of touches one after the other, among what is left."""

import numpy as np
from numba import njit

from strategy.optimizer.priced.kernels.best_option import NONE
from strategy.optimizer.priced.kernels.column_uses import fill_column
from strategy.optimizer.priced.kernels.sequences import best_first, follow
from strategy.optimizer.priced.kernels.touch_tables import (
    Touches,
    paying_touches,
    room_for_touches,
    value_touches,
)
from strategy.optimizer.priced.kernels.use import KINDS

WORTH_IT = 0.5
"""Cents that another sequence must net more."""

TRIES = 4
"""Sequences that a party looks at, each time without the place of a touch that has no room there.
"""


@njit(cache=True, nogil=True, error_model="numpy")
def take_turns(book, price, free, number, prices, unit, parties, left, account, cell, script):
    """Each of `parties` gives back what it has and takes the sequence that nets most at `prices` of
    those that fit into `left` (whole units of the limited rows), or what it had.

    `price` are the tables of `prices`, `free` a copy in which what is full is closed. Changes
    `left` and the touches of these parties.
    """
    worth = np.empty(book.gain.shape[1], np.float32)
    ceiling = np.empty(book.contact.shape[2], np.float32)
    room = Touches(*room_for_touches(book))
    most = account.shape[1]
    row = np.empty(KINDS, np.int64)
    amount = np.empty(KINDS)
    value = np.zeros(2)
    use_row = np.empty((2, KINDS * most), np.int16)
    use_amount = np.empty((2, KINDS * most), np.float32)
    whole = np.empty((2, KINDS * most), np.int64)
    touch_account = np.empty(most, np.int32)
    touch_cell = np.empty(most, np.int16)
    touch_script = np.empty(most, np.int16)
    for i in range(len(parties)):
        party = parties[i]
        had = fill_column(
            book,
            number,
            unit,
            account[party],
            cell[party],
            script[party],
            0,
            0,
            value[:1],
            use_row[0],
            use_amount[0],
            whole[0],
            row,
            amount,
        )
        net = value[0]
        for e in range(had):
            left[use_row[0, e]] += whole[0, e]
            net -= prices[use_row[0, e]] * use_amount[0, e]
        _close(book, price, free, number, unit, party, left)
        has = -1
        for _ in range(TRIES):
            count = paying_touches(book, free, party, worth, ceiling, room)
            found = value_touches(book, party, count, room)
            if found <= net + WORTH_IT:
                break
            follow(
                book,
                free,
                party,
                room,
                best_first(count, room),
                -1,
                worth,
                touch_account,
                touch_cell,
                touch_script,
            )
            has = fill_column(
                book,
                number,
                unit,
                touch_account,
                touch_cell,
                touch_script,
                0,
                0,
                value[1:],
                use_row[1],
                use_amount[1],
                whole[1],
                row,
                amount,
            )
            over = -1
            nets = value[1]
            for e in range(has):
                if whole[1, e] > left[use_row[1, e]]:
                    over = use_row[1, e]
                nets -= prices[use_row[1, e]] * use_amount[1, e]
            if over < 0 and nets > net + WORTH_IT:
                account[party] = touch_account
                cell[party] = touch_cell
                script[party] = touch_script
                for e in range(has):
                    left[use_row[1, e]] -= whole[1, e]
                break
            has = -1
            place = _in_the_way(number, over, touch_cell)
            if place < 0:
                break
            free.offset[place] = NONE
        if has >= 0:
            continue
        for e in range(had):
            left[use_row[0, e]] -= whole[0, e]


@njit(cache=True)
def _in_the_way(number, over, cell):
    """Of these places the one whose minutes the limited row `over` counts; -1 if none is."""
    for k in range(len(cell)):
        if cell[k] >= 0 and number[cell[k]] == over:
            return cell[k]
    return -1


@njit(cache=True, error_model="numpy")
def _close(book, price, free, number, unit, party, left):
    """What has no room for one more touch of the party nets nothing."""
    channels, slots = book.contact.shape[1], book.contact.shape[2]
    periods = len(book.first_slot) - 1
    at = channels * slots
    day = at + book.kinds * periods + book.gain.shape[1]
    for c in range(channels):
        over = number[day + c] >= 0 and left[number[day + c]] < unit
        for t in range(slots):
            r = number[c * slots + t]
            full = over or (r >= 0 and left[r] < _least_minutes(book, party, c, t) * unit)
            free.offset[c * slots + t] = NONE if full else price.offset[c * slots + t]
    for w in range(periods):
        for s in range(book.gain.shape[1]):
            r = number[at + book.robot[s] * periods + w]
            full = r >= 0 and left[r] < unit
            free.script[w, s] = -NONE if full else price.script[w, s]


@njit(cache=True, error_model="numpy")
def _least_minutes(book, party, channel, slot):
    """Minutes that a touch of the party takes there, of the account that is reached least."""
    chance = 1.0
    for a in range(book.first_account[party], book.first_account[party + 1]):
        x = np.float64(book.contact[a, channel, slot])
        if 0 < x < chance:
            chance = x
    return book.try_minutes[channel] + book.contact_minutes[channel] * chance
