"""Floors where plans go by prices: reached in their order, within every limit, and bounded."""

import itertools

import numba
import numpy as np
import pytest
from feasibility import faults
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_books import capacities, one_account_each, options_of_party, random_book

from strategy.optimizer.priced.control import Control
from strategy.optimizer.priced.counted_book import Counted
from strategy.optimizer.priced.floors import count, plan_with_floors
from strategy.optimizer.priced.solve import plan_book

# An attempt of `one_account_each` is worth half the gain less 20 cents, and takes 1.5 minutes.
TWO_ATTEMPTS = {"minutes": np.array([[1.5, 1.5]])}


def of(book, accounts, asked, scripts=None):
    """Touches of these accounts count."""
    own = np.zeros(book.accounts, np.bool_)
    own[list(accounts)] = True
    counted = np.ones(book.scripts, np.bool_) if scripts is None else scripts
    return Counted(own, counted, asked)


@pytest.mark.parametrize(
    ("asked", "value"),
    [
        (0, 480 + 280),
        (1, 480 + 80),
        (2, 80 + 30),
        (3, 80 + 30),  # there is no room for three, and nobody is contacted for nothing
    ],
)
def test_a_floor_solved_by_hand(asked, value):
    book = one_account_each([1000, 600, 200, 100], **TWO_ATTEMPTS)
    found = plan_with_floors(book, [of(book, [2, 3], asked)])

    assert faults(book, found.plan) == []
    assert found.plan.value == pytest.approx(value)
    assert found.plan.bound >= value - 1e-6
    assert found.cost == pytest.approx(760 - value)
    (reach,) = found.reaches
    assert reach.open == 2
    assert (reach.reached, reach.most) == (min(asked, 2), min(asked, 2))


def test_a_contact_that_loses_money_is_made_where_a_floor_asks_for_it():
    book = one_account_each([1000, 10])  # half of 10 is less than the 20 that it costs
    assert plan_book(book).account[1, 0] == -1

    found = plan_with_floors(book, [of(book, [1], 1)])

    assert found.plan.account[1, 0] == 1
    assert found.plan.value == pytest.approx(480 - 15)
    assert found.counted.tolist() == [False, True]
    assert found.reaches[0].price == pytest.approx(15, abs=0.1)


def test_where_nobody_competes_the_bound_is_the_best_plan_that_reaches_as_much():
    gains = [1000, 36, 30, 24, 18, 10, 4]
    book = one_account_each(gains, money=1e6)  # a limit that does not bind, so that prices exist
    found = plan_with_floors(book, [of(book, range(1, 7), 4)])

    best = 480 - 2 - 5 - 8 - 11
    assert found.plan.value == pytest.approx(best)
    assert found.plan.bound == pytest.approx(best, abs=0.01)
    assert found.reaches[0].price == pytest.approx(11, abs=0.01)


def test_who_may_not_be_contacted_so_is_not_and_the_floor_is_missed():
    book = one_account_each([1000, 0, 500])
    found = plan_with_floors(book, [of(book, [1, 2], 2)])

    assert found.plan.account[1, 0] == -1
    reach = found.reaches[0]
    assert (reach.open, reach.reached, reach.possible, reach.most) == (1, 1, 1, 1)


def test_the_floor_named_first_is_met_first_and_the_other_says_what_it_would_have_had():
    book = one_account_each([1000, 900, 300, 200, 100], minutes=np.array([[1.5, 0]]))
    first, second = of(book, [4], 1), of(book, [2, 3], 1)
    one, other = (plan_with_floors(book, floors) for floors in ([first, second], [second, first]))

    assert [reach.reached for reach in one.reaches] == [1, 0]
    assert one.plan.account[:, 0].tolist() == [-1, -1, -1, -1, 4]
    assert (one.reaches[1].possible, one.reaches[1].most) == (1, 1)
    assert [reach.reached for reach in other.reaches] == [1, 0]
    assert other.plan.account[:, 0].tolist() == [-1, -1, 2, -1, -1]


def test_one_contact_counts_for_every_floor_that_it_fits():
    book = one_account_each([1000, 900, 300, 200], minutes=np.array([[1.5, 0]]))
    found = plan_with_floors(book, [of(book, [2, 3], 1), of(book, [1, 2], 1)])

    assert [reach.reached for reach in found.reaches] == [1, 1]
    assert found.plan.account[:, 0].tolist() == [-1, -1, 2, -1]


