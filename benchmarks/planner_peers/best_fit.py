"""A party's best option among those that still fit: the step of every greedy peer.

All options are looked at: every account, channel, slot and script that is allowed. A slot is left
out early only where even its best script could not beat the best option found so far.
"""

import numpy as np
from numba import njit

UNIT = 10**9
NONE = -1e300


@njit(cache=True, error_model="numpy")
def best_fit(book, left, price, density, party, only, worth, top):
    """(score, account, channel, slot, script), account -1 if nothing that fits scores above 0.

    Score: value minus `price` of what is used; with `density` value divided by what is used,
    weighed by `price`. `only`: this channel alone, -1 for any. `top` (channels) receives the best
    score of each channel, 0 where there is none; `worth` (scripts) is room to work in.
    """
    best, best_a, best_c, best_t, best_s = 0.0, -1, -1, -1, -1
    top[:] = 0.0
    if book.touches_left[party] <= 0:
        return best, best_a, best_c, best_t, best_s
    slots = book.contact.shape[2]
    periods = len(book.first_slot) - 1
    script_period, script_day, channel_day = book.at[1], book.at[2], book.at[3]
    money, complaints = book.at[4], book.at[5]
    complaint_cents = book.complaint_cents + (0.0 if density else price[complaints])
    cent = 1.0 + (0.0 if density else price[money])
    for a in range(book.first_account[party], book.first_account[party + 1]):
        level = np.float64(book.complaint[a])
        for c in range(book.contact.shape[1]):
            if only >= 0 and c != only:
                continue
            if book.channel_left[party, c] <= 0 or left[channel_day + c] < UNIT:
                continue
            for w in range(periods):
                start = max(book.first_slot[w], book.open_from[party])
                end = book.first_slot[w + 1]
                if start >= end:
                    continue
                first, last = book.first_script[c], book.first_script[c + 1]
                highest, loudest = NONE, 0.0
                for s in range(first, last):
                    worth[s] = NONE
                    room = min(left[script_day + s], left[script_period + s * periods + w])
                    if room >= UNIT and book.gain[a, s] > 0:
                        worth[s] = book.gain[a, s] - complaint_cents * level * book.tone[s]
                        highest = max(highest, worth[s])
                        loudest = max(loudest, book.tone[s])
                if highest <= 0:
                    continue
                scarce = left[complaints] < np.ceil(level * loudest * UNIT)
                for t in range(start, end):
                    x = np.float64(book.contact[a, c, t])
                    minutes = book.try_minutes[c] + book.contact_minutes[c] * x
                    cents = book.try_cents[c] + book.contact_cents[c] * x
                    if x <= 0 or np.ceil(minutes * UNIT) > left[c * slots + t]:
                        continue
                    if np.ceil(cents * UNIT) > left[money]:
                        continue
                    used = minutes * price[c * slots + t] + price[channel_day + c]
                    ceiling = x * highest - cents * cent
                    if density:
                        used += cents * price[money]
                        ceiling = ceiling / used if used > 0 else 1e300
                    else:
                        ceiling -= used
                    if ceiling <= top[c]:
                        continue
                    for s in range(first, last):
                        if worth[s] <= 0:
                            continue
                        risk = x * level * book.tone[s]
                        if scarce and np.ceil(risk * UNIT) > left[complaints]:
                            continue
                        more = price[script_day + s] + price[script_period + s * periods + w]
                        score = x * worth[s] - cents * cent
                        if density:
                            score /= used + more + risk * price[complaints]
                        else:
                            score -= used + more
                        top[c] = max(top[c], score)
                        if score > best:
                            best, best_a, best_c, best_t, best_s = score, a, c, t, s
    return best, best_a, best_c, best_t, best_s


@njit(cache=True, error_model="numpy")
def take(book, left, party, a, c, t, s, touch):
    """The party makes this touch: what it uses is gone."""
    slots = book.contact.shape[2]
    periods = len(book.first_slot) - 1
    w = 0
    while book.first_slot[w + 1] <= t:
        w += 1
    x = np.float64(book.contact[a, c, t])
    minutes = book.try_minutes[c] + book.contact_minutes[c] * x
    cents = book.try_cents[c] + book.contact_cents[c] * x
    risk = x * np.float64(book.complaint[a]) * book.tone[s]
    left[c * slots + t] -= np.int64(np.ceil(minutes * UNIT))
    left[book.at[1] + s * periods + w] -= UNIT
    left[book.at[2] + s] -= UNIT
    left[book.at[3] + c] -= UNIT
    left[book.at[4]] -= np.int64(np.ceil(cents * UNIT))
    left[book.at[5]] -= np.int64(np.ceil(risk * UNIT))
    touch[party, 0] = a
    touch[party, 1] = c
    touch[party, 2] = t
    touch[party, 3] = s
