"""Problems that nobody here wrote, and the readers of their formats."""

from pathlib import Path

import numpy as np
import pytest
from published import assignment, knapsack, random_knapsack

from strategy.optimizer.choice import ChoiceStatus, solve_choice

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "gap_benchmarks"


@pytest.mark.shared_data
@pytest.mark.skipif(not SHARED.exists(), reason="the public data sets are not beside the checkout")
@pytest.mark.parametrize(
    ("name", "cost"),
    [
        ("cattrysse1994/gap1-0", 261),
        ("cattrysse1994/gap12-0", 974),
        ("chu1997/a20100", 1158),
        ("chu1997/b20100", 1166),
        ("chu1997/c05100", 1931),
    ],
)
def test_the_best_known_cost_is_found_and_proven(name: str, cost: int) -> None:
    found = solve_choice(assignment((SHARED / name).read_text(encoding="utf-8")))
    assert (found.value, found.bound, found.status) == (-cost, -cost, ChoiceStatus.OPTIMAL)


def test_an_assignment_file_is_read_as_written() -> None:
    # 2 agents, 3 jobs. Agent 1 has room for 3, so it takes the first job (1) and the third (2).
    p = assignment("2 3  1 5 2  4 2 9  2 3 1  2 3 3  3 3")
    assert p.value.tolist() == [-1, -4, -5, -2, -2, -9]
    assert p.use_amount.tolist() == [2, 2, 3, 3, 1, 3]
    assert p.capacity.tolist() == [3, 3]
    assert solve_choice(p).value == -5


def test_a_knapsack_file_is_read_as_written() -> None:
    # 2 groups of 2 items, 2 resources of 5 and 4. 9 + 5 uses (5, 4); 9 + 8 would use (7, 5).
    p = knapsack("2 2 2\n5 4\n1\n9 4 2\n3 1 1\n2\n8 3 3\n5 1 2\n old solutions")
    assert p.value.tolist() == [9, 3, 8, 5]
    assert p.capacity.tolist() == [5, 4]
    assert p.use_amount.tolist() == [4, 2, 1, 1, 3, 3, 1, 2]
    assert solve_choice(p).value == 14


def test_a_random_knapsack_is_the_same_for_the_same_seed() -> None:
    assert random_knapsack(4, 3, 2, 7) == random_knapsack(4, 3, 2, 7)
    assert random_knapsack(4, 3, 2, 7) != random_knapsack(4, 3, 2, 8)
    assert knapsack(random_knapsack(4, 3, 2, 7)).options == 12


@pytest.mark.parametrize("read", [assignment, knapsack])
def test_a_file_that_is_cut_off_is_refused(read) -> None:
    with pytest.raises(ValueError, match=r"holds \d+ numbers, not"):
        read("2 2 2 5 4 1 9")


def test_readers_agree_with_the_definition_of_the_arrays() -> None:
    p = knapsack(random_knapsack(5, 4, 3, 0))
    assert np.array_equal(np.diff(p.first), np.full(5, 4))
    assert p.exactly_one.all()
