"""Value, cost and complaint risk of every option, as factors the planner multiplies.

The value of an attempt is

    P(reached | channel, slot) * overdue * [P(cure | reached) - P(cure | left alone)] * script lift
      - cost of the attempt - cost of a complaint * P(complaint)

as in incremental (uplift) valuation: what would be paid anyway is worth nothing. Protected
attributes are no input.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from strategy.domain.account import Account, stage_of
from strategy.domain.channel import ALL_CHANNELS, VOICE, Channel
from strategy.domain.contact_point import ContactKind
from strategy.domain.history import History
from strategy.domain.local_time import local_day
from strategy.domain.script import Script
from strategy.domain.slot import Slot
from strategy.valuation import assumptions, reach
from strategy.valuation.reach import Floats


@dataclass(frozen=True)
class BookValue:
    """Factors for A accounts, C channels, T slots, S scripts.

    `contact` (A, C, T) probabilities; `gain_cents` (A, C, S) cents for a contact; `cost_cents`
    (A, C, S) cents for an attempt, expected complaints priced in; `complaint_micro` (A, C, S)
    millionths of a complaint for an attempt; `spend_cents` (C,) cents that an attempt costs.
    """

    contact: Floats
    gain_cents: Floats
    cost_cents: Floats
    complaint_micro: np.typing.NDArray[np.int64]
    spend_cents: np.typing.NDArray[np.int64]


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

    contact = np.empty((len(accounts), len(channels), len(slots)))
    gain = np.empty((len(accounts), len(channels), len(scripts)))
    risk = np.empty_like(gain)
    for c, channel in enumerate(channels):
        ease = np.array([_ease(row[c]) for row in kinds])
        if channel in VOICE:
            ease = ease * assumptions.DECAY_PER_CALL**calls
        contact[:, c] = np.outer(ease, reach.by_slot(channel, slots, zone))
        uplift = assumptions.CURE_UPLIFT[channel] * by_stage
        priority = np.array([row[c] for row in weights])
        gain[:, c] = np.outer(overdue * uplift * priority, lift)
        base = assumptions.COMPLAINT_MICRO * assumptions.COMPLAINT_BY_CHANNEL[channel]
        risk[:, c] = np.outer(base * worry, offence)
    micro = np.rint(risk).astype(np.int64)
    spend = np.array([assumptions.COST_CENTS[c] for c in channels], np.int64)
    cost = spend[None, :, None] + micro / 1_000_000 * assumptions.COMPLAINT_CENTS
    return BookValue(contact, gain, cost, micro, spend)


def _ease(kind: ContactKind | None) -> float:
    return 0.0 if kind is None else assumptions.KIND_REACH.get(kind, 1.0)
