"""Simulated debts: days past due from roll rates, log-normal balances."""

import math

import numpy as np

from strategy.domain.account import Product
from strategy.portfolio import rates
from strategy.portfolio.chance import Chance

DAYS_A_MONTH = 30


def month_shares() -> tuple[float, ...]:
    """Shares of accounts 1..6 months late in a book that receives new late accounts steadily.

    The expected number of months spent in each state by an account that enters at month 1:
    the first row of (I - Q)^-1, where Q holds the month-to-month transitions between late
    states (absorbing Markov chain, fundamental matrix).
    """
    rolls = np.array(
        [
            (0.0, rates.NEW_TO_SECOND_MONTH.value, 0.0, 0.0, 0.0, 0.0),
            rates.ROLL_FROM_2.values,
            rates.ROLL_FROM_3.values,
            rates.ROLL_FROM_4.values,
            rates.ROLL_FROM_5.values,
            rates.ROLL_FROM_6.values,
        ]
    )
    months = np.linalg.solve((np.eye(6) - rolls).T, np.eye(6)[0])
    return tuple(float(share) for share in months / months.sum())


MONTHS = (1, 2, 3, 4, 5, 6)


def draw_days_past_due(chance: Chance, shares: tuple[float, ...]) -> int:
    """1..180 days: the month from `shares`, the day within it at random."""
    month = chance.pick(MONTHS, shares)
    return DAYS_A_MONTH * (month - 1) + chance.whole(1, DAYS_A_MONTH)


def draw_amounts(chance: Chance, days_past_due: int) -> tuple[int, int]:
    """(balance, overdue part of it) in cents of a yuan, both positive."""
    logarithm = chance.normal(rates.BALANCE_LOG_MEAN.value, rates.BALANCE_LOG_SD.value)
    ntd = min(math.exp(logarithm), rates.BALANCE_MOST.value)
    balance = max(100, round(ntd * rates.YUAN_PER_NTD.value * 100))
    return balance, overdue_part(balance, days_past_due)


def overdue_part(balance_cents: int, days_past_due: int) -> int:
    """Overdue cents of a balance, more for each month late begun."""
    months = (days_past_due - 1) // DAYS_A_MONTH + 1
    return min(balance_cents, round(balance_cents * rates.OVERDUE_PER_MONTH.value * months))


def draw_product(chance: Chance) -> Product:
    return chance.pick(tuple(Product), rates.PRODUCTS.values)
