"""Whether a plan keeps every limit, written from the definition in plain numpy and whole numbers.

Shares no code with the planner.
"""

import numpy as np

BILLIONTH = 10**9


def faults(book, plan):
    """Every limit that a plan breaks, in words; empty for a feasible plan."""
    found = []
    made = plan.account >= 0
    party = np.nonzero(made)[0]
    a, c, t, s = (
        array[made].astype(np.int64)
        for array in (plan.account, plan.channel, plan.slot, plan.script)
    )
    x = book.contact[a, c, t].astype(np.float64)
    if (x <= 0).any() or (book.gain[a, s] <= 0).any():
        found.append("an option that is not allowed")
    if (a < book.first_account[party]).any() or (a >= book.first_account[party + 1]).any():
        found.append("an account of another party")
    if (s < book.first_script[c]).any() or (s >= book.first_script[c + 1]).any():
        found.append("a script of another channel")
    if (made.sum(axis=1) > np.minimum(book.touches, book.touches_left)).any():
        found.append("more touches than are left to a party")
    by_channel = np.zeros((book.parties, book.channels), np.int64)
    np.add.at(by_channel, (party, c), 1)
    if (by_channel > book.channel_left).any():
        found.append("more touches of a channel than are left to a party")
    if (t < book.open_from[party]).any():
        found.append("a touch before the party is open")
    share = np.ones(plan.account.shape)
    for k in range(1, plan.account.shape[1]):
        later = made[:, k]
        if (later & ~made[:, k - 1]).any():
            found.append("a later touch without an earlier one")
        away = plan.slot[later, k] - plan.slot[later, k - 1]
        if (away < book.gap[plan.channel[later, k - 1], plan.channel[later, k]]).any():
            found.append("two touches closer than the gap")
        before = (plan.account[:, k - 1], plan.channel[:, k - 1], plan.slot[:, k - 1])
        share[:, k] = share[:, k - 1] * (1 - book.contact[before].astype(np.float64))
    share = share[made]
    cents = book.try_cents[c] + book.contact_cents[c] * x
    complaints = x * book.complaint[a].astype(np.float64) * book.tone[s].astype(np.float64)
    period = np.searchsorted(book.first_slot, t, side="right") - 1
    uses = {
        "minutes": ((c, t), book.try_minutes[c] + book.contact_minutes[c] * x),
        "script_period": ((s if book.robot is None else book.robot[s], period), np.ones(len(a))),
        "script_day": ((s,), np.ones(len(a))),
        "channel_day": ((c,), np.ones(len(a))),
        "money": ((0 * a,), cents),
        "complaints": ((0 * a,), complaints),
    }
    for kind, (index, amount) in uses.items():
        capacity = np.atleast_1d(getattr(book.capacity, kind))
        used = np.zeros(capacity.shape, np.int64)
        np.add.at(used, index, np.ceil(share * amount * BILLIONTH).astype(np.int64))
        limit = np.where(np.isfinite(capacity), np.floor(capacity * BILLIONTH), 2.0**62)
        if (used > limit).any():
            found.append(f"more {kind} than there is")
    value = float((share * (x * book.gain[a, s] - cents - complaints * book.complaint_cents)).sum())
    if book.present is not None:
        value -= book.present.change_cents * changes(book, plan)
    if abs(value - plan.value) > 1e-6 * (1 + abs(value)):
        found.append(f"a value of {plan.value}, not {value}")
    return found


def changes(book, plan):
    """Parties whose touch is another than in the plan in use."""
    present = book.present
    pairs = (
        (plan.account, present.account),
        (plan.channel, present.channel),
        (plan.slot, present.slot),
        (plan.script, present.script),
    )
    return int(np.any([now[:, 0] != then for now, then in pairs], axis=0).sum())
