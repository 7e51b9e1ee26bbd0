"""Every option worth choosing, as flat columns."""

from dataclasses import dataclass

import numpy as np

from strategy.optimizer.problem import Bools, Floats, Ints, PlanProblem

CHUNK = 4_000_000
"""Cells (account, channel, slot, script) looked at together: bounds memory, not the answer."""


@dataclass(frozen=True)
class Options:
    """One entry per option, sorted by account: positions, whole cents, billionths."""

    account: Ints
    channel: Ints
    slot: Ints
    script: Ints
    value: Ints
    complaint: Ints

    def __len__(self) -> int:
        return len(self.value)

    def take(self, chosen: Ints) -> "Options":
        """The options at these positions, in which accounts must ascend."""
        return Options(
            self.account[chosen],
            self.channel[chosen],
            self.slot[chosen],
            self.script[chosen],
            self.value[chosen],
            self.complaint[chosen],
        )


def options_of(problem: PlanProblem) -> Options:
    """Allowed options of positive value, or that a floor counts, that no other script beats on
    value and complaints.

    Only a script of the same robot type that the same floors count beats another.
    """
    cells = len(problem.channels) * len(problem.slots) * len(problem.scripts)
    step = max(1, CHUNK // max(cells, 1))
    types = problem.robot if problem.robot.size else np.full(len(problem.scripts), -1)
    traits = np.array([types, *(floor.scripts for floor in problem.floors)])
    kinds, kind = np.unique(traits, axis=1, return_inverse=True)
    alike = [np.flatnonzero(kind.ravel() == one) for one in range(kinds.shape[1])]
    parts = [
        _chunk(problem, first, min(first + step, len(problem.accounts)), scripts)
        for first in range(0, len(problem.accounts), step)
        for scripts in alike
    ]
    if not parts:
        nothing = np.zeros(0, np.int64)
        return Options(*[nothing] * 6)
    together = Options(
        *(
            np.concatenate([getattr(p, name) for p in parts])
            for name in ("account", "channel", "slot", "script", "value", "complaint")
        )
    )
    if len(alike) == 1:
        return together
    return together.take(np.argsort(together.account, kind="stable"))


def _chunk(problem: PlanProblem, first: int, last: int, scripts: Ints) -> Options:
    """Options of accounts [first, last) with these scripts."""
    rows = slice(first, last)
    # Scripts from least to most complaints: then an option is beaten exactly when an earlier
    # script of the same account, channel and slot is worth as much.
    order = scripts[np.argsort(problem.complaint_micro[rows][..., scripts], axis=2, kind="stable")]
    gain = _reorder(problem.gain_cents[rows], order)
    cost = _reorder(problem.cost_cents[rows], order)
    usable = np.take_along_axis(problem.script_allowed[rows], order, axis=2)
    value = np.rint(
        problem.contact[rows][:, :, :, None] * gain[:, :, None, :] - cost[:, :, None, :]
    )
    value[~(problem.allowed[rows][:, :, :, None] & usable[:, :, None, :])] = -np.inf
    counted = np.zeros(last - first, np.bool_)
    for floor in problem.floors:
        if floor.scripts[scripts].any():  # all of them or none
            counted |= floor.accounts[rows]
    least = np.where(counted, -np.inf, 0.0)[:, None, None, None]
    account, channel, slot, place = np.nonzero(_unbeaten(value, least))
    script = order[account, channel, place]
    return Options(
        (account + first).astype(np.int64),
        channel.astype(np.int64),
        slot.astype(np.int64),
        script.astype(np.int64),
        value[account, channel, slot, place].astype(np.int64),
        _complaints(problem, account + first, channel, slot, script),
    )


def _complaints(
    problem: PlanProblem, account: Ints, channel: Ints, slot: Ints, script: Ints
) -> Ints:
    """Billionths of a complaint."""
    contact = problem.contact[account, channel, slot].astype(np.float64)
    micro = contact * problem.complaint_micro[account, channel, script]
    billionths: Ints = np.rint(1000 * micro).astype(np.int64)
    return billionths


def _reorder(array: Floats, order: Ints) -> Floats:
    return np.take_along_axis(array, order, axis=2)


def _unbeaten(value: Floats, least: Floats) -> Bools:
    """Values above the least and above every earlier one on the last axis."""
    best = np.maximum.accumulate(value, axis=-1)
    kept: Bools = value > least
    kept[..., 1:] &= value[..., 1:] > best[..., :-1]
    return kept
