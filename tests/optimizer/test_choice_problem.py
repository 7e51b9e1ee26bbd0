"""A choice that is not well formed says what is wrong with it, all at once."""

from typing import Any

import numpy as np
import pytest
from tiny_choices import choice

GROUPS = [[(10, 1, 2), (7, 1)], [(3, 4)]]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"value": np.array([1.0, 2.0, 3.0])}, "`value` must be one row of int64"),
        ({"value": np.ones((3, 1), np.int64)}, "`value` must be one row of int64"),
        ({"capacity": np.array([1, 2], np.int32)}, "`capacity` must be one row of int64"),
        ({"exactly_one": np.array([0, 1])}, "`exactly_one` must be one row of true or false"),
        ({"first": np.array([0, 3])}, "`first` has 2 entries, not 3"),
        ({"first": np.array([0, 1, 2])}, "`first` must ascend from 0 to the number of options, 3"),
        ({"first": np.array([1, 2, 3])}, "`first` must ascend from 0"),
        ({"first": np.array([0, 4, 3])}, "`first` must ascend from 0"),
        ({"use_row": np.array([0, 1])}, "`use_row` has 2 entries, not 4"),
        ({"use_amount": np.array([0, 1])}, "`use_amount` has 2 entries, not 4"),
        ({"use_option": np.array([0, 0, 1, 3])}, "`use_option` names an option that does not"),
        ({"use_option": np.array([0, 1, 0, 2])}, "uses must ascend by option"),
        ({"use_row": np.array([1, 1, 0, 0])}, "uses must ascend .* name no pair twice"),
        ({"use_row": np.array([0, 2, 0, 0])}, "`use_row` names a resource that does not exist"),
        ({"value": np.array([2**40, 0, 0])}, "`value` must be above .* and below"),
        ({"value": np.array([-(2**40), 0, 0])}, "`value` must be above .* and below"),
        ({"use_amount": np.array([1, -1, 1, 1])}, "`use_amount` must not be negative"),
        ({"use_amount": np.array([1, 2**40, 1, 1])}, "`use_amount` must not be negative and"),
        ({"capacity": np.array([-1, 4])}, "`capacity` must not be negative"),
        ({"capacity": np.array([2**53, 4])}, "`capacity` must not be negative and be below"),
    ],
)
def test_a_fault_is_named(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        choice(GROUPS, [4, 4], **changes)


def test_values_that_no_float_can_add_up_are_refused() -> None:
    with pytest.raises(ValueError, match="`value` adds up to"):
        choice([[(2**40 - 1,)]] * 2**14, [])


def test_all_faults_of_a_kind_are_named_at_once() -> None:
    with pytest.raises(ValueError, match=r"`value`.*`use_amount`.*`capacity`"):
        choice(
            GROUPS,
            [4, -1],
            value=np.array([2**41, 0, 0]),
            use_amount=np.array([-1, 0, 0, 0]),
        )


def test_taking_some_options_keeps_groups_and_resources() -> None:
    small = choice(GROUPS, [4, 4]).take(np.array([1, 2]))
    assert small.first.tolist() == [0, 1, 2]
    assert small.value.tolist() == [7, 3]
    assert (small.use_option.tolist(), small.use_row.tolist()) == ([0, 1], [0, 0])
    assert small.use_amount.tolist() == [1, 4]
    assert small.take(np.array([1])).first.tolist() == [0, 0, 1]


def test_uses_are_added_up_by_resource() -> None:
    p = choice(GROUPS, [4, 4])
    assert p.used(np.array([2, 0])).tolist() == [5, 2]
    assert not p.allows(np.array([0, 2]))
    assert p.allows(np.array([1]))
    assert not p.allows(np.array([0, 1]))  # two of one group


def test_an_option_fits_if_no_resource_lacks_what_it_takes() -> None:
    assert choice(GROUPS, [4, 2]).fits.tolist() == [True, True, True]
    assert choice(GROUPS, [3, 1]).fits.tolist() == [False, True, False]
