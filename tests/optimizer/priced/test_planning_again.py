"""Planning again from the prices of the last plan: pins stay, and few parties change."""

import dataclasses
from itertools import product

import numpy as np
import pytest
from feasibility import changes, faults
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_books import best_plan, capacities, one_account_each, options_of_party, random_book

from strategy.optimizer.priced.pins import Pins
from strategy.optimizer.priced.problem import Present
from strategy.optimizer.priced.solve import plan_book


def in_use(plan, **terms):
    touches = (plan.account, plan.channel, plan.slot, plan.script)
    return Present(*(array[:, 0].copy() for array in touches), **terms)


def half_from(book, slot):
    """All channels lose half their minutes from a slot on."""
    minutes = book.capacity.minutes.copy()
    minutes[:, slot:] /= 2
    return dataclasses.replace(book, capacity=dataclasses.replace(book.capacity, minutes=minutes))


@pytest.fixture(scope="module")
def crowd():
    return random_book(np.random.default_rng(3), parties=1500, slots=6, scripts=8, room=200)


@pytest.fixture(scope="module")
def first(crowd):
    return plan_book(crowd)


def test_from_its_own_prices_the_same_book_gets_as_good_a_plan_in_fewer_passes(crowd, first):
    again = plan_book(crowd, start=first.prices)

    assert faults(crowd, again) == []
    assert again.value == pytest.approx(first.value, rel=0.01)
    assert again.bound == pytest.approx(first.bound, rel=0.001)
    assert again.passes < 0.4 * first.passes


@pytest.mark.parametrize("share", [0.02, 0.1])
def test_no_more_parties_change_than_may(crowd, first, share):
    book = dataclasses.replace(crowd, present=in_use(first, most_changed=share))
    again = plan_book(book, start=np.append(first.prices, 0.0))

    assert faults(book, again) == []
    assert again.changed == changes(book, again) <= share * book.parties


def test_changes_that_are_forced_are_told_and_no_others_are_made(crowd, first):
    """Half of the parties that are planned have paid: their touch is closed."""
    gain = crowd.gain.copy()
    gone = np.flatnonzero(first.account[:, 0] >= 0)[::2]
    gain[first.account[gone, 0]] = 0
    book = dataclasses.replace(
        crowd, gain=gain, present=in_use(first, most_changed=0.5 * len(gone) / crowd.parties)
    )
    again = plan_book(book, start=np.append(first.prices, 0.0))

    assert faults(book, again) == []
    assert again.forced == len(gone)
    assert again.changed == changes(book, again) == len(gone)


def test_capacities_that_vanish_force_changes(crowd, first):
    minutes = crowd.capacity.minutes.copy()
    minutes[0] = 0
    capacity = dataclasses.replace(crowd.capacity, minutes=minutes)
    book = dataclasses.replace(crowd, capacity=capacity, present=in_use(first, most_changed=0.0))
    again = plan_book(book)

    assert faults(book, again) == []
    assert again.forced == (first.channel[:, 0] == 0).sum() > 0
    assert again.changed == changes(book, again) == again.forced


@pytest.mark.parametrize("seed", range(12))
def test_the_limit_of_changes_is_met_whatever_shrinks(seed):
    rng = np.random.default_rng(seed)
    book = random_book(rng, parties=60, slots=4, scripts=6, room=8)
    first = plan_book(book)
    minutes = book.capacity.minutes * rng.uniform(0.5, 1, book.capacity.minutes.shape)
    day = np.floor(book.capacity.script_day * rng.uniform(0.7, 1, book.scripts))
    capacity = dataclasses.replace(book.capacity, minutes=minutes, script_day=day)
    share = float(rng.choice([0.0, 0.03, 0.1]))
    book = dataclasses.replace(book, capacity=capacity, present=in_use(first, most_changed=share))
    again = plan_book(book)

    assert faults(book, again) == []
    assert again.changed <= max(again.forced, share * book.parties)
    assert again.value <= again.bound


def test_half_the_minutes_lost_from_a_slot_on_change_only_some_parties(crowd, first):
    cut = half_from(crowd, 3)
    book = dataclasses.replace(cut, present=in_use(first, most_changed=0.2))
    again = plan_book(book, start=np.append(first.prices, 0.0))
    free = plan_book(cut)

    assert faults(book, again) == []
    assert again.changed <= 0.2 * book.parties
    assert again.value > 0.95 * free.value