def test_a_floor_that_the_most_valuable_plan_meets_changes_nothing():
    rng = np.random.default_rng(3)
    book = random_book(rng, 60, room=20)
    free = plan_book(book)
    everything = of(book, range(book.accounts), 1)
    asked = count(free, everything)
    found = plan_with_floors(book, [of(book, range(book.accounts), asked)])

    assert found.plan.value == free.value
    assert (found.cost, found.reaches[0].price) == (0, 0)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 2))
def test_a_tiny_plan_with_floors_is_feasible_and_within_what_is_possible(seed, floors):
    rng = np.random.default_rng(seed)
    book = random_book(rng, parties=3, channels=2, slots=2, scripts=3, periods=2)
    wanted = [
        of(
            book,
            np.flatnonzero(rng.random(book.accounts) < 0.6),
            int(rng.integers(0, 4)),
            rng.random(book.scripts) < 0.7,
        )
        for _ in range(floors)
    ]
    found = plan_with_floors(book, wanted)
    plan, reached = found.plan, [reach.reached for reach in found.reaches]

    assert faults(book, plan) == []
    assert plan.value <= plan.bound + 1e-6
    assert reached == [count(plan, floor) for floor in wanted]
    limits = capacities(book)
    ways = [[None, *options_of_party(book, party)] for party in range(book.parties)]
    for chosen in itertools.product(*ways):
        made = [option for option in chosen if option]
        left = dict(limits)
        for option in made:
            for key in option.use.keys() & left.keys():
                left[key] -= option.use[key]
        if min(left.values(), default=0) < 0:
            continue
        counts = [sum(f.accounts[o.account] and f.scripts[o.script] for o in made) for f in wanted]
        for floor, number, reach in zip(wanted, counts, found.reaches, strict=True):
            assert min(number, floor.asked) <= reach.most
        if all(n >= min(r, f.asked) for n, r, f in zip(counts, reached, wanted, strict=True)):
            assert sum(option.value for option in made) <= plan.bound + 1e-6


@pytest.fixture(scope="module")
def crowded():
    """Four hundred parties who compete for a quarter as many places."""
    rng = np.random.default_rng(11)
    book = random_book(rng, 400, room=25)
    return book, of(book, np.flatnonzero(rng.random(book.accounts) < 0.3), 0)


def test_more_is_reached_than_value_alone_would_reach_and_never_over_capacity(crowded):
    book, floor = crowded
    free = plan_book(book)
    asked = count(free, floor) * 3 // 2
    found = plan_with_floors(book, [Counted(floor.accounts, floor.scripts, asked)])

    assert faults(book, found.plan) == []
    assert count(found.plan, floor) >= asked
    assert found.plan.value <= free.value + 1e-6
    assert found.plan.gap < 0.05
    assert found.reaches[0].price > 0


@pytest.mark.parametrize("seed", [7, 28])
def test_capacities_cost_what_the_bound_says_and_not_what_pins_leave_of_them(seed):
    rng = np.random.default_rng(seed)
    book = random_book(rng, 60, room=5)
    floor = of(book, np.flatnonzero(rng.random(book.accounts) < 0.3), 20)
    found = plan_with_floors(book, [floor])

    cost = sum(row.price * row.capacity for row in found.plan.resources)
    bonuses = sum(reach.price * min(reach.reached, reach.most) for reach in found.reaches)
    assert cost <= found.plan.bound + bonuses + 1
    assert [row.price for row in found.plan.resources] == found.plan.prices.tolist()


def test_one_and_two_threads_make_the_same_plan(crowded):
    book, floor = crowded
    wanted = [Counted(floor.accounts, floor.scripts, 60)]
    plans = []
    for threads in (1, 2):
        numba.set_num_threads(min(threads, numba.config.NUMBA_NUM_THREADS))
        plans.append(plan_with_floors(book, wanted, seed=5).plan)

    assert plans[0].value == plans[1].value
    assert (plans[0].account == plans[1].account).all()
    assert (plans[0].script == plans[1].script).all()


def test_stopped_it_still_returns_a_feasible_plan(crowded):
    book, floor = crowded
    wanted = [Counted(floor.accounts, floor.scripts, 200)]
    found = plan_with_floors(book, wanted, control=Control(stop=lambda: True))

    assert faults(book, found.plan) == []
    assert found.plan.value <= found.plan.bound
