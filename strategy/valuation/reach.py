"""How likely an attempt reaches the person."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from strategy.domain.channel import VOICE, Channel
from strategy.domain.history import History
from strategy.domain.local_time import local
from strategy.domain.outcome import COUNTED, Count
from strategy.domain.slot import Slot
from strategy.valuation import assumptions

Floats = NDArray[np.float64]


def by_slot(channel: Channel, slots: Sequence[Slot], zone: str) -> Floats:
    """Shape (T,): probability that a first attempt in each slot reaches the person.

    The lender's zone gives the hour; in China that is everybody's clock.
    """
    walls = [local(slot.start, zone) for slot in slots]
    hours = np.array([wall.hour + wall.minute / 60 for wall in walls])
    if channel in VOICE:
        at, ratio = zip(*assumptions.PICKUP_BY_HOUR, strict=True)
        day = np.arange(at[0], at[-1], 0.5)
        shape = np.interp(hours, at, ratio) / np.interp(day, at, ratio).mean()
        reached: Floats = assumptions.ANSWERED * assumptions.RIGHT_PARTY * shape
        return np.minimum(reached, 1.0)
    peak = ((hours >= 10) & (hours < 12)) | ((hours >= 18) & (hours < 20))
    return assumptions.MESSAGE_READ[channel] * np.where(peak, 1.0, assumptions.MESSAGE_OFF_PEAK)


def recent(histories: Sequence[History], before: datetime, channels: frozenset[Channel]) -> Floats:
    """Shape (A,): attempts placed by these channels in the days that count, per account's party."""
    since = before - timedelta(days=assumptions.DECAY_DAYS)
    return np.array(
        [
            sum(
                a.channel in channels
                and since <= a.at < before
                and a.outcome in COUNTED[Count.TOUCHES]
                for a in h.attempts
            )
            for h in histories
        ],
        np.float64,
    )
