"""Parties the rules leave no option at all."""

from numba import njit


@njit(cache=True, nogil=True, error_model="numpy")
def any_option(book, parties, found):
    """`found[i]`: whether party `parties[i]` has an allowed option, worth its cost or not."""
    for i in range(len(parties)):
        party = parties[i]
        found[i] = False
        if book.touches_left[party] > 0:
            for a in range(book.first_account[party], book.first_account[party + 1]):
                for c in range(book.contact.shape[1]):
                    if book.channel_left[party, c] > 0 and _open(book, a, c, party):
                        found[i] = True


@njit(cache=True, error_model="numpy")
def _open(book, account, channel, party):
    script = False
    for s in range(book.first_script[channel], book.first_script[channel + 1]):
        script |= book.gain[account, s] > 0
    slot = False
    for t in range(book.open_from[party], book.contact.shape[2]):
        slot |= book.contact[account, channel, t] > 0
    return script and slot
