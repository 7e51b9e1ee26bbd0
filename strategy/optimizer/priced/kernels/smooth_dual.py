"""The smoothed dual over columns, its slope and its curvature."""

import numpy as np
from numba import njit, prange

UNLIKELY = 1e-7
"""Shares below it are nothing."""


@njit(parallel=True, cache=True, nogil=True, error_model="numpy")
def smooth_dual(
    first, value, use_first, use_row, use_amount, prices, temperature, curved, total, slope, bend
):
    """Adds up by chunk: `total`, `slope` (chunks, rows), upper half of `bend` (chunks, rows, rows).

    A group pays `temperature * log(1 + sum(exp(net / temperature)))`: the 1 is choosing nothing.
    Its derivative by a price is minus the expected use of the row when each column is chosen
    with share exp(net / temperature), scaled; the second is a covariance of uses.
    """
    chunks = total.shape[0]
    groups = len(first) - 1
    rows = len(prices)
    for chunk in prange(chunks):
        share = np.empty(_widest(first))
        expected = np.zeros(rows)
        touched = np.empty(rows, np.int64)
        for g in range(groups * chunk // chunks, groups * (chunk + 1) // chunks):
            start = first[g]
            width = first[g + 1] - start
            heat = temperature[g]
            top = 0.0
            for k in range(width):
                net = value[start + k]
                for e in range(use_first[start + k], use_first[start + k + 1]):
                    net -= prices[use_row[e]] * use_amount[e]
                share[k] = net
                top = max(top, net)
            nothing = np.exp(-top / heat)
            scale = nothing
            for k in range(width):
                share[k] = np.exp((share[k] - top) / heat)
                scale += share[k]
            total[chunk] += top + heat * np.log(scale)
            widest = nothing / scale
            count = 0
            for k in range(width):
                share[k] /= scale
                widest = max(widest, share[k])
                if share[k] > UNLIKELY:
                    for e in range(use_first[start + k], use_first[start + k + 1]):
                        if expected[use_row[e]] == 0.0:
                            touched[count] = use_row[e]
                            count += 1
                        expected[use_row[e]] += share[k] * use_amount[e]
            if curved and widest < 1 - 1e-4:
                for k in range(width):
                    if share[k] > UNLIKELY:
                        for e in range(use_first[start + k], use_first[start + k + 1]):
                            scaled = share[k] / heat * use_amount[e]
                            for d in range(e, use_first[start + k + 1]):
                                bend[chunk, use_row[e], use_row[d]] += scaled * use_amount[d]
                for i in range(count):
                    scaled = expected[touched[i]] / heat
                    for j in range(count):
                        if touched[j] >= touched[i]:
                            bend[chunk, touched[i], touched[j]] -= scaled * expected[touched[j]]
            for i in range(count):
                slope[chunk, touched[i]] -= expected[touched[i]]
                expected[touched[i]] = 0.0


@njit(cache=True)
def _widest(first):
    most = 0
    for g in range(len(first) - 1):
        most = max(most, first[g + 1] - first[g])
    return most
