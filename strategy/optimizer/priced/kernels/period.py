"""Which period a slot lies in."""

from numba import njit


@njit(cache=True)
def period_of(first_slot, slot):
    """Period w is the slots `first_slot[w]` to `first_slot[w + 1]`; so are runs of periods."""
    period = 0
    while first_slot[period + 1] <= slot:
        period += 1
    return period
