"""Who has their turn when: in a given order, or the highest key next, keys kept true lazily."""

import heapq

import numpy as np
from numba import njit

from planner_peers.best_fit import best_fit, take


@njit(cache=True, error_model="numpy")
def in_order(book, left, price, order, tier, ladder, touch):
    """Parties in `order`, each on the first channel of its ladder where something fits.

    `tier[p]` is the row of `ladder` (tiers, steps) that party p climbs: channels, -1 for any.
    Returns how often a party was asked.
    """
    worth = np.empty(book.gain.shape[1])
    top = np.empty(book.contact.shape[1])
    asked = 0
    for party in order:
        for step in range(ladder.shape[1]):
            asked += 1
            only = ladder[tier[party], step]
            _, a, c, t, s = best_fit(book, left, price, False, party, only, worth, top)
            if a >= 0:
                take(book, left, party, a, c, t, s, touch)
                break
    return asked


@njit(cache=True, error_model="numpy")
def highest_next(book, left, price, density, regret, touch):
    """The party of the highest score next, or of the highest regret: its best score less that of
    its best on another channel, no contact included.

    Keys are found for all parties at the start and again when a party comes to the head of the
    queue; it has its turn if it is still at the head then. Scores only fall while capacities fill,
    so for scores this is the exact order; a regret may have risen unseen. Parties that have a
    touch are passed over. Returns how often a party was asked.
    """
    worth = np.empty(book.gain.shape[1])
    top = np.empty(book.contact.shape[1])
    heap = [(0.0, np.int64(-1))]
    asked = 0
    for party in range(len(book.first_account) - 1):
        if touch[party, 0] >= 0:
            continue
        asked += 1
        score, a, c, _, _ = best_fit(book, left, price, density, party, -1, worth, top)
        if a >= 0:
            heap.append((-_key(score, c, regret, top), np.int64(party)))
    heap[0] = heap[-1]
    heap.pop()
    heapq.heapify(heap)
    while len(heap) > 0:
        party = heap[0][1]
        asked += 1
        score, a, c, t, s = best_fit(book, left, price, density, party, -1, worth, top)
        if a < 0:
            heapq.heappop(heap)
            continue
        heapq.heapreplace(heap, (-_key(score, c, regret, top), party))
        if heap[0][1] == party:
            heapq.heappop(heap)
            take(book, left, party, a, c, t, s, touch)
    return asked


@njit(cache=True)
def _key(score, channel, regret, top):
    if not regret:
        return score
    second = 0.0
    for c in range(len(top)):
        if c != channel and top[c] > second:
            second = top[c]
    return score - second
