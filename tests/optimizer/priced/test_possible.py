"""Options that alone take more than there is are no options."""

import dataclasses

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from test_book_plan import one_account_each
from tiny_books import best_plan, capacities, options_of_party, random_book

from strategy.optimizer.priced.possible import possible
from strategy.optimizer.priced.solve import plan_book


def test_a_try_that_never_fits_does_not_lift_the_bound():
    # A try takes 1.5 minutes and is worth 480 cents; of 1.4 minutes it could have 93 %.
    plan = plan_book(one_account_each([1000], minutes=np.array([[1.4, 0.0]])))
    assert (plan.value, plan.bound) == (0, 0)


def test_a_script_that_may_be_used_half_a_time_is_never_used():
    plan = plan_book(one_account_each([1000], script_day=np.array([0.5])))
    assert (plan.value, plan.bound) == (0, 0)


def test_a_book_where_everything_fits_alone_stays_the_very_same():
    book = one_account_each([1000, 3000], minutes=np.array([[1.5, 2.0]]))
    assert possible(book) is book


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_the_best_plan_stays_and_what_is_left_fits_alone(seed):
    book = random_book(np.random.default_rng(seed), room=0.5)
    left = possible(book)
    assert best_plan(left) == best_plan(book)
    limits = capacities(book)
    for party in range(left.parties):
        for option in options_of_party(left, party):
            for kind in ("minutes", "script_day", "channel_day", "money"):
                for key, used in option.use.items():
                    if key[0] == kind and key in limits:
                        assert used <= limits[key] * (1 + 1e-6)


def test_later_touches_count_in_part_so_nothing_is_taken_out():
    book = one_account_each([1000], minutes=np.array([[1.4, 0.0]]))
    assert possible(dataclasses.replace(book, touches=2)).contact is book.contact
