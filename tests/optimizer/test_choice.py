"""The general core against choices solved by hand and by trying everything."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny_choices import best_by_trying, choice, possible, random_choice, worth

from strategy.optimizer import choice as core
from strategy.optimizer import columns, cp_sat, integer, pricing, scip
from strategy.optimizer.choice import ChoiceProgress, ChoiceStatus, solve_choice
from strategy.optimizer.choice_problem import ChoiceProblem

SCALES = (10, 1000, 2**39)
"""Of values and amounts: many ties, few, and numbers whose sums need all 53 bits of a float."""


@st.composite
def tiny(draw) -> ChoiceProblem:
    seed, scale = draw(st.integers(0, 2**32)), draw(st.sampled_from(SCALES))
    return random_choice(np.random.default_rng(seed), scale)


def hard(seed: int = 0, groups: int = 14) -> ChoiceProblem:
    """Every group must choose one of 8 options that use 4 tight resources: no effort closes it."""
    rng = np.random.default_rng(seed)
    uses = rng.integers(1, 40, (groups, 8, 4))
    values = uses.sum(axis=2) + rng.integers(0, 60, (groups, 8))
    options = np.concatenate([values[:, :, None], uses], axis=2).tolist()
    return choice(options, (uses.mean(axis=1).sum(axis=0) * 0.8).astype(int), must=True)


def check_against_trying(p: ChoiceProblem) -> None:
    best, found = best_by_trying(p), solve_choice(p, effort=20.0)
    if best is None:
        assert (found.status, found.value, found.bound) == (ChoiceStatus.INFEASIBLE, None, None)
        assert (found.chosen == -1).all()
        return
    assert possible(p, found.chosen)
    assert worth(p, found.chosen) == found.value == found.bound == best
    assert found.status is ChoiceStatus.OPTIMAL
    assert (found.prices >= 0).all()


# Each case: groups of (value, uses...), capacities, who must choose, the best value by hand.
BY_HAND = {
    "one of a group at most": ([[(10,), (7,)]], [], False, 10),
    "what is worth less than nothing is left": ([[(-3,)], [(2,)]], [], False, 2),
    "who must choose takes the smaller loss": ([[(-3,), (-5,)], [(2,)]], [], True, -1),
    "capacity for one of two": ([[(10, 1)], [(7, 1)]], [1], False, 10),
    "two small beat one large": ([[(10, 6)], [(7, 3)], [(6, 2)]], [5], False, 13),
    # Both must: 10 + 1 uses 8; 3 + 9 uses 7; 10 + 9 would use 10.
    "a cheap option for one leaves room": ([[(10, 5), (3, 2)], [(9, 5), (1, 3)]], [8], True, 12),
    # The second must choose and needs all there is.
    "who must goes before who may": ([[(10, 2)], [(1, 3)]], [3], [False, True], 1),
    "two resources": ([[(5, 1, 3)], [(4, 3, 1)], [(3, 2, 2)]], [4, 4], False, 9),
    "nothing to choose from": ([], [4], False, 0),
    "groups without options": ([[], [(3, 1)], []], [4], False, 3),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_by_hand(name: str) -> None:
    groups, capacity, must, best = BY_HAND[name]
    found = solve_choice(choice(groups, capacity, must=must))
    assert (found.value, found.bound, found.status) == (best, best, ChoiceStatus.OPTIMAL)


IMPOSSIBLE = {
    "no option": ([[], [(3, 1)]], [4]),
    "no room": ([[(10, 5)]], [4]),
    "room for one of two": ([[(10, 3)], [(7, 3)]], [5]),
    # In part everybody fits: 3 groups of 2 in two bins of 3. Whole, one bin would hold 4.
    "room for all in part only": ([[(1, 2, 0), (1, 0, 2)]] * 3, [3, 3]),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_is_impossible_is_proven_impossible(name: str) -> None:
    groups, capacity = IMPOSSIBLE[name]
    found = solve_choice(choice(groups, capacity, must=True))
    assert (found.status, found.value, found.bound) == (ChoiceStatus.INFEASIBLE, None, None)


def test_without_effort_an_impossible_problem_is_not_guessed_to_be_one() -> None:
    groups, capacity = IMPOSSIBLE["room for all in part only"]
    found = solve_choice(choice(groups, capacity, must=True), effort=0.0)
    assert (found.status, found.value) == (ChoiceStatus.UNKNOWN, None)


@settings(max_examples=300, deadline=None)
@given(tiny())
def test_a_tiny_choice_is_the_best_of_all(p: ChoiceProblem) -> None:
    check_against_trying(p)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tiny())
@pytest.mark.parametrize("search", [cp_sat.search, scip.search], ids=["cp_sat", "scip"])
def test_either_solver_alone_columns_and_samples_never_mislead(
    monkeypatch: pytest.MonkeyPatch, search, p: ChoiceProblem
) -> None:
    monkeypatch.setattr(columns, "AT_ONCE", 0)
    monkeypatch.setattr(columns, "PER_GROUP", 1)
    monkeypatch.setattr(columns, "SAMPLE", 2)
    monkeypatch.setattr(core, "NEAR", 1)
    monkeypatch.setattr(integer, "WIDTHS", (1, 2, 1000))
    monkeypatch.setattr(integer, "SOLVERS", (search,))
    best, found = best_by_trying(p), solve_choice(p, effort=20.0)
    if best is None:
        assert found.value is None
    else:
        assert found.status is not ChoiceStatus.INFEASIBLE
        assert found.bound >= best
        assert found.value is None or (possible(p, found.chosen) and found.value <= best)
    if found.status is ChoiceStatus.OPTIMAL:
        assert found.value == best
    if search is cp_sat.search:
        check_against_trying(p)


@settings(max_examples=150, deadline=None)
@given(tiny(), st.integers(0, 2**32), st.sampled_from([0.0, 0.1, 3.0, 1e9]))
def test_whatever_the_prices_the_bound_holds(p: ChoiceProblem, seed: int, level: float) -> None:
    prices = level * np.random.default_rng(seed).random(len(p.capacity))
    best = best_by_trying(p)
    assert best is None or pricing.bound(p, prices) >= best


def test_the_bound_at_a_price_by_hand() -> None:
    # 4 units at 2 are 8; the first nets 10 - 6 = 4, the second would lose and chooses nothing.
    p = choice([[(10, 3)], [(7, 4)]], [4])
    assert pricing.bound(p, np.array([2.0])) == pytest.approx(12, abs=1e-9)
    # If it must choose, it loses 1.
    p = choice([[(10, 3)], [(7, 4)]], [4], must=True)
    assert pricing.bound(p, np.array([2.0])) == pytest.approx(11, abs=1e-9)


@pytest.mark.parametrize("effort", [0.0, 0.02, 0.1])
def test_a_hasty_choice_keeps_the_constraints_and_its_bound_holds(effort: float) -> None:
    p = hard()
    hasty, careful = solve_choice(p, effort=effort), solve_choice(p, effort=0.2)
    assert possible(p, careful.chosen)
    assert hasty.bound >= careful.bound >= careful.value
    if hasty.value is not None:
        assert possible(p, hasty.chosen)
        assert hasty.value <= careful.value


def test_the_same_problem_and_seed_give_the_same_choice_twice(monkeypatch) -> None:
    monkeypatch.setattr(columns, "AT_ONCE", 100)
    one, two = (solve_choice(hard(1), seed=5, effort=0.1) for _ in range(2))
    assert np.array_equal(one.chosen, two.chosen)
    assert np.array_equal(one.prices, two.prices)
    assert (one.value, one.bound, one.status) == (two.value, two.bound, two.status)


def test_a_warm_start_gives_the_same_value_and_needs_no_effort() -> None:
    p = hard(2, groups=8)
    cold = solve_choice(p, effort=20.0)
    assert cold.status is ChoiceStatus.OPTIMAL
    warm = solve_choice(p, effort=20.0, start=cold.chosen, prices=cold.prices)
    assert (warm.value, warm.bound) == (cold.value, cold.bound)
    idle = solve_choice(p, effort=0.0, start=cold.chosen, prices=cold.prices)
    assert (idle.value, idle.chosen.tolist()) == (cold.value, cold.chosen.tolist())


def test_a_start_that_does_not_fit_any_more_is_used_as_far_as_it_fits() -> None:
    p = choice([[(10, 3)], [(7, 3)], [(1, 1)]], [4])
    found = solve_choice(p, effort=0.0, start=np.array([-1, 1, -1]))
    assert found.value >= 8
    assert solve_choice(p, start=np.array([0, 1, 2])).value == 11


def test_an_option_that_alone_takes_too_much_does_not_lift_the_bound() -> None:
    # A third of the 9 would fit beside the 2. Nothing is searched: the bound is that of prices.
    p = choice([[(9, 3), (2, 1)], [(1, 1)]], [2])
    found = solve_choice(p, effort=0.0)
    assert (found.value, found.bound, found.chosen.tolist()) == (3, 3, [1, 2])
    again = solve_choice(p, effort=0.0, start=np.array([0, 2]), prices=found.prices)
    assert (again.value, again.chosen.tolist()) == (3, [1, 2])


def test_a_group_that_must_choose_and_has_no_option_that_fits_is_impossible() -> None:
    found = solve_choice(choice([[(9, 3)], [(1, 1)]], [2], must=True), effort=0.0)
    assert (found.status, found.chosen.tolist()) == (ChoiceStatus.INFEASIBLE, [-1, -1])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"start": np.array([0])}, "`start` must hold an option of the group"),
        ({"start": np.array([1, 0])}, "`start` must hold an option of the group"),
        ({"prices": np.array([-1.0])}, "`prices` must be 1 finite numbers"),
        ({"prices": np.array([np.nan])}, "`prices` must be 1 finite numbers"),
        ({"prices": np.array([1.0, 1.0])}, "`prices` must be 1 finite numbers"),
        ({"effort": -1.0}, "`effort` must be finite and not negative"),
        ({"gap": np.nan}, "`gap` must be finite and not negative"),
        ({"effort": np.inf, "gap": -1.0}, "`effort` .*; `gap` "),
    ],
)
def test_arguments_that_make_no_sense_are_named(arguments, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        solve_choice(choice([[(10, 3)], [(7, 3)]], [4]), **arguments)


def test_a_wide_gap_is_enough_when_asked_for() -> None:
    found = solve_choice(hard(3), gap=0.05, effort=20.0)
    assert found.bound * 0.95 <= found.value < found.bound


def test_when_told_to_stop_it_stops_with_what_there_is() -> None:
    calls = 0

    def soon() -> bool:
        nonlocal calls
        calls += 1
        return calls > 12  # the watcher asks ten times a second

    p = hard(4, groups=80)
    found = solve_choice(p, effort=1000.0, stop=soon)
    assert calls < 100
    assert found.value is None or possible(p, found.chosen)
    assert found.bound >= (found.value or 0)


def test_stopped_at_once_there_is_still_a_bound() -> None:
    p = choice([[(10, 1)], [(7, 1)]], [1])
    found = solve_choice(p, stop=lambda: True)
    assert found.bound >= 10
    assert found.value is None or found.value <= 10


def test_progress_tells_prices_then_choices_with_a_bound_that_only_falls() -> None:
    heard: list[ChoiceProgress] = []
    found = solve_choice(hard(5), effort=0.1, progress=heard.append)
    assert [p.stage for p in heard] == sorted((p.stage for p in heard), reverse=True)
    assert {p.stage for p in heard} == {"prices", "choice"}
    bounds = [p.bound for p in heard if p.bound is not None]
    assert bounds == sorted(bounds, reverse=True)
    assert found.bound <= bounds[-1]
