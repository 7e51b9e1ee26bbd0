"""What columns net at given prices, and which of them their group prefers."""

from numba import njit, prange


@njit(parallel=True, cache=True, nogil=True, error_model="numpy")
def net_of_each_column(value, use_first, use_row, use_amount, prices, net):
    for k in prange(len(value)):
        charge = 0.0
        for e in range(use_first[k], use_first[k + 1]):
            charge += prices[use_row[e]] * use_amount[e]
        net[k] = value[k] - charge


@njit(parallel=True, cache=True, nogil=True, error_model="numpy")
def best_of_each_group(first, net, best, top, margin):
    """Fills `best`, `top` and `margin` as in `Choices`; of equal columns the first is best."""
    for g in prange(len(first) - 1):
        leader = first[g]
        for k in range(first[g] + 1, first[g + 1]):
            if net[k] > net[leader]:
                leader = k
        second = 0.0
        for k in range(first[g], first[g + 1]):
            if k != leader:
                second = max(second, net[k])
        best[g] = leader if net[leader] > 0 else -1
        top[g] = max(net[leader], 0.0)
        margin[g] = net[leader] - second if net[leader] > 0 else -net[leader]
