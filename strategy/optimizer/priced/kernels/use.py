"""What an option uses of every shared resource, and what it is worth."""

import numpy as np
from numba import njit

from strategy.optimizer.priced.kernels.period import period_of

KINDS = 7
"""Minutes, script in its period, script, channel, money, complaints, changes: what an option may
use."""


@njit(cache=True, error_model="numpy")
def rows_and_amounts(book, account, cell, script, row, amount):
    """Fills the 7 rows an option uses and how much of each, in doubles."""
    channels = book.contact.shape[1]
    slots = book.contact.shape[2]
    scripts = book.gain.shape[1]
    periods = len(book.first_slot) - 1
    channel = cell // slots
    slot = cell % slots
    period = period_of(book.first_slot, slot)
    x = np.float64(book.contact[account, channel, slot])
    row[0] = cell
    amount[0] = book.try_minutes[channel] + book.contact_minutes[channel] * x
    at = channels * slots
    row[1] = at + book.robot[script] * periods + period
    amount[1] = 1.0
    at += book.kinds * periods
    row[2] = at + script
    amount[2] = 1.0
    at += scripts
    row[3] = at + channel
    amount[3] = 1.0
    at += channels
    row[4] = at
    amount[4] = book.try_cents[channel] + book.contact_cents[channel] * x
    row[5] = at + 1
    amount[5] = x * np.float64(book.complaint[account]) * np.float64(book.tone[script])
    row[6] = at + 2
    amount[6] = 0.0
    if book.present_cell[account] == -1:
        amount[6] = 1.0
    elif is_present(book, account, cell, script):
        amount[6] = -1.0


@njit(cache=True, error_model="numpy")
def is_present(book, account, cell, script):
    """Whether this is the touch of the plan in use."""
    return book.present_cell[account] == cell and book.present_script[account] == script


@njit(cache=True, error_model="numpy")
def value_of(book, account, cell, script, amount):
    """Cents an option is worth, given its amounts."""
    slots = book.contact.shape[2]
    x = np.float64(book.contact[account, cell // slots, cell % slots])
    gain = np.float64(book.gain[account, script])
    costs = amount[4] + book.complaint_cents * amount[5] + book.change_cents * amount[6]
    return x * gain + np.float64(book.bonus[account]) - costs
