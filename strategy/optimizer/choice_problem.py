"""A choice within shared capacities, on plain arrays: what every planning problem becomes.

Of each group of options choose one at most, or exactly one; every option uses amounts of shared
resources; maximise the value. Contact plans (group: an account), generalized assignment (group: a
job) and multiple-choice knapsacks are all of this shape.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LARGEST = 2**40
"""Of a value or an amount. Sums of them stay exact in 64 bits, each of them in a float."""
LARGEST_CAPACITY = 2**53
MOST_WORTH = 2**53
"""Of what all groups together may be worth: sums up to here are exact in a float."""
MOST_USED = 2**62
"""Of all amounts together: what CP-SAT can add up."""


@dataclass(frozen=True)
class ChoiceProblem:
    """G groups, O options, R resources. Whole numbers only.

    `first`: shape (G + 1,), the options of group g are those from `first[g]` to `first[g + 1]`.
    `value`: (O,), may be negative, which matters where a group must choose. Entry e says that
    option `use_option[e]` takes `use_amount[e]` of resource `use_row[e]`; entries ascend by option,
    and those of one option by resource.
    `capacity`: (R,). `exactly_one`: (G,), whether the group must choose. Raises `ValueError` that
    names everything that is wrong.
    """

    first: Ints
    value: Ints
    use_option: Ints
    use_row: Ints
    use_amount: Ints
    capacity: Ints
    exactly_one: Bools

    def __post_init__(self) -> None:
        faults = _array_faults(self) or list(_order_faults(self)) or list(_size_faults(self))
        if faults:
            raise ValueError("; ".join(faults))

    @property
    def groups(self) -> int:
        return len(self.exactly_one)

    @property
    def options(self) -> int:
        return len(self.value)

    @cached_property
    def group(self) -> Ints:
        """Group of each option: shape (O,)."""
        return np.repeat(np.arange(self.groups), np.diff(self.first))

    @cached_property
    def filled(self) -> Ints:
        """Groups that have an option, ascending."""
        return np.flatnonzero(np.diff(self.first))

    @cached_property
    def uses(self) -> Ints:
        """Shape (O + 1,): the entries of option i are those from `uses[i]` to `uses[i + 1]`."""
        return np.searchsorted(self.use_option, np.arange(self.options + 1)).astype(np.int64)

    @cached_property
    def fits(self) -> Bools:
        """Whether each option alone takes no more than there is: shape (O,)."""
        over = self.use_amount > self.capacity[self.use_row]
        fits = np.ones(self.options, np.bool_)
        fits[self.use_option[over]] = False
        return fits

    @cached_property
    def largest_total(self) -> int:
        """No choice is worth more, or less than minus this."""
        if not len(self.filled):
            return 0
        most = np.maximum.reduceat(np.abs(self.value), self.first[self.filled])
        return int(most.sum())

    def take(self, kept: Ints) -> "ChoiceProblem":
        """The same groups and resources, with only the options at these ascending positions."""
        place = np.full(self.options, -1)
        place[kept] = np.arange(len(kept))
        use_option = place[self.use_option]
        used = use_option >= 0
        return replace(
            self,
            first=np.searchsorted(kept, self.first).astype(np.int64),
            value=self.value[kept],
            use_option=use_option[used],
            use_row=self.use_row[used],
            use_amount=self.use_amount[used],
        )

    def used(self, options: Ints) -> Ints:
        """How much of each resource these different options take together: shape (R,)."""
        small = self.take(np.sort(options))
        total = np.zeros(len(self.capacity), np.int64)
        np.add.at(total, small.use_row, small.use_amount)
        return total

    def allows(self, options: Ints) -> bool:
        """Whether these positions of options are a choice that keeps every constraint."""
        times = np.bincount(self.group[options], minlength=self.groups)
        one_each = (times <= 1).all() and (times[self.exactly_one] == 1).all()
        return bool(one_each and (self.used(options) <= self.capacity).all())

    def rows(self) -> Iterator[tuple[int, list[int], list[int]]]:
        """Capacity, options and amounts of each resource in turn."""
        order = np.argsort(self.use_row, kind="stable")
        option, amount = self.use_option[order].tolist(), self.use_amount[order].tolist()
        ends = np.cumsum(np.bincount(self.use_row, minlength=len(self.capacity))).tolist()
        begin = 0
        for capacity, end in zip(self.capacity.tolist(), ends, strict=True):
            yield capacity, option[begin:end], amount[begin:end]
            begin = end


@dataclass(frozen=True)
class Counted:
    """Positions of the options that a floor counts, ascending, and how many it asks for."""

    options: Ints
    asked: int


def _array_faults(problem: ChoiceProblem) -> list[str]:
    faults = []
    for name in ("first", "value", "use_option", "use_row", "use_amount", "capacity"):
        array: NDArray[np.generic] = getattr(problem, name)
        if array.ndim != 1 or array.dtype != np.int64:
            faults.append(f"`{name}` must be one row of int64, not {array.ndim} of {array.dtype}")
    if problem.exactly_one.ndim != 1 or problem.exactly_one.dtype != np.bool_:
        faults.append("`exactly_one` must be one row of true or false")
    if faults:
        return faults
    if len(problem.first) != problem.groups + 1:
        faults.append(f"`first` has {len(problem.first)} entries, not {problem.groups + 1}")
    entries = len(problem.use_option)
    for name in ("use_row", "use_amount"):
        if len(getattr(problem, name)) != entries:
            faults.append(f"`{name}` has {len(getattr(problem, name))} entries, not {entries}")
    return faults


def _order_faults(problem: ChoiceProblem) -> Iterator[str]:
    first, option = problem.first, problem.use_option
    if first[0] != 0 or first[-1] != problem.options or (np.diff(first) < 0).any():
        yield f"`first` must ascend from 0 to the number of options, {problem.options}"
    if not _within(option, 0, problem.options):
        yield "`use_option` names an option that does not exist"
    elif not _ascends(option, problem.use_row):
        yield "uses must ascend by option, then by resource, and name no pair twice"
    if not _within(problem.use_row, 0, len(problem.capacity)):
        yield "`use_row` names a resource that does not exist"


def _ascends(option: Ints, row: Ints) -> bool:
    step = np.diff(option)
    return bool(((step > 0) | ((step == 0) & (np.diff(row) > 0))).all())


def _size_faults(problem: ChoiceProblem) -> Iterator[str]:
    if not _within(problem.value, 1 - LARGEST, LARGEST):
        yield f"`value` must be above {-LARGEST} and below {LARGEST}"
    elif problem.largest_total >= MOST_WORTH:
        yield f"`value` adds up to {MOST_WORTH} or more over the groups"
    if not _within(problem.use_amount, 0, LARGEST):
        yield f"`use_amount` must not be negative and be below {LARGEST}"
    elif float(problem.use_amount.sum(dtype=np.float64)) >= MOST_USED:
        yield f"`use_amount` adds up to {MOST_USED} or more"
    if not _within(problem.capacity, 0, LARGEST_CAPACITY):
        yield f"`capacity` must not be negative and be below {LARGEST_CAPACITY}"


def _within(array: Ints, low: int, high: int) -> bool:
    return not array.size or bool(array.min() >= low and array.max() < high)
