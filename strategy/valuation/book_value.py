"""Value, cost and complaint risk of every option, as factors the planner multiplies.

The value of an attempt is

    P(reached | channel, slot)
        * { overdue * [P(cure | reached) - P(cure | left alone)] * script lift
            - cost of a complaint * P(complaint | reached) }
      - cost of the attempt

as in incremental (uplift) valuation: what would be paid anyway is worth nothing. Protected
attributes are no input.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strategy.domain.account import Account, stage_of
from strategy.domain.channel import ALL_CHANNELS, VOICE, Channel
from strategy.domain.contact_point import ContactKind
from strategy.domain.history import History
from strategy.domain.local_time import local_day
from strategy.domain.script import Script
from strategy.domain.slot import Slot
from strategy.valuation import assumptions, reach
from strategy.valuation.reach import Floats

Float32s = NDArray[np.float32]


@dataclass(frozen=True)
class BookValue:
    """Factors for A accounts, C channels, T slots, S scripts; each script is of one channel.

    `contact` (A, C, T) probabilities; `gain_cents` (A, S) what contact adds to no contact, 0 where
    the channel of the script is not asked for; `complaint` (A,) complaints that a contact brings
    where the tone is 1, `tone` (S,) how much more they are with a script; `spend_cents` (C,) what
    an attempt costs, reached or not. Both planners read these very 32-bit figures.
    """

    contact: Float32s
    gain_cents: Float32s
    complaint: Float32s
    tone: Float32s
    spend_cents: NDArray[np.int64]

    @property
    def complaint_micro(self) -> Floats:
        """(A, S): millionths of a complaint for a contact."""
        return 1e6 * np.outer(self.complaint.astype(np.float64), self.tone.astype(np.float64))

    @property
    def net_cents(self) -> Floats:
        """(A, S): what a contact is worth, its complaints paid for."""
        paid: Floats = self.complaint_micro * (assumptions.COMPLAINT_CENTS / 1e6)
        return self.gain_cents.astype(np.float64) - paid


def value_book(
    accounts: Sequence[Account],
    histories: Sequence[History],
    channels: Sequence[Channel],
    slots: Sequence[Slot],
    scripts: Sequence[Script],
    zone: str,
    kinds: Sequence[Sequence[ContactKind | None]],
    weights: Sequence[Sequence[float]],
) -> BookValue:
    """Value accounts on the day of the first slot; `histories[a]` is of the account's party.

    `kinds[a][c]` is the kind of contact point that would be used (None: there is none);
    `weights[a][c]` is what the rules multiply the value of a contact by.
    """
    start = slots[0].start
    day = local_day(start, zone)
    stages = [stage_of(account.days_past_due(day)) for account in accounts]
    calls = reach.recent(histories, start, VOICE)
    touches = reach.recent(histories, start, ALL_CHANNELS)
    overdue = np.array([account.overdue_cents for account in accounts], np.float64)
    by_stage = np.array([assumptions.STAGE_UPLIFT[stage] for stage in stages])
    worry = np.array([assumptions.COMPLAINT_BY_STAGE[stage] for stage in stages])
    worry = worry * (1 + assumptions.COMPLAINT_PER_ATTEMPT * touches)
    lift = np.array([script.lift_bp for script in scripts]) / 10_000
    offence = np.array([script.complaint_bp for script in scripts]) / 10_000

    contact = np.empty((len(accounts), len(channels), len(slots)), np.float32)
    gain = np.zeros((len(accounts), len(scripts)), np.float32)
    tone = np.zeros(len(scripts), np.float32)
    for c, channel in enumerate(channels):
        ease = np.array([_ease(row[c]) for row in kinds])
        if channel in VOICE:
            ease = ease * assumptions.DECAY_PER_CALL**calls
        contact[:, c] = np.outer(ease, reach.by_slot(channel, slots, zone))
        uplift = assumptions.CURE_UPLIFT[channel] * by_stage
        priority = np.array([row[c] for row in weights])
        said = [s for s, script in enumerate(scripts) if script.channel is channel]
        gain[:, said] = np.outer(overdue * uplift * priority, lift[said])
        tone[said] = assumptions.COMPLAINT_BY_CHANNEL[channel] * offence[said]
    complaint = (assumptions.COMPLAINT_MICRO / 1_000_000 * worry).astype(np.float32)
    spend = np.array([assumptions.COST_CENTS[c] for c in channels], np.int64)
    return BookValue(contact, gain, complaint, tone, spend)


def _ease(kind: ContactKind | None) -> float:
    return 0.0 if kind is None else assumptions.KIND_REACH.get(kind, 1.0)
