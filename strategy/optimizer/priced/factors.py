"""The arrays of a problem in the form the compiled kernels take."""

from typing import NamedTuple

import numpy as np

from strategy.optimizer.priced.problem import (
    BookProblem,
    Float32s,
    Floats,
    Int8s,
    Int16s,
    Int32s,
)


class Factors(NamedTuple):
    """As in `BookProblem`; `touches_left` is not above the touches planned, `kinds` are the kinds
    of scripts."""

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
    gap: Int16s
    present_cell: Int16s
    present_script: Int16s
    change_cents: float
    robot: Int16s
    kinds: int


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
    made = {
        "touches_left": np.minimum(problem.touches_left, problem.touches).astype(np.int8),
        "present_cell": cell,
        "present_script": script,
        "change_cents": float(present.change_cents) if present is not None else 0.0,
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
