"""Up to three touches of a party: later ones count as far as the earlier ones fail."""

import dataclasses
import itertools

import numba
import numpy as np
import pytest
from feasibility import faults
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_books import capacities, options_of_party, random_book

from strategy.optimizer.priced.best_response import respond
from strategy.optimizer.priced.control import Control
from strategy.optimizer.priced.factors import factors
from strategy.optimizer.priced.market import Market
from strategy.optimizer.priced.problem import NEVER, Capacity, Following
from strategy.optimizer.priced.resources import Resources, tables
from strategy.optimizer.priced.solve import plan_book
from strategy.optimizer.priced.turns import Turns


def sequences(book, party):
    """Every sequence of options that caps and gaps allow a party, the empty one too."""
    options = options_of_party(book, party)
    most = min(int(book.touches_left[party]), book.touches)
    found = [()]
    for length in range(1, most + 1):
        for sequence in itertools.permutations(options, length):
            apart = all(
                later.slot - earlier.slot >= book.gap[earlier.channel, later.channel]
                for earlier, later in itertools.pairwise(sequence)
            )
            channels = [option.channel for option in sequence]
            if apart and all(channels.count(c) <= book.channel_left[party, c] for c in channels):
                found.append(sequence)
    return found


def worth_and_use(sequence):
    value, use, share = 0.0, {}, 1.0
    for option in sequence:
        value += share * option.value
        for key, amount in option.use.items():
            use[key] = use.get(key, 0.0) + share * amount
        share *= 1 - option.chance
    return value, use


def small(seed, touches, parties=1):
    rng = np.random.default_rng(seed)
    book = random_book(
        rng, parties, channels=2, slots=4, scripts=3, touches=touches, room=0.5, most=2
    )
    return rng, book


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([2, 3]), st.sampled_from([0.0, 30.0, 300.0]))
def test_each_party_gets_the_best_of_all_its_sequences(seed, touches, scale):
    rng, book = small(seed, touches, parties=2)
    resources = Resources.of(book)
    prices = rng.uniform(0, scale, len(resources.limited))
    every = np.arange(book.parties, dtype=np.int32)
    answer = respond(factors(book), tables(book, resources, prices), every, resources.rows)
    price = dict(zip(resources.names(book), prices, strict=True))

    for party in range(book.parties):
        nets = []
        for sequence in sequences(book, party):
            value, use = worth_and_use(sequence)
            nets.append(value - sum(use.get(key, 0) * p for key, p in price.items()))
        assert answer.net[party] == pytest.approx(max(nets), rel=1e-5, abs=5e-3)


def may_be_made(following, kind, sequence):
    """Whether gaps from the first to the second and from there to the third are kept."""
    gaps = [following.second[kind, a.channel, b.channel] for a, b in itertools.pairwise(sequence)]
    if len(sequence) > 2:
        gaps[1] = following.third[(kind, *(option.channel for option in sequence))]
    apart = [later.slot - earlier.slot for earlier, later in itertools.pairwise(sequence)]
    return all(away >= gap for away, gap in zip(apart, gaps, strict=True))


def random_following(rng):
    """Two kinds of people, two channels; a third touch keeps the gaps after both before it."""
    choices = np.array([1, 1, 2, NEVER], np.int16)
    second, third = rng.choice(choices, (2, 2, 2)), rng.choice(choices, (2,) * 4)
    for k, c, d, e in np.ndindex(third.shape):
        gaps = second[k, c, d], second[k, d, e], second[k, c, e]
        least = NEVER if NEVER in gaps else max(gaps[1], gaps[2] - gaps[0])
        third[k, c, d, e] = max(third[k, c, d, e], least)
    return Following(np.arange(2, dtype=np.int32), second, third)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([2, 3]), st.sampled_from([0.0, 30.0]))
def test_parties_of_each_kind_follow_a_touch_as_their_kind_may(seed, touches, scale):
    rng, book = small(seed, touches, parties=2)
    free = dataclasses.replace(
        book, gap=np.ones_like(book.gap), channel_left=np.full_like(book.channel_left, touches)
    )
    following = random_following(rng)
    book = dataclasses.replace(free, following=following)
    resources = Resources.of(book)
    prices = rng.uniform(0, scale, len(resources.limited))
    every = np.arange(book.parties, dtype=np.int32)
    answer = respond(factors(book), tables(book, resources, prices), every, resources.rows)
    price = dict(zip(resources.names(book), prices, strict=True))

    for party in range(book.parties):
        nets = []
        for sequence in sequences(free, party):
            if may_be_made(following, party, sequence):
                value, use = worth_and_use(sequence)
                nets.append(value - sum(use.get(key, 0) * p for key, p in price.items()))
        assert answer.net[party] == pytest.approx(max(nets), rel=1e-5, abs=5e-3)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([2, 3]))
