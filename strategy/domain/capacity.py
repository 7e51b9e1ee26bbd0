"""What a day's operation can do: attempts per channel and slot, and expected complaints."""

from dataclasses import dataclass

from strategy.domain.channel import Channel
from strategy.domain.slot import Slot


@dataclass(frozen=True, slots=True)
class Capacity:
    """Capacity of one planning horizon.

    `attempts[channel][i]` is how many attempts the channel can make in `slots[i]`.
    `complaints_micro` is the budget of expected complaints in millionths of a complaint.
    `touches_per_party` bounds attempts to one party in the horizon, over all its accounts.
    """

    zone: str
    slots: tuple[Slot, ...]
    attempts: dict[Channel, tuple[int, ...]]
    complaints_micro: int
    touches_per_party: int = 1

    def __post_init__(self) -> None:
        for channel, per_slot in self.attempts.items():
            if len(per_slot) != len(self.slots):
                raise ValueError(f"`{channel}` has {len(per_slot)} slots, not {len(self.slots)}")
            if min(per_slot, default=0) < 0:
                raise ValueError(f"`{channel}` has a negative capacity")
        if self.complaints_micro < 0 or self.touches_per_party < 1:
            raise ValueError("complaints must not be negative, touches per party at least 1")
