"""The arrays of a problem in the form the compiled kernels take."""

from typing import NamedTuple

import numpy as np

from strategy.optimizer.priced.problem import (
    NEVER,
    BookProblem,
    Bools,
    Float32s,
    Floats,
    Following,
    Int8s,
    Int16s,
    Int32s,
    Ints,
)


class Factors(NamedTuple):
    """As in `BookProblem`; `touches_left` is not above the touches planned, `kinds` are the kinds
    of scripts.

    `following_kind`, `second_gap` and `third_gap` are as in `Following`. `own_table[k, c]`: a first
    touch on channel c matters to the third of parties of kind k.
    """

    first_account: Int32s
    first_script: Int32s
    first_slot: Int32s
    contact: Float32s
    gain: Float32s
    complaint: Float32s
    tone: Float32s
    try_minutes: Floats
    contact_minutes: Floats
    try_cents: Floats
    contact_cents: Floats
    complaint_cents: float
    touches_left: Int8s
    channel_left: Int8s
    open_from: Int16s
    following_kind: Int32s
    second_gap: Int16s
    third_gap: Int16s
    own_table: Bools
    most_accounts: int
    present_cell: Int16s
    present_script: Int16s
    change_cents: float
    robot: Int16s
    kinds: int
    bonus: Float32s


AT_ONCE = 16
"""Channels of which a number is made."""

OF_ANOTHER = -2
"""In `present_cell` of an account: its party has a present touch on another account, or nobody
counts changes. -1: the party has no present touch, so every touch is a change."""


def factors(problem: BookProblem) -> Factors:
    """Nothing is copied where arrays lie in memory row by row, as those of a big book should."""
    present = problem.present
    cell = np.full(problem.accounts, OF_ANOTHER, np.int16)
    script = np.full(problem.accounts, -1, np.int16)
    if present is not None:
        has = present.account >= 0
        cell[np.repeat(~has, np.diff(problem.first_account))] = -1
        cell[present.account[has]] = present.channel[has] * problem.slots + present.slot[has]
        script[present.account[has]] = present.script[has]
    following = problem.following or _following(problem)
    made = {
        "following_kind": following.kind,
        "second_gap": following.second,
        "third_gap": following.third,
        "own_table": _matters_later(following) & (problem.touches > 2),
        "most_accounts": int(np.diff(problem.first_account).max(initial=1)),
        "touches_left": np.minimum(problem.touches_left, problem.touches).astype(np.int8),
        "present_cell": cell,
        "present_script": script,
        "change_cents": float(present.change_cents) if present is not None else 0.0,
        "bonus": np.zeros(problem.accounts, np.float32) if problem.bonus is None else problem.bonus,
        "complaint_cents": float(problem.complaint_cents),
        "robot": np.arange(problem.scripts, dtype=np.int16)
        if problem.robot is None
        else problem.robot,
        "kinds": problem.kinds,
    }
    arrays = {
        name: np.ascontiguousarray(getattr(problem, name))
        for name in Factors._fields
        if name not in made
    }
    return Factors(**arrays, **made)  # type: ignore[arg-type]


def _following(problem: BookProblem) -> Following:
    """What `gap` and `channel_left` say: parties with the same caps are of one kind."""
    left, kind = kinds(np.clip(problem.channel_left, 0, problem.touches), problem.touches)
    channels = np.arange(problem.channels)
    one, two, three = np.ix_(channels, channels, channels)
    second = np.where((left < 2)[:, None, :] & (one == two)[None, :, :, 0], NEVER, problem.gap)
    same = 1 + (one == three).astype(np.int8) + (two == three)
    third = np.where(same > left[:, None, None, :], NEVER, problem.gap[None, None])
    return Following(kind.astype(np.int32), second.astype(np.int16), third.astype(np.int16))


def kinds(left: Int8s, most: int) -> tuple[Int8s, Ints]:
    """The different rows of `left`, 0 to `most` (at most 3) by channel, and the kind of each party.

    A row is read as one number, ten times as fast as `np.unique` by rows, and shortened before it
    outgrows 64 bits.
    """
    kind = np.zeros(len(left), np.int64)
    for channel in range(left.shape[1]):
        kind = kind * (most + 1) + left[:, channel]
        if channel % AT_ONCE == AT_ONCE - 1:
            kind = np.unique(kind, return_inverse=True)[1]
    _, first, kind = np.unique(kind, return_index=True, return_inverse=True)
    return left[first], kind


def _matters_later(following: Following) -> Bools:
    """(K, C): whether something else may come third than what may come after the second alone."""
    may = following.second < NEVER
    other = (following.third != following.second[:, None]).any(axis=3)
    matters: Bools = (other & may).any(axis=2)
    return matters
