"""A step that minimises a convex quadratic inside a box."""

import numpy as np
from numba import njit

ROUNDS = 40
RELEASES = 20
"""After so many rounds no bound is released any more, so that the search ends."""


@njit(cache=True, nogil=True, error_model="numpy")
def box_step(bend, slope, low, high):
    """d within `low` to `high` that minimises `slope @ d + d @ bend @ d / 2`.

    Active set: bounds are taken where the free solution leaves the box and released where the
    slope points inside. `bend` must be positive definite. Own factorisation, so that the digits
    do not depend on how many threads a linear algebra library uses.
    """
    n = len(slope)
    at = np.zeros(n, np.int8)  # -1 at low, 1 at high, 0 free
    step = np.zeros(n)
    for i in range(n):
        if low[i] >= 0.0 and slope[i] > 0:
            at[i] = -1
        if high[i] <= 0.0 and slope[i] < 0:
            at[i] = 1
    small = 1e-10 * np.abs(slope).max()
    for number in range(ROUNDS):
        for i in range(n):
            if at[i] < 0:
                step[i] = low[i]
            elif at[i] > 0:
                step[i] = high[i]
        _solve_free(bend, slope, at, step)
        done = True
        for i in range(n):
            if at[i] == 0 and step[i] < low[i] - 1e-12:
                at[i] = -1
                done = False
            elif at[i] == 0 and step[i] > high[i] + 1e-12:
                at[i] = 1
                done = False
            elif at[i] != 0:
                pull = slope[i]
                for j in range(n):
                    pull += bend[i, j] * step[j]
                if number < RELEASES and pull * at[i] > small:
                    at[i] = 0
                    done = False
        if done:
            break
    return np.minimum(np.maximum(step, low), high)


@njit(cache=True, error_model="numpy")
def _solve_free(bend, slope, at, step):
    """Sets the free entries of `step` to the minimum given the others."""
    free = np.flatnonzero(at == 0)
    n = len(free)
    upper = np.empty((n, n))
    right = np.empty(n)
    for i in range(n):
        pull = slope[free[i]]
        for j in range(len(at)):
            if at[j] != 0:
                pull += bend[free[i], j] * step[j]
        right[i] = -pull
        for j in range(i, n):
            upper[i, j] = bend[free[i], free[j]]
    for k in range(n):  # Cholesky, row by row
        pivot = np.sqrt(max(upper[k, k], 1e-300))
        for j in range(k, n):
            upper[k, j] /= pivot
        for i in range(k + 1, n):
            factor = upper[k, i]
            if factor != 0.0:
                for j in range(i, n):
                    upper[i, j] -= factor * upper[k, j]
    for i in range(n):
        right[i] /= upper[i, i]
        for j in range(i + 1, n):
            right[j] -= upper[i, j] * right[i]
    for i in range(n - 1, -1, -1):
        for j in range(i + 1, n):
            right[i] -= upper[i, j] * right[j]
        right[i] /= upper[i, i]
        step[free[i]] = right[i]
