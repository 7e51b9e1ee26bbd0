"""Parties whose caps leave the same by channel are of one kind."""

import numpy as np
import pytest

from strategy.optimizer.priced.factors import kinds


@pytest.mark.parametrize("channels", [1, 6, 16, 17, 70])
def test_parties_are_of_one_kind_if_and_only_if_the_same_is_left_to_them(channels):
    rng = np.random.default_rng(channels)
    rows = rng.integers(0, 4, (20, channels)).astype(np.int8)
    rows[1] = rows[0]
    rows[1, -1] = 3 - rows[0, -1]  # two that differ in the last channel only
    rows[2] = rows[0]
    rows[2, 0] = 3 - rows[0, 0]  # and in the first only
    left = rows[rng.integers(0, 20, 500)]

    row_of_kind, kind = kinds(left, 3)

    assert len(np.unique(row_of_kind, axis=0)) == len(row_of_kind)
    assert (row_of_kind[kind] == left).all()
