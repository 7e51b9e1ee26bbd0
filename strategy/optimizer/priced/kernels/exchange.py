"""Better whole choices one move at a time: a party changes, at most one other makes room."""

from typing import NamedTuple

from numba import njit

from strategy.optimizer.priced.problem import Floats, Int16s, Ints

WORTH_IT = 0.5
"""Cents a move must gain, so that rounding never makes moves go in circles."""


class Board(NamedTuple):
    """Columns as in `Columns`, with `value` in cents, and by row: `row_column[row_first[r]]` and
    following use row r. `left` whole units of each row and the `chosen` column of each group
    change, -1 for none.

    Row `changed` (-1: none) can be overfilled by leaving a column too, so it is always looked at.
    """

    group: Ints
    first: Ints
    value: Floats
    use_first: Ints
    use_row: Int16s
    whole: Ints
    row_first: Ints
    row_column: Ints
    changed: int
    left: Ints
    chosen: Ints


@njit(cache=True, nogil=True, error_model="numpy")
def exchange(board, order, most):
    """One sweep over groups in `order`; returns the cents gained.

    A group moves to a column worth more than its own. Where that overfills one row, one other
    group that uses the row moves to its next best column that fits, or leaves. The best such move
    is made. Of a row at most `most` users are tried.
    """
    gained = 0.0
    for g in order:
        now = board.chosen[g]
        worth = board.value[now] if now >= 0 else 0.0
        best_gain = WORTH_IT
        best = -1
        best_other = -1
        best_instead = -1
        _move(board, now, 1)
        for k in range(board.first[g], board.first[g + 1]):
            more = board.value[k] - worth
            if k == now or more <= best_gain:
                continue
            overfull = _overfull(board, k)
            if overfull == FITS:
                best_gain = more
                best = k
                best_other = -1
            elif overfull >= 0:
                _move(board, k, -1)
                other, instead, loss = _make_room(board, overfull, g, more - best_gain, most)
                _move(board, k, 1)
                if other >= 0:
                    best_gain = more - loss
                    best = k
                    best_other = other
                    best_instead = instead
        if best < 0:
            _move(board, now, -1)
            continue
        _move(board, best, -1)
        board.chosen[g] = best
        if best_other >= 0:
            _move(board, best_other, 1)
            _move(board, best_instead, -1)
            board.chosen[board.group[best_other]] = best_instead
        gained += best_gain
    return gained


FITS = -1
TOO_MUCH = -2


@njit(cache=True, error_model="numpy")
def _overfull(board, k):
    """The one row that column k (-1: none) would overfill, or one of the two answers above."""
    found = FITS
    always = board.changed
    looked_at = always < 0
    if k < 0:
        return FITS if looked_at or board.left[always] >= 0 else always
    for e in range(board.use_first[k], board.use_first[k + 1]):
        row = board.use_row[e]
        looked_at |= row == always
        if board.whole[e] > board.left[row]:
            if found >= 0:
                return TOO_MUCH
            found = row
    if not looked_at and board.left[always] < 0:
        return TOO_MUCH if found >= 0 else always
    return found


@njit(cache=True, error_model="numpy")
def _make_room(board, row, mover, budget, most):
    """(column, column instead, cents lost) of the user of `row` whose change repairs it at the
    least loss, below `budget`; -1 first if there is none. `left[row]` is below 0."""
    best = -1
    instead = -1
    tried = 0
    for at in range(board.row_first[row], board.row_first[row + 1]):
        k = board.row_column[at]
        g = board.group[k]
        if board.chosen[g] != k or g == mover:
            continue
        tried += 1
        if tried > most:
            break
        _move(board, k, 1)
        if board.left[row] >= 0:
            for o in range(board.first[g] - 1, board.first[g + 1]):
                option = o if o >= board.first[g] else -1
                if option == k:
                    continue
                loss = board.value[k] - (board.value[option] if option >= 0 else 0.0)
                if loss < budget and _overfull(board, option) == FITS:
                    budget = loss
                    best = k
                    instead = option
        _move(board, k, -1)
    return best, instead, budget


@njit(cache=True, error_model="numpy")
def _move(board, k, sign):
    """Gives back what column k uses (`sign` 1) or takes it (-1); nothing for no column."""
    if k >= 0:
        for e in range(board.use_first[k], board.use_first[k + 1]):
            board.left[board.use_row[e]] += sign * board.whole[e]


@njit(cache=True, nogil=True, error_model="numpy")
def go_back(board, order, present):
    """Groups in `order` change to column `present[g]`, -1 for none, where it fits, until
    `left[changed]` is not below 0. Returns how many did."""
    went = 0
    for g in order:
        if board.left[board.changed] >= 0:
            break
        if board.chosen[g] == present[g]:
            continue
        _move(board, board.chosen[g], 1)
        fits = True
        if present[g] >= 0:
            for e in range(board.use_first[present[g]], board.use_first[present[g] + 1]):
                row = board.use_row[e]
                if row != board.changed and board.whole[e] > board.left[row]:
                    fits = False
        if fits:
            board.chosen[g] = present[g]
            went += 1
        _move(board, board.chosen[g], -1)
    return went
