"""Seeded synthetic planning problems. Every number here is an assumption: nothing is measured."""

from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from strategy.domain.channel import Channel
from strategy.domain.slot import slots_between
from strategy.optimizer.problem import PlanProblem

CHANNELS = (Channel.AGENT_CALL, Channel.ROBOT_CALL, Channel.SMS, Channel.PUSH, Channel.EMAIL)
CONTACT = np.array([0.25, 0.22, 0.35, 0.20, 0.12])
EFFECT = np.array([1.0, 0.45, 0.25, 0.18, 0.12])
COST_CENTS = np.array([180.0, 12.0, 8.0, 1.0, 1.0])
COMPLAINT_MICRO = np.array([900.0, 1500.0, 400.0, 150.0, 100.0])
COMPLAINT_CENTS = 20_000
CAPACITY_PER_ACCOUNT = np.array([0.09, 0.20, 0.12, 0.10, 0.10])
REACHABLE = np.array([0.92, 0.92, 0.92, 0.55, 0.60])
SLOTS = 28


def synthetic(
    accounts: int, seed: int, scripts: int = 12
) -> tuple[PlanProblem, NDArray[np.float64]]:
    """A tight problem, and the overdue cents of its accounts.

    5 channels, 28 half-hour slots from 08:00; a tenth of the parties has 2 or 3 accounts and may
    be tried once; room for attempts on about 60 % of the accounts; a complaint budget that binds.
    """
    rng = np.random.default_rng(seed)
    a, c, t, s = accounts, len(CHANNELS), SLOTS, scripts
    party = _parties(rng, a)
    overdue = np.minimum(np.exp(rng.normal(np.log(150_000), 1.0, a)), 5_000_000)
    uplift = np.clip(rng.beta(1.2, 40, a), 0.001, 0.5)
    talks = _channel_of_script(s)
    lift = rng.uniform(0.7, 1.4, s) * np.exp(rng.normal(0, 0.15, (a, s)))
    gain = (overdue * uplift)[:, None, None] * EFFECT[None, :, None] * lift[:, None, :]
    risk = np.exp(rng.normal(-0.3, 0.7, a))[:, None, None] * COMPLAINT_MICRO[None, :, None]
    complaint = risk * rng.uniform(0.5, 1.6, s)
    contact = _contact(rng, a)
    allowed = (rng.random((a, c)) < REACHABLE)[:, :, None] & np.ones(t, bool)
    allowed &= ~(rng.random(a) < 0.05)[:, None, None]
    allowed[rng.random(a) < 0.3, 0, :2] = False
    usable = (talks == np.arange(c)[:, None]) & (rng.random((a, 1, s)) < 0.85)
    day = datetime(2026, 3, 2, 8, tzinfo=UTC)
    problem = PlanProblem(
        slots=slots_between(day, day + timedelta(minutes=30 * t)),
        channels=CHANNELS,
        scripts=tuple(f"script-{i}" for i in range(s)),
        accounts=tuple(f"account-{i}" for i in range(a)),
        party=party,
        contact=contact,
        gain_cents=np.maximum(gain - complaint * (COMPLAINT_CENTS / 1e6), 0),
        cost_cents=np.broadcast_to(COST_CENTS[None, :, None], gain.shape),
        complaint_micro=complaint,
        allowed=allowed,
        script_allowed=usable,
        capacity=_capacity(a),
        complaints_micro=a * 50,
        touches_per_party=1,
    )
    return problem, overdue


def _parties(rng: np.random.Generator, accounts: int) -> NDArray[np.int64]:
    sizes = np.where(rng.random(accounts) < 0.1, rng.integers(2, 4, accounts), 1)
    return np.repeat(np.arange(accounts), sizes)[:accounts]


def _channel_of_script(scripts: int) -> NDArray[np.int64]:
    """Scripts are dealt out: a third to each kind of call, the rest to messages."""
    pattern = (0, 1, 0, 2, 1, 3, 0, 1, 4, 2, 1, 0)
    return np.array([pattern[i % len(pattern)] for i in range(scripts)])


def _contact(rng: np.random.Generator, accounts: int) -> NDArray[np.float64]:
    """Everyone has a morning, noon or evening habit; calls follow it, messages less so."""
    clock = np.arange(SLOTS)
    peak = rng.choice([4.0, 9.0, 22.0], accounts, p=[0.3, 0.3, 0.4]) + rng.normal(0, 2, accounts)
    habit = np.exp(-0.5 * ((clock - peak[:, None]) / 4.0) ** 2)
    strength = np.array([1.0, 1.0, 0.3, 0.3, 0.2])
    level = CONTACT * np.exp(rng.normal(0, 0.4, (accounts, len(CHANNELS))))
    shape = 0.7 + strength[None, :, None] * (habit[:, None, :] - 0.3)
    return np.clip(level[:, :, None] * shape, 0.0, 0.95)


def _capacity(accounts: int) -> NDArray[np.int64]:
    """Fewer hands early, at lunch and late."""
    shift = np.ones(SLOTS)
    shift[:4], shift[8:12], shift[24:] = 0.6, 0.7, 0.5
    per_slot = np.outer(CAPACITY_PER_ACCOUNT, shift / shift.sum()) * accounts
    return np.maximum(np.rint(per_slot), 1).astype(np.int64)
