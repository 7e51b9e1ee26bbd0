"""A problem that is wrong is refused, with everything that is wrong."""

import dataclasses

import numpy as np
import pytest
from tiny_books import random_book

from strategy.optimizer.priced.problem import Following

BOOK = random_book(np.random.default_rng(0))
ANYONE = np.zeros(BOOK.parties, np.int32)
TWO_APART = np.full((1, 3, 3), 2, np.int16)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            {"contact": BOOK.contact[0]},
            "`contact` has shape (3, 4), not (accounts, channels, slots)",
        ),
        ({"gain": BOOK.gain[:, 1:]}, "`gain` has shape"),
        ({"gain": BOOK.gain.astype(np.float64)}, "`gain` must hold float32, not float64"),
        ({"gain": -BOOK.gain}, "`gain` must be finite, not negative (0: not allowed)"),
        ({"contact": BOOK.contact + np.float32(1)}, "`contact` holds probabilities, 0 to 1"),
        ({"contact": BOOK.contact * np.float32(np.nan)}, "`contact` holds probabilities, 0 to 1"),
        ({"first_slot": np.array([0, 2, 3], np.int32)}, "`first_slot` must ascend from 0 to 4"),
        ({"robot": np.full(BOOK.scripts, 9, np.int16)}, "`robot` must number"),
        ({"first_account": BOOK.first_account * 0}, "`first_account` must ascend from 0 to"),
        ({"touches": 4}, "`touches` must be 1 to 3"),
        ({"gap": BOOK.gap * 0}, "`gap` must be at least 1 slot"),
        (  # any two touches two slots apart, but the third one slot after the second
            {"following": Following(ANYONE, TWO_APART, np.ones((1, 3, 3, 3), np.int16))},
            "`third` must keep the gap of `second` after each of the touches before",
        ),
        ({"touches_left": BOOK.touches_left - 9}, "`touches_left` must not be negative"),
        ({"complaint_cents": np.inf}, "`complaint_cents` must be finite"),
        ({"capacity": dataclasses.replace(BOOK.capacity, money=-1.0)}, "`money` must not be"),
        (
            {"capacity": dataclasses.replace(BOOK.capacity, minutes=np.full((3, 4), np.nan))},
            "`minutes` must not be negative; `inf` is no limit",
        ),
    ],
)
def test_a_fault_is_named(change, fault):
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the words are looked at below
        dataclasses.replace(BOOK, **change)

    assert fault in str(refused.value)


def test_all_faults_are_named_at_once():
    with pytest.raises(ValueError, match=r"`touches` .*; `gap` "):
        dataclasses.replace(BOOK, touches=0, gap=BOOK.gap * 0)
