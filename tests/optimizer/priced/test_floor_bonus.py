"""The bonus of a floor, looked for where contacts made are a known function of it."""

import pytest

from strategy.optimizer.priced.floor_bonus import FURTHER, MORE, BonusSearch


def contacts(bonus: float) -> int:
    """By hand: 1,000 without a bonus, 1,200 at 100 cents, 1,800 at 200, 2,800 at 300."""
    return int(1000 + 0.02 * bonus**2)


def asked_by_prices(bonus: float, wanted: float) -> float:
    """Prices move: without a bonus they ask for 60 % of it, and for the whole of it once given."""
    return 0.6 * wanted + 0.4 * bonus


@pytest.mark.parametrize(("aim", "wanted"), [(1200, 100.0), (1800, 200.0), (2800, 300.0)])
def test_a_bonus_that_prices_ask_for_step_by_step_is_guessed_at_the_second_plan(aim, wanted):
    search = BonusSearch(aim, contacts(0), scarce=False)

    first = search.next(asked_by_prices(0, wanted))
    search.note(contacts(first))
    second = search.next(asked_by_prices(first, wanted))

    assert first == pytest.approx(0.6 * wanted)
    assert second == pytest.approx(wanted)
    search.note(contacts(second) + 1)
    assert search.found


@pytest.mark.parametrize("high", [210.0, 300.0, 2000.0])
def test_between_too_few_and_too_many_it_is_found_and_never_left(high):
    search = BonusSearch(1800, contacts(0), scarce=False)
    search.next(100.0)
    search.note(contacts(100.0))
    assert search.next(high) == high
    search.note(contacts(high))
    tried = []

    while not search.found and len(tried) < 20:
        tried.append(search.next(0.0))
        search.note(contacts(tried[-1]))

    assert search.found
    assert all(100 < bonus < high for bonus in tried)
    assert abs(contacts(search.next(0.0)) - 1800) <= 0.02 * 1800 + 1


def test_a_bonus_that_was_too_small_is_never_tried_again_or_far_exceeded():
    search = BonusSearch(1800, contacts(0), scarce=False)
    search.next(100.0)
    search.note(contacts(100.0))

    assert search.next(50.0) == pytest.approx(FURTHER * 100.0)
    search.note(contacts(110.0))
    assert search.next(10_000.0) <= MORE * 10_000.0


def test_a_floor_that_takes_all_there_is_gets_a_large_bonus_at_once():
    search = BonusSearch(1800, contacts(0), scarce=True)

    assert search.next(100.0) == pytest.approx(400.0)


def test_a_floor_that_is_met_anyway_gets_no_bonus():
    search = BonusSearch(900, contacts(0), scarce=False)

    assert search.found
    assert search.next(100.0) == 0.0