def test_a_tiny_plan_is_feasible_and_the_best_one_is_within_its_bound(seed, touches):
    _, book = small(seed, touches, parties=2)
    book = dataclasses.replace(book, gain=book.gain * (np.arange(3) != 1))  # fewer to try
    plan = plan_book(book)
    limits = capacities(book)
    best = 0.0
    for chosen in itertools.product(*(sequences(book, p) for p in range(book.parties))):
        value, left = 0.0, dict(limits)
        for sequence in chosen:
            more, use = worth_and_use(sequence)
            value += more
            for key, amount in use.items():
                if key in left:
                    left[key] -= amount
        if min(left.values(), default=0) >= 0:
            best = max(best, value)

    assert faults(book, plan) == []
    assert plan.value <= best * (1 + 1e-9) + 1e-6
    assert best <= plan.bound


def one_party(touches, gap, left=(3, 3), slots=5):
    """Two channels: the first reaches with 0.5 and gains 1000, the second with 0.8 and 100."""
    book = random_book(np.random.default_rng(0), 1, 2, slots, 2, 1, touches, most=1)
    contact = np.array([[[0.5] * slots, [0.8] * slots]], np.float32)
    unlimited = Capacity(
        minutes=np.full((2, slots), np.inf),
        script_period=np.full((2, 1), np.inf),
        script_day=np.full(2, np.inf),
        channel_day=np.full(2, np.inf),
        money=np.inf,
        complaints=np.inf,
    )
    return dataclasses.replace(
        book,
        contact=contact,
        gain=np.array([[1000, 100]], np.float32),
        try_cents=np.array([10.0, 10.0]),
        contact_cents=np.zeros(2),
        complaint_cents=0.0,
        capacity=unlimited,
        touches_left=np.full(1, touches, np.int8),
        channel_left=np.array([left], np.int8),
        open_from=np.zeros(1, np.int16),
        gap=np.full((2, 2), gap, np.int16),
    )


@pytest.mark.parametrize(
    ("touches", "gap", "left", "channels", "value"),
    [
        (1, 1, (3, 3), [0], 490),
        (2, 1, (3, 3), [0, 0], 490 + 0.5 * 490),
        (3, 2, (3, 3), [0, 0, 0], 490 + 0.5 * 490 + 0.25 * 490),
        (3, 3, (3, 3), [0, 0], 490 + 0.5 * 490),  # a third one would be too close
        (3, 5, (3, 3), [0], 490),
        (3, 2, (1, 1), [0, 1], 490 + 0.5 * 70),
        (3, 2, (2, 1), [0, 0, 1], 490 + 0.5 * 490 + 0.25 * 70),
        (3, 2, (0, 2), [1, 1], 70 + 0.2 * 70),
    ],
)
def test_a_sequence_solved_by_hand(touches, gap, left, channels, value):
    book = one_party(touches, gap, left)
    plan = plan_book(book)

    assert faults(book, plan) == []
    assert plan.channel[0][plan.channel[0] >= 0].tolist() == channels
    assert plan.value == pytest.approx(value, rel=1e-6)
    assert plan.bound == pytest.approx(value, rel=1e-4)


@pytest.fixture(scope="module")
def crowd():
    return random_book(
        np.random.default_rng(3), parties=800, slots=6, scripts=8, touches=3, room=200
    )


def test_a_crowd_comes_close_to_its_bound_and_to_more_than_single_touches(crowd):
    plan = plan_book(crowd)
    single = plan_book(dataclasses.replace(crowd, touches=1))

    assert faults(crowd, plan) == []
    assert plan.gap < 0.02
    assert plan.value > 1.05 * single.value
    assert (plan.account[:, 2] >= 0).any()


def test_one_and_two_threads_make_the_same_plan(crowd):
    plans = []
    for threads in (1, numba.config.NUMBA_NUM_THREADS):
        numba.set_num_threads(threads)
        plans.append(plan_book(crowd))

    assert plans[0].value == plans[1].value
    assert np.array_equal(plans[0].slot, plans[1].slot)


@pytest.mark.parametrize("after", [0, 3])
def test_stopped_it_still_returns_a_feasible_plan(crowd, after):
    asked = []

    def stop():
        asked.append(True)
        return len(asked) > after

    plan = plan_book(crowd, control=Control(stop=stop))

    assert faults(crowd, plan) == []
    assert 0 < plan.value <= plan.bound


def test_those_who_choose_in_turn_see_what_is_full_in_each_period():
    """Two parties, two periods of a slot with one use of the robot each; the later is better."""
    book = dataclasses.replace(
        random_book(np.random.default_rng(0), 2, 1, 2, 1, 2, touches=2, most=1),
        contact=np.array([[[0.5, 0.8]]] * 2, np.float32),
        gain=np.full((2, 1), 1000, np.float32),
        try_cents=np.zeros(1),
        contact_cents=np.zeros(1),
        complaint_cents=0.0,
        capacity=Capacity(
            minutes=np.full((1, 2), np.inf),
            script_period=np.ones((1, 2)),
            script_day=np.full(1, np.inf),
            channel_day=np.full(1, np.inf),
            money=np.inf,
            complaints=np.inf,
        ),
        touches_left=np.ones(2, np.int8),
        channel_left=np.ones((2, 1), np.int8),
        open_from=np.zeros(2, np.int16),
    )
    market = Market.of(book)
    turns = Turns.none(market)
    turns.choose(market, np.zeros(2), np.arange(2, dtype=np.int32))

    assert sorted(turns.cell[:, 0].tolist()) == [0, 1]
    assert turns.value(market) == pytest.approx(1300)
