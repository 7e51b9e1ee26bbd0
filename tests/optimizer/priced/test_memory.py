"""What a plan would take is known before it starts, and too much is refused."""

import dataclasses

import numpy as np
import pytest
from feasibility import faults
from tiny_books import random_book

from strategy.optimizer.priced.control import Control
from strategy.optimizer.priced.memory import bytes_to_plan
from strategy.optimizer.priced.solve import plan_book


def test_a_million_accounts_fit_into_six_gibibytes():
    book = 4 * 1_000_000 * (6 * 28 + 200)
    needed = bytes_to_plan(1_000_000, channels=6, slots=28, scripts=200)

    assert book < needed < 6 << 30


@pytest.mark.parametrize("name", ["accounts", "channels", "slots", "scripts", "touches"])
def test_more_of_anything_takes_more(name):
    size = {"accounts": 1000, "channels": 6, "slots": 28, "scripts": 200, "touches": 1}

    assert bytes_to_plan(**(size | {name: 2 * size[name]})) > bytes_to_plan(**size)


def test_a_plan_that_would_take_too_much_is_refused_with_both_figures():
    book = random_book(np.random.default_rng(0))
    needed = bytes_to_plan(book.accounts, book.channels, book.slots, book.scripts)

    with pytest.raises(MemoryError, match=r"takes about 0\.4 GB and 0\.1 GB are allowed"):
        plan_book(book, control=Control(most_bytes=1e8))
    plan = plan_book(book, control=Control(most_bytes=needed))
    assert faults(book, plan) == []


def test_what_is_enough_for_one_touch_is_not_for_three():
    book = dataclasses.replace(random_book(np.random.default_rng(0)), touches=3)
    one = bytes_to_plan(book.accounts, book.channels, book.slots, book.scripts)

    with pytest.raises(MemoryError):
        plan_book(book, control=Control(most_bytes=one))
