"""Better whole choices one move at a time: a party changes, at most one other makes room."""

from numba import njit

WORTH_IT = 0.5
"""Cents a move must gain, so that rounding never makes moves go in circles."""


@njit(cache=True, nogil=True, error_model="numpy")
def exchange(
    order,
    group,
    first,
    value,
    use_first,
    use_row,
    whole,
    row_first,
    row_column,
    most,
    always,
    left,
    chosen,
):
    """One sweep over groups in `order`; returns the cents gained.

    A group moves to a column worth more than its own. Where that overfills one row, one other
    group that uses the row moves to its next best column that fits, or leaves. The best such move
    is made. Of a row at most `most` users are tried. `row_first` and `row_column` list the columns
    that use a row; `left` and `chosen` change.
    Row `always` (-1: none) can be overfilled by leaving a column too, so it is always looked at.
    """
    gained = 0.0
    for g in order:
        now = chosen[g]
        worth = value[now] if now >= 0 else 0.0
        best_gain = WORTH_IT
        best = -1
        best_other = -1
        best_instead = -1
        _move(now, 1, use_first, use_row, whole, left)
        for k in range(first[g], first[g + 1]):
            more = value[k] - worth
            if k == now or more <= best_gain:
                continue
            overfull = _overfull(k, use_first, use_row, whole, always, left)
            if overfull == FITS:
                best_gain = more
                best = k
                best_other = -1
            elif overfull >= 0:
                _move(k, -1, use_first, use_row, whole, left)
                other, instead, loss = _make_room(
                    overfull,
                    g,
                    more - best_gain,
                    group,
                    first,
                    value,
                    use_first,
                    use_row,
                    whole,
                    row_first,
                    row_column,
                    most,
                    always,
                    left,
                    chosen,
                )
                _move(k, 1, use_first, use_row, whole, left)
                if other >= 0:
                    best_gain = more - loss
                    best = k
                    best_other = other
                    best_instead = instead
        if best < 0:
            _move(now, -1, use_first, use_row, whole, left)
            continue
        _move(best, -1, use_first, use_row, whole, left)
        chosen[g] = best
        if best_other >= 0:
            _move(best_other, 1, use_first, use_row, whole, left)
            _move(best_instead, -1, use_first, use_row, whole, left)
            chosen[group[best_other]] = best_instead
        gained += best_gain
    return gained


FITS = -1
TOO_MUCH = -2


@njit(cache=True, error_model="numpy")
def _overfull(k, use_first, use_row, whole, always, left):
    """The one row that column k (-1: none) would overfill, or one of the two answers above."""
    found = FITS
    looked_at = always < 0
    if k < 0:
        return FITS if looked_at or left[always] >= 0 else always
    for e in range(use_first[k], use_first[k + 1]):
        looked_at |= use_row[e] == always
        if whole[e] > left[use_row[e]]:
            if found >= 0:
                return TOO_MUCH
            found = use_row[e]
    if not looked_at and left[always] < 0:
        return TOO_MUCH if found >= 0 else always
    return found


@njit(cache=True, error_model="numpy")
def _make_room(
    row,
    mover,
    budget,
    group,
    first,
    value,
    use_first,
    use_row,
    whole,
    row_first,
    row_column,
    most,
    always,
    left,
    chosen,
):
    """(column, column instead, cents lost) of the user of `row` whose change repairs it at the
    least loss, below `budget`; -1 first if there is none. `left[row]` is below 0."""
    best = -1
    instead = -1
    tried = 0
    for at in range(row_first[row], row_first[row + 1]):
        k = row_column[at]
        g = group[k]
        if chosen[g] != k or g == mover:
            continue
        tried += 1
        if tried > most:
            break
        _move(k, 1, use_first, use_row, whole, left)
        if left[row] >= 0:
            for o in range(first[g] - 1, first[g + 1]):
                option = o if o >= first[g] else -1
                if option == k:
                    continue
                loss = value[k] - (value[option] if option >= 0 else 0.0)
                if (
                    loss < budget
                    and _overfull(option, use_first, use_row, whole, always, left) == FITS
                ):
                    budget = loss
                    best = k
                    instead = option
        _move(k, -1, use_first, use_row, whole, left)
    return best, instead, budget


@njit(cache=True, error_model="numpy")
def _move(k, sign, use_first, use_row, whole, left):
    """Gives back what column k uses (`sign` 1) or takes it (-1); nothing for no column."""
    if k >= 0:
        for e in range(use_first[k], use_first[k + 1]):
            left[use_row[e]] += sign * whole[e]


@njit(cache=True, nogil=True, error_model="numpy")
def go_back(order, present, use_first, use_row, whole, changed, left, chosen):
    """Groups in `order` change to column `present[g]` where it fits, until `left[changed]` is not
    below 0."""
    for g in order:
        if left[changed] >= 0:
            return
        _move(chosen[g], 1, use_first, use_row, whole, left)
        fits = True
        for e in range(use_first[present[g]], use_first[present[g] + 1]):
            if use_row[e] != changed and whole[e] > left[use_row[e]]:
                fits = False
        if fits:
            chosen[g] = present[g]
        _move(chosen[g], -1, use_first, use_row, whole, left)
