"""Seeded synthetic books of 10^3 to 10^6 accounts. Every number here is an assumption.

6 channels, 28 half-hour slots from 08:00, 200 scripts or personas: 33,600 options an account. A
twelfth of the parties has 2 to 4 accounts. Accounts come in 96 segments with curves of contact
over the day (morning, noon and evening peaks) and scripts that suit them; the debts are lognormal,
so a few accounts are worth far more than most. Rules ban a third of the scripts of a segment, 4 %
of scripts at random, channels without consent, and slots by time zone.

Accounts are made in chunks of their own seed: memory stays near the size of the result.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strategy.optimizer.priced.problem import BookProblem, Capacity, Floats

CHANNELS = ("agent_call", "robot_call", "sms", "push", "email", "messenger")
C, T, SEGMENTS, TASTES, CHUNK = 6, 28, 96, 8, 16_384
SCRIPT_SHARE = np.array([0.22, 0.36, 0.18, 0.08, 0.08, 0.08])
TRY_MINUTES = np.array([0.7, 0.5, 1.0, 1.0, 1.0, 1.0])
CONTACT_MINUTES = np.array([4.5, 1.6, 0.0, 0.0, 0.0, 0.0])
TRY_CENTS = np.array([600.0, 60.0, 260.0, 5.0, 8.0, 120.0])
CONTACT_CENTS = np.array([3200.0, 240.0, 0.0, 0.0, 0.0, 0.0])
EFFECT = np.array([1.0, 0.42, 0.24, 0.16, 0.12, 0.30])
REACHED = np.array([0.24, 0.21, 0.38, 0.20, 0.10, 0.30])
COMPLAINTS = np.array([0.0020, 0.0034, 0.0010, 0.0003, 0.0002, 0.0007])
CONSENT = np.array([0.93, 0.88, 0.85, 0.45, 0.60, 0.50])
TOUCHES_PER_ACCOUNT = np.array([0.09, 0.26, 0.16, 0.12, 0.12, 0.09])
COMPLAINT_CENTS = 15_000.0
TIGHTNESS = {"loose": 1.6, "medium": 1.0, "tight": 0.5}
"""Factors on every capacity."""


@dataclass(frozen=True)
class _World:
    """What segments and scripts are like; the same whatever the number of accounts."""

    first_script: NDArray[np.int32]
    tastes: NDArray[np.float32]
    quality: NDArray[np.float32]
    tone: NDArray[np.float32]
    share: Floats
    curve: Floats
    pay: Floats
    suits: NDArray[np.bool_]
    zone_share: Floats
    script_weight: Floats

    @property
    def channel(self) -> NDArray[np.int64]:
        return np.repeat(np.arange(C), np.diff(self.first_script))


def synthetic_book(
    accounts: int, seed: int, tight: str = "medium", scripts: int = 200, touches: int = 1
) -> tuple[BookProblem, NDArray[np.float32]]:
    """A problem, and the overdue cents of its accounts. `tight` is a key of `TIGHTNESS`."""
    world = _world(seed, scripts)
    first_account, zone = _parties(seed, accounts, world)
    zones = np.repeat(zone, np.diff(first_account))
    contact = np.empty((accounts, C, T), np.float32)
    gain = np.empty((accounts, scripts), np.float32)
    complaint = np.empty(accounts, np.float32)
    overdue = np.empty(accounts, np.float32)
    for chunk, start in enumerate(range(0, accounts, CHUNK)):
        rng = np.random.default_rng([seed, 2, chunk])
        rows = slice(start, min(accounts, start + CHUNK))
        contact[rows], gain[rows], complaint[rows], overdue[rows] = _accounts(
            rng, world, zones[rows]
        )
    parties = len(first_account) - 1
    problem = BookProblem(
        first_account=first_account,
        first_script=world.first_script,
        first_slot=np.array([0, T], np.int32),
        contact=contact,
        gain=gain,
        complaint=complaint,
        tone=world.tone,
        try_minutes=TRY_MINUTES,
        contact_minutes=CONTACT_MINUTES,
        try_cents=TRY_CENTS,
        contact_cents=CONTACT_CENTS,
        complaint_cents=COMPLAINT_CENTS,
        capacity=_capacity(accounts * TIGHTNESS[tight], world),
        touches=touches,
        touches_left=np.full(parties, touches, np.int8),
        channel_left=np.full((parties, C), touches, np.int8),
        open_from=np.zeros(parties, np.int16),
        gap=np.full((C, C), 4, np.int16),
    )
    return problem, overdue


def _world(seed: int, scripts: int) -> _World:
    rng = np.random.default_rng([seed, 0])
    counts = np.maximum(1, np.floor(SCRIPT_SHARE * scripts).astype(np.int64))
    counts[1] += scripts - counts.sum()
    first_script = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    channel = np.repeat(np.arange(C), counts)
    tone = np.exp(rng.normal(0, 0.5, scripts)) * COMPLAINTS[channel] * 1000
    suits = rng.random((SEGMENTS, scripts)) < 0.65
    suits[:, first_script[:-1]] = True  # the first script of each channel suits everyone
    weight = [rng.dirichlet(np.full(k, 1.5)) for k in counts]
    return _World(
        first_script=first_script,
        tastes=rng.normal(size=(TASTES, scripts)).astype(np.float32),
        quality=rng.normal(0, 0.22, scripts).astype(np.float32),
        tone=tone.astype(np.float32),
        share=rng.dirichlet(np.full(SEGMENTS, 0.8)),
        curve=_curves(rng),
        pay=np.exp(rng.normal(0, 0.5, SEGMENTS)),
        suits=suits,
        zone_share=rng.dirichlet([8, 2, 2, 1, 1, 0.6, 0.6]),
        script_weight=np.concatenate(weight),
    )


def _curves(rng: np.random.Generator) -> Floats:
    """Contact over the day, mean about 1: (segments, channels, slots)."""
    weight = rng.dirichlet([1, 1, 1.3], (SEGMENTS, C))
    peak = np.array([3, 10, 22]) + rng.normal(0, 1.5, (SEGMENTS, C, 3))
    width = rng.uniform(2, 4.5, (SEGMENTS, C, 3))
    away = (np.arange(T) - peak[..., None]) / width[..., None]
    curve = (weight[..., None] * np.exp(-0.5 * away**2)).sum(axis=2)
    scaled: Floats = 0.45 + 0.55 * curve / curve.mean(axis=2, keepdims=True)
    return scaled


def _parties(
    seed: int, accounts: int, world: _World
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Offsets of accounts by party, and how many slots the party's clock is ahead."""
    rng = np.random.default_rng([seed, 1])
    size = np.where(
        rng.random(accounts) < 0.08, rng.choice([2, 3, 4], accounts, p=[0.65, 0.25, 0.1]), 1
    )
    end = np.cumsum(size)
    parties = int(np.searchsorted(end, accounts)) + 1
    first = np.concatenate([[0], np.minimum(end[:parties], accounts)]).astype(np.int32)
    ahead = np.array([0, 0, 2, 4, 6, 8, 12])
    return first, ahead[rng.choice(len(ahead), accounts, p=world.zone_share)[:parties]]


