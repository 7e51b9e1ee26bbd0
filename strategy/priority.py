"""priority: how rules weigh contact with one account against contact with others."""

from collections.abc import Sequence
from math import prod

from strategy.domain.channel import Channel
from strategy.domain.directive import Weight
from strategy.domain.slot import Slot
from strategy.limits.case import Case


def weights(case: Case, channels: Sequence[Channel], slots: Sequence[Slot]) -> list[float]:
    """One factor for each channel: all weights in force in these slots, multiplied; 1 without."""
    first, last = slots[0].start, slots[-1].end
    return [
        prod(weight.value_bp / 10_000 for weight in case.on(Weight, channel, first, last))
        for channel in channels
    ]
