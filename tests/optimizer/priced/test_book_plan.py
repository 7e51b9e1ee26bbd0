"""Plans of books: feasible, within a bound that holds, the same on any number of threads."""

import dataclasses

import numba
import numpy as np
import pytest
from feasibility import faults
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_books import best_plan, one_account_each, random_book

from strategy.optimizer.priced.control import Control
from strategy.optimizer.priced.market import Market
from strategy.optimizer.priced.solve import plan_book

GAINS = (1000, 3000, 2000, 400)


@pytest.mark.parametrize(
    ("capacity", "planned"),
    [
        ({}, [0, 1, 2, 3]),
        ({"minutes": np.array([[1.5, 2.9]])}, [1, 2]),  # each try takes 1.5 minutes
        ({"script_period": np.array([[3.0]])}, [0, 1, 2]),
        ({"script_day": np.array([2.0])}, [1, 2]),
        ({"channel_day": np.array([1.0])}, [1]),
        ({"money": 60.0}, [0, 1, 2]),  # 20 cents each
        ({"complaints": 0.5}, [1, 2]),  # a quarter each
        ({"minutes": np.zeros((1, 2))}, []),
    ],
)
def test_what_is_scarce_goes_to_those_who_gain_most(capacity, planned):
    book = one_account_each(GAINS, **capacity)
    plan = plan_book(book)

    assert faults(book, plan) == []
    assert np.flatnonzero(plan.account[:, 0] >= 0).tolist() == planned
    assert plan.value == sum(GAINS[p] / 2 - 20 for p in planned)
    assert plan.bound >= plan.value


def test_a_slot_that_is_full_sends_parties_to_the_other_one():
    book = one_account_each(GAINS, minutes=np.array([[1.5, 4.5]]))
    plan = plan_book(book)

    assert faults(book, plan) == []
    assert sorted(plan.slot[:, 0].tolist()) == [0, 1, 1, 1]


def test_caps_and_gaps_of_the_history_hold():
    book = one_account_each(GAINS)
    book.touches_left[0] = 0
    book.channel_left[1] = 0
    book.open_from[:] = [0, 0, 1, 2]
    plan = plan_book(book)

    assert plan.account[:, 0].tolist() == [-1, -1, 2, -1]
    assert plan.slot[2, 0] == 1
    assert plan.alone.not_allowed == 3


def test_why_parties_are_left_alone():
    book = one_account_each((0, 30, 1000, 2000), channel_day=np.array([1.0]))
    plan = plan_book(book)

    assert dataclasses.astuple(plan.alone) == (1, 1, 1)


@pytest.mark.parametrize("seed", range(3))
def test_where_all_slots_are_alike_none_stays_empty_that_somebody_would_take(seed):
    # 400 people who are reached alike in each of 60 slots, five places a slot: 300 get one.
    slots, parties = 60, 400
    rng = np.random.default_rng(seed)
    gains = rng.uniform(500, 600, parties).astype(np.float32)
    one = one_account_each(gains)
    book = dataclasses.replace(
        one,
        first_slot=np.array([0, slots], np.int32),
        contact=np.full((parties, 1, slots), 0.5, np.float32),
        capacity=dataclasses.replace(one.capacity, minutes=np.full((1, slots), 7.5)),
    )
    plan = plan_book(book, seed=seed)

    assert faults(book, plan) == []
    assert (plan.account >= 0).sum() == 300
    assert plan.value > 300 * (500 / 2 - 20)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([0.3, 1.0]), st.sampled_from([0, 2]))
def test_a_tiny_plan_is_feasible_and_the_best_one_is_within_its_bound(seed, room, robots):
    book = random_book(np.random.default_rng(seed), room=room, robots=robots)
    plan = plan_book(book, seed=seed)
    best = best_plan(book)

    assert faults(book, plan) == []
    assert plan.value <= best * (1 + 1e-9) + 1e-6
    assert best <= plan.bound