def _accounts(
    rng: np.random.Generator, world: _World, ahead: NDArray[np.int64]
) -> tuple[NDArray[np.float32], ...]:
    n, scripts = len(ahead), len(world.tone)
    segment = rng.choice(SEGMENTS, n, p=world.share)
    overdue = np.minimum(np.exp(rng.normal(np.log(500_000), 1.0, n)), 15_000_000)
    uplift = np.clip(rng.beta(1.2, 60, n) * world.pay[segment], 0.001, 0.6)
    taste = rng.normal(size=(n, TASTES)).astype(np.float32) @ world.tastes
    lift = np.exp(np.float32(0.13) * taste + world.quality) * EFFECT[world.channel]
    allowed = world.suits[segment]
    allowed &= (rng.random((n, scripts), dtype=np.float32) > 0.04) | np.isin(
        np.arange(scripts), world.first_script[:-1]
    )
    gain = np.clip(uplift[:, None] * lift, 0, 0.85) * allowed * overdue[:, None]

    level = np.clip(REACHED * np.exp(rng.normal(0, 0.55, (n, C))), 0.005, 0.85)
    consent = (rng.random((n, C)) < CONSENT) & (rng.random(n) > 0.02)[:, None]
    noise = np.exp(np.float32(0.18) * rng.standard_normal((n, C, T), dtype=np.float32))
    contact = (level * consent)[:, :, None] * world.curve[segment] * noise
    contact = 0.95 * np.tanh(contact / 0.95)
    contact *= (np.arange(T) + ahead[:, None] < T)[:, None, :]
    contact[rng.random(n) < 0.3, 0, :2] = 0  # agents not before nine
    complaint = np.exp(rng.normal(-0.32, 0.8, n)) * 1e-3
    return (
        contact.astype(np.float32),
        gain.astype(np.float32),
        complaint.astype(np.float32),
        overdue.astype(np.float32),
    )


def _capacity(size: float, world: _World) -> Capacity:
    """Room for touches on about 80 % of `size` accounts; agents work in shifts."""
    shift = np.ones(T)
    shift[:4], shift[11:14], shift[24:] = 0.55, 0.7, 0.5
    each = size * TOUCHES_PER_ACCOUNT
    minutes = (each * (TRY_MINUTES + CONTACT_MINUTES * REACHED * 1.15))[:, None] * np.ones(T) / T
    minutes[0] *= shift * T / shift.sum()
    minutes[2:] = np.maximum(1, np.floor(1.6 * minutes[2:]))
    day = np.maximum(1, np.floor(each[world.channel] * world.script_weight * 2))
    day[world.first_script[:-1]] = np.inf
    channel_day = np.full(C, np.inf)
    channel_day[[2, 5]] = np.maximum(1, np.floor(each[[2, 5]]))
    return Capacity(
        minutes=minutes,
        script_period=np.full((len(day), 1), np.inf),
        script_day=day,
        channel_day=channel_day,
        money=210.0 * size,
        complaints=4.5e-4 * size,
    )
