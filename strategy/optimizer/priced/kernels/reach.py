"""The most a party could ever be worth."""

import numpy as np
from numba import njit, prange


@njit(parallel=True, cache=True, nogil=True, error_model="numpy", fastmath={"nnan", "ninf", "nsz"})
def reach_of_each_party(book, reach):
    """Largest contact chance times largest gain of an account and its bonus, cents; the best
    account counts."""
    for party in prange(len(reach)):
        most = np.float32(0.0)
        if book.touches_left[party] > 0:
            for a in range(book.first_account[party], book.first_account[party + 1]):
                chance = np.float32(0.0)
                for c in range(book.contact.shape[1]):
                    for t in range(book.contact.shape[2]):
                        if book.contact[a, c, t] > chance:
                            chance = book.contact[a, c, t]
                gain = np.float32(0.0)
                for s in range(book.gain.shape[1]):
                    if book.gain[a, s] > gain:
                        gain = book.gain[a, s]
                if chance * gain > 0 and chance * gain + book.bonus[a] > most:
                    most = chance * gain + book.bonus[a]
        reach[party] = most
