"""What the price-directed planner is asked: factors of a book, never one entry per option."""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Int8s = NDArray[np.int8]
Int16s = NDArray[np.int16]
Int32s = NDArray[np.int32]
Ints = NDArray[np.int64]
Float32s = NDArray[np.float32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MOST_TOUCHES = 3
"""Touches of one party within the horizon."""

NEVER = 2**14
"""More slots than any horizon has."""

LARGEST = 2.0**30
"""Cents of one gain or cost, minutes of one try: far inside what 32-bit floats tell apart."""


@dataclass(frozen=True)
class Capacity:
    """What all parties share. Not negative; `inf` where there is no limit.

    `minutes[c, t]` minutes of agents or lines (or messages, where a try takes one "minute") in a
    slot. `script_period[k, w]` uses of the scripts of kind k in a period (a script is a kind of its
    own unless the problem says which robot speaks it), `script_day[s]` of a script in the whole
    horizon, `channel_day[c]` touches of a channel. `money` cents, `complaints` expected complaints.
    """

    minutes: Floats
    script_period: Floats
    script_day: Floats
    channel_day: Floats
    money: float
    complaints: float


@dataclass(frozen=True)
class Present:
    """The plan that is in use: the touch of each party, -1 in all four arrays where it has none.

    Every party whose treatment becomes another costs `change_cents`; at most the share
    `most_changed` of the parties, 0 to 1, may change, or as many as must.
    """

    account: Int32s
    channel: Int16s
    slot: Int16s
    script: Int16s
    change_cents: float = 0.0
    most_changed: float = 1.0


@dataclass(frozen=True)
class Following:
    """When the next touch of a party may come, for K kinds of parties; party p is of `kind[p]`.

    `second[k, c, d]` slots after a touch on channel c one on d; after touches on c and then d the
    third on e `third[k, c, d, e]` slots after that on d. 1 is the least, `NEVER` that it must not.
    A touch in between never lets a later one come sooner: the third keeps both `second` gaps.
    """

    kind: Int32s
    second: Int16s
    third: Int16s


@dataclass(frozen=True)
class BookProblem:
    """P parties with A accounts; C channels, T slots, S scripts, W periods of slots.

    Ranges are offsets: accounts `first_account[p]` to `first_account[p + 1]` belong to party p,
    scripts `first_script[c]` to `first_script[c + 1]` to channel c, slots `first_slot[w]` to
    `first_slot[w + 1]` to period w.

    Account a, tried on channel c in slot t with script s, is reached with chance
    `x = contact[a, c, t]`. That uses `try_minutes[c] + contact_minutes[c] * x` minutes, costs
    `try_cents[c] + contact_cents[c] * x`, makes `x * complaint[a] * tone[s]` complaints expected,
    and is worth `x * gain[a, s]` minus its cost and minus `complaint_cents` an expected complaint.
    Gains are what contact adds to no contact, in cents. Where contact or gain is 0 the option is
    not allowed (a rule, no consent, out of hours).

    At most `touches` (1 to 3) of a party are planned, in different slots, and no more than
    `touches_left[p]` and, on channel c, `channel_left[p, c]`: what the caps leave after the
    history. None lies before slot `open_from[p]`: what the minimum gaps leave. After a touch on
    channel c the next one on d comes `gap[c, d]` slots later or more (1 is the least). Where caps
    and gaps of parties differ or join channels, `following` says instead of `gap` and
    `channel_left` what may follow a touch. A touch is made only if those before it did not reach
    the party: what it is worth and what it uses count times that chance.

    `robot[s]` is the kind of script s in `capacity.script_period`: the robot that speaks it.

    `bonus[a]`, not below 0, is what every touch of an account is worth more, reached or not: what
    floors add to it.

    `present`, for a single touch only, is the plan to change as little as stated.

    Raises `ValueError` that names everything that is wrong.
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
    capacity: Capacity
    touches: int
    touches_left: Int8s
    channel_left: Int8s
    open_from: Int16s
    gap: Int16s
    present: Present | None = None
    robot: Int16s | None = None
    following: Following | None = None
    bonus: Float32s | None = None

    def __post_init__(self) -> None:
        faults = list(_shape_faults(self)) or [
            *_range_faults(self),
            *_value_faults(self),
            *_present_faults(self),
        ]
        if faults:
            raise ValueError("; ".join(faults))

    @property
    def parties(self) -> int:
        return len(self.first_account) - 1

    @property
    def accounts(self) -> int:
        return len(self.complaint)

    @property
    def channels(self) -> int:
        return len(self.try_minutes)

    @property
    def slots(self) -> int:
        return int(self.contact.shape[2])

    @property
    def scripts(self) -> int:
        return len(self.tone)

    @property
    def kinds(self) -> int:
        """Kinds of scripts in `capacity.script_period`."""
        return len(self.capacity.script_period)

    @property
    def periods(self) -> int:
        return len(self.first_slot) - 1


def derived(problem: BookProblem, **parts: Any) -> BookProblem:
    """The problem with these parts instead, made from parts that were checked: nothing is checked
    again, which would cost a look at every contact chance and gain."""
    other = copy(problem)
    other.__dict__.update(parts)
    return other


def _shape_faults(problem: BookProblem) -> Iterator[str]:
    if problem.contact.ndim != 3:
        yield f"`contact` has shape {problem.contact.shape}, not (accounts, channels, slots)"
        return
    a, c, t = problem.contact.shape
    p, s, w = problem.parties, problem.scripts, problem.periods
    expected = {
        "first_account": ((p + 1,), np.int32),
        "first_script": ((c + 1,), np.int32),
        "first_slot": ((w + 1,), np.int32),
        "contact": ((a, c, t), np.float32),
        "gain": ((a, s), np.float32),
        "complaint": ((a,), np.float32),
        "tone": ((s,), np.float32),
        "try_minutes": ((c,), np.float64),
        "contact_minutes": ((c,), np.float64),
        "try_cents": ((c,), np.float64),
        "contact_cents": ((c,), np.float64),
        "touches_left": ((p,), np.int8),
        "channel_left": ((p, c), np.int8),
        "open_from": ((p,), np.int16),
        "gap": ((c, c), np.int16),
    }
    capacities = {
        "minutes": ((c, t), np.float64),
        "script_period": ((s if problem.robot is None else problem.kinds, w), np.float64),
        "script_day": ((s,), np.float64),
        "channel_day": ((c,), np.float64),
    }
    if problem.robot is not None:
        expected["robot"] = ((s,), np.int16)
    every: list[tuple[Any, dict[str, tuple[tuple[int, ...], Any]]]]
    every = [(problem, expected), (problem.capacity, capacities)]
    if (following := problem.following) is not None:
        k = len(following.second)
        kinds = {
            "kind": ((p,), np.int32),
            "second": ((k, c, c), np.int16),
            "third": ((k, c, c, c), np.int16),
        }
        every.append((following, kinds))
    for of, names in every:
        for name, (shape, kind) in names.items():
            array: NDArray[np.generic] = getattr(of, name)
            if array.shape != shape:
                yield f"`{name}` has shape {array.shape}, not {shape}"
            elif array.dtype != kind:
                yield f"`{name}` must hold {kind.__name__}, not {array.dtype}"


def _range_faults(problem: BookProblem) -> Iterator[str]:
    ends = {
        "first_account": problem.accounts,
        "first_script": problem.scripts,
        "first_slot": problem.slots,
    }
    for name, end in ends.items():
        offsets: Int32s = getattr(problem, name)
        if (
            len(offsets) == 0
            or offsets[0] != 0
            or offsets[-1] != end
            or (np.diff(offsets) < 0).any()
        ):
            yield f"`{name}` must ascend from 0 to {end}"
    sizes = np.diff(problem.first_account)
    if sizes.size and sizes.min() < 1:
        yield "`first_account` must give every party an account"
    robot = problem.robot
    if robot is not None and robot.size and not 0 <= robot.min() <= robot.max() < problem.kinds:
        yield f"`robot` must number {problem.kinds} kinds from 0"
    if not 1 <= problem.touches <= MOST_TOUCHES:
        yield f"`touches` must be 1 to {MOST_TOUCHES}"
    if problem.gap.size and problem.gap.min() < 1:
        yield "`gap` must be at least 1 slot"
    detour = (problem.gap[:, :, None] + problem.gap[None, :, :]).min(axis=1, initial=2**14)
    if (problem.gap > detour).any():
        yield "`gap` from one channel to another must not exceed the way over a third"
    if (following := problem.following) is not None:
        if min(following.second.min(initial=1), following.third.min(initial=1)) < 1:
            yield "`second` and `third` must be at least 1 slot"
        if (following.third < _least_third(following.second)).any():
            yield "`third` must keep the gap of `second` after each of the touches before"
        kind = following.kind
        if kind.size and not 0 <= kind.min() <= kind.max() < len(following.second):
            yield f"`kind` must number {len(following.second)} kinds from 0"
    for name in ("touches_left", "channel_left", "open_from"):
        array: NDArray[np.signedinteger] = getattr(problem, name)
        if array.size and array.min() < 0:
            yield f"`{name}` must not be negative"


def _least_third(second: Int16s) -> Ints:
    """Slots after the second touch from which the third keeps its gap after both touches."""
    gap = second.astype(np.int64)
    one, two, over = gap[:, :, :, None], gap[:, None], gap[:, :, None]
    never = (one >= NEVER) | (two >= NEVER) | (over >= NEVER)
    return np.where(never, NEVER, np.maximum(two, over - one))


def _value_faults(problem: BookProblem) -> Iterator[str]:
    for name in (
        "try_minutes",
        "contact_minutes",
        "try_cents",
        "contact_cents",
        "complaint",
        "tone",
    ):
        if not _within(getattr(problem, name), LARGEST):
            yield f"`{name}` must be finite, not negative and below {LARGEST:.0f}"
    if not _within(np.array([problem.complaint_cents]), LARGEST):
        yield f"`complaint_cents` must be finite, not negative and below {LARGEST:.0f}"
    if not _within(problem.contact, 1.0):
        yield "`contact` holds probabilities, 0 to 1"
    if not _within(problem.gain, LARGEST):
        yield f"`gain` must be finite, not negative (0: not allowed) and below {LARGEST:.0f}"
    for name in ("minutes", "script_period", "script_day", "channel_day"):
        array: Floats = getattr(problem.capacity, name)
        if np.isnan(array).any() or (array < 0).any():
            yield f"`{name}` must not be negative; `inf` is no limit"
    for name in ("money", "complaints"):
        if not getattr(problem.capacity, name) >= 0:
            yield f"`{name}` must not be negative; `inf` is no limit"


def _present_faults(problem: BookProblem) -> Iterator[str]:
    present = problem.present
    if present is None:
        return
    if problem.touches != 1:
        yield "`present` needs `touches` 1"
    if not _within(np.array([present.change_cents]), LARGEST):
        yield f"`change_cents` must be finite, not negative and below {LARGEST:.0f}"
    if not 0 <= present.most_changed <= 1:
        yield "`most_changed` must be a share from 0 to 1"
    arrays = (present.account, present.channel, present.slot, present.script)
    if any(array.shape != (problem.parties,) for array in arrays):
        yield f"`present` must have one entry for each of {problem.parties} parties"
        return
    kept = present.account >= 0
    if any((array[kept] < 0).any() or (array[~kept] != -1).any() for array in arrays):
        yield "`present` must be a whole touch or -1 in all four arrays"
        return
    account, channel, slot, script = (array[kept] for array in arrays)
    first = problem.first_account
    if (account < first[:-1][kept]).any() or (account >= first[1:][kept]).any():
        yield "`present` gives a party the account of another"
    if (channel >= problem.channels).any() or (slot >= problem.slots).any():
        yield "`present` names a channel or slot that does not exist"
    elif (script < problem.first_script[channel]).any() or (
        script >= problem.first_script[channel + 1]
    ).any():
        yield "`present` names a script of another channel"


def _within(array: NDArray[np.floating], largest: float) -> bool:
    """All of 0 to `largest`; a NaN is not."""
    return not array.size or bool(array.min() >= 0 and array.max() <= largest)