def test_a_dear_change_is_only_made_where_it_pays(crowd, first):
    counts = []
    cut = half_from(crowd, 3)
    for cents in (0.0, 100.0, 1e6):
        book = dataclasses.replace(cut, present=in_use(first, change_cents=cents))
        again = plan_book(book, start=first.prices)
        assert faults(book, again) == []
        assert again.bound >= again.value
        counts.append(again.changed)

    assert counts[0] > counts[1] > counts[2] > 0  # some must change


def worth(book, options):
    """Value of one option or None a party; None if it breaks a limit."""
    left = capacities(book)
    present = book.present
    value, changed = 0.0, 0
    for party, option in enumerate(options):
        touch = (-1,) * 4
        if option is not None:
            touch = (option.account, option.channel, option.slot, option.script)
            value += option.value
            for key, use in option.use.items():
                if key in left:
                    left[key] -= use
        changed += touch != tuple(
            int(array[party])
            for array in (present.account, present.channel, present.slot, present.script)
        )
    if min(left.values(), default=0) < 0 or changed > present.most_changed * book.parties:
        return None
    return value - present.change_cents * changed


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([0.0, 0.4, 1.0]), st.sampled_from([0.0, 200.0]))
def test_the_best_way_to_change_a_tiny_plan_is_within_the_bound(seed, share, cents):
    book = random_book(
        np.random.default_rng(seed), parties=3, channels=2, slots=2, scripts=3, most=1
    )
    first = plan_book(book)
    book = dataclasses.replace(book, present=in_use(first, most_changed=share, change_cents=cents))
    every = product(*([None, *options_of_party(book, p)] for p in range(book.parties)))
    best = max(v for options in every if (v := worth(book, options)) is not None)
    again = plan_book(book)

    assert faults(book, again) == []
    assert again.changed <= share * book.parties
    assert again.value <= best * (1 + 1e-9) + 1e-6
    assert best <= again.bound


def test_pinned_parties_keep_their_touch_and_use_what_it_uses(crowd, first):
    party = np.flatnonzero(first.account[:, 0] >= 0)[::40].astype(np.int32)
    touch = (first.account, first.channel, first.slot, first.script)
    pins = Pins(party, *(array[party, 0] for array in touch))
    cut = half_from(crowd, 3)
    again = plan_book(cut, start=first.prices, pins=pins)

    assert faults(cut, again) == []
    for array, name in zip(touch, ("account", "channel", "slot", "script"), strict=True):
        assert np.array_equal(getattr(again, name)[party, 0], array[party, 0])
    assert again.value <= again.bound
    assert again.bound <= first.bound


def test_a_pin_is_part_of_the_best_plan_that_keeps_it():
    book = random_book(np.random.default_rng(11), room=1.0)
    first = plan_book(book)
    (party, *_) = np.flatnonzero(first.account[:, 0] >= 0)
    touch = (first.account, first.channel, first.slot, first.script)
    one = np.array([party], np.int32)
    again = plan_book(book, pins=Pins(one, *(array[one, 0] for array in touch)))

    assert faults(book, again) == []
    assert again.value <= best_plan(book) + 1e-6


def test_pins_that_use_more_than_there_is_are_refused(crowd, first):
    party = np.flatnonzero(first.channel[:, 0] == 0).astype(np.int32)
    touch = (first.account, first.channel, first.slot, first.script)
    pins = Pins(party, *(array[party, 0] for array in touch))
    minutes = np.zeros_like(crowd.capacity.minutes)
    book = dataclasses.replace(crowd, capacity=dataclasses.replace(crowd.capacity, minutes=minutes))

    with pytest.raises(ValueError, match=r"`pins` use more than there is of `minutes`\[0, "):
        plan_book(book, pins=pins)


@pytest.mark.parametrize("start", [np.zeros(3), np.full(2000, -1.0)])
def test_prices_that_do_not_fit_are_refused(crowd, start):
    with pytest.raises(ValueError, match="`start` must hold"):
        plan_book(crowd, start=start)


def test_a_plan_in_which_everybody_is_pinned_can_be_made_again():
    book = one_account_each([1000, 800], minutes=np.array([[1.5, 1.5]]))
    first = plan_book(book)
    touch = [part[:, 0] for part in (first.account, first.channel, first.slot, first.script)]
    pins = Pins(np.arange(2, dtype=np.int32), *touch)

    again = plan_book(book, start=first.prices, pins=pins)

    assert again.value == pytest.approx(480 + 380)