def test_scripts_of_one_robot_share_its_lines():
    # Scripts 0 and 1 are spoken by one robot with one line, script 2 by another without a limit.
    book = random_book(np.random.default_rng(0), 3, 1, 1, 3, 1, most=1, robots=2)
    gains = [[900, 0, 300], [0, 800, 300], [700, 0, 100]]
    free = one_account_each((1, 1, 1)).capacity
    book = dataclasses.replace(
        book,
        contact=np.full((3, 1, 1), 0.5, np.float32),
        gain=np.array(gains, np.float32),
        robot=np.array([0, 0, 1], np.int16),
        try_cents=np.zeros(1),
        contact_cents=np.zeros(1),
        complaint_cents=0.0,
        capacity=dataclasses.replace(
            free,
            minutes=np.full((1, 1), np.inf),
            script_period=np.array([[1.0], [np.inf]]),
            script_day=np.full(3, np.inf),
        ),
        touches_left=np.ones(3, np.int8),
        channel_left=np.ones((3, 1), np.int8),
        open_from=np.zeros(3, np.int16),
    )
    plan = plan_book(book)

    assert faults(book, plan) == []
    assert plan.script[:, 0].tolist() == [0, 2, 2]
    assert plan.value == (900 + 300 + 100) / 2


def test_a_person_may_have_any_number_of_accounts_for_a_single_touch():
    book = dataclasses.replace(
        one_account_each((100, 200, 300, 400, 500, 600)),
        first_account=np.array([0, 6], np.int32),
        touches_left=np.ones(1, np.int8),
        channel_left=np.ones((1, 1), np.int8),
        open_from=np.zeros(1, np.int16),
    )

    assert plan_book(book).account[:, 0].tolist() == [5]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.floats(0, 1000))
def test_any_prices_prove_a_bound(seed, scale):
    rng = np.random.default_rng(seed)
    book = random_book(rng)
    market = Market.of(book)
    market.respond(rng.uniform(0, scale, len(market.resources.limited)), market.everyone)

    assert best_plan(book) <= market.bound


@pytest.fixture(scope="module")
def crowd():
    """1,500 parties that ask for about twice what there is."""
    return random_book(np.random.default_rng(3), parties=1500, slots=6, scripts=8, room=200)


def test_a_crowd_comes_close_to_its_bound(crowd):
    plan = plan_book(crowd)

    assert faults(crowd, plan) == []
    assert plan.gap < 0.01
    assert any(row.price > 0 and row.slack < 0.01 * row.capacity for row in plan.resources)


def test_one_and_two_threads_make_the_same_plan(crowd):
    plans = []
    for threads in (1, numba.config.NUMBA_NUM_THREADS):
        numba.set_num_threads(threads)
        plans.append(plan_book(crowd, seed=4))

    one, more = plans
    assert (one.value, one.bound, one.passes) == (more.value, more.bound, more.passes)
    for name in ("account", "channel", "slot", "script", "prices"):
        assert np.array_equal(getattr(one, name), getattr(more, name))


@pytest.mark.parametrize("after", [0, 1, 5, 20, 45])
def test_stopped_at_any_time_it_still_returns_a_feasible_plan_with_a_bound(crowd, after):
    asked = []

    def stop():
        asked.append(True)
        return len(asked) > after

    plan = plan_book(crowd, control=Control(stop=stop))

    assert faults(crowd, plan) == []
    assert 0 < plan.value <= plan.bound < np.inf


def test_fewer_passes_are_an_effort_that_ends_the_search(crowd):
    plan = plan_book(crowd, control=Control(most_passes=5))

    assert faults(crowd, plan) == []
    assert plan.passes < 12


def test_progress_tells_a_bound_that_falls_and_then_a_value(crowd):
    told = []
    plan = plan_book(crowd, control=Control(progress=lambda *what: told.append(what)))

    bounds = [bound for _, bound, _ in told]
    assert bounds == sorted(bounds, reverse=True)
    assert told[-1] == ("plan", plan.bound, plan.value)


def test_a_party_of_500_accounts_is_planned_about_the_best_of_them():
    book = one_account_each(range(1, 501), minutes=np.array([[1.5, 0.0]]))
    book = dataclasses.replace(
        book,
        first_account=np.array([0, 500], np.int32),
        touches_left=book.touches_left[:1],
        channel_left=book.channel_left[:1],
        open_from=book.open_from[:1],
    )
    plan = plan_book(book)
    assert plan.account[0, 0] == 499
    assert plan.value == pytest.approx(500 / 2 - 20)


def test_what_there_is_nothing_of_costs_nothing():
    book = one_account_each([1000, 600, 200, 100], minutes=np.array([[1.5, 0.0]]))
    plan = plan_book(book)

    prices = {row.place: row.price for row in plan.resources if row.kind == "minutes"}
    assert prices[0, 1] == 0
    assert prices[0, 0] > 0
