"""durable_rules only in the form that cannot crash, hang or lie.

K1 to K8 and W1 to W12 are the known ways in which the engine does so.
"""

import ast
import itertools
import random
import resource
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from strategy.rules import durable
from strategy.rules.durable import DurableError, Shard, check_names, fired, shards
from strategy.rules.group import Group, Verdicts, mask_algebra

SOURCE = Path(durable.__file__).read_text(encoding="utf-8")


def group(atoms: int, *masks: tuple[int, ...]) -> Group:
    """A group whose atoms do not matter: only their number does."""
    return Group(tuple(range(atoms)), tuple(range(len(masks))), masks)  # type: ignore[arg-type]


def durable_verdicts(one: Group) -> Verdicts:
    """What fires, as a table over all atoms of the group."""
    signatures = np.arange(one.signatures)
    table = np.zeros((one.signatures, len(one.rules)), np.bool_)
    for rule, clauses in enumerate(one.clauses):
        read = int(np.bitwise_or.reduce(clauses))
        table[:, rule] = np.isin(signatures & read, fired(clauses))
    return table


def random_group(atoms: int, rules: int, seed: int) -> Group:
    chance = random.Random(seed)
    masks = (
        tuple(chance.randrange(1 << atoms) for _ in range(chance.randint(1, 4)))
        for _ in range(rules)
    )
    return group(atoms, *masks)


@pytest.mark.parametrize("seed", range(6))
def test_random_rules_fire_as_the_masks_say_for_every_signature(seed: int) -> None:
    one = random_group(atoms=8, rules=40, seed=seed)
    assert (durable_verdicts(one) == mask_algebra(one)).all()


def test_the_mask_algebra_itself_is_right() -> None:
    table = mask_algebra(group(2, (0b01,), (0b11,), (0b01, 0b10), (0,)))
    assert table.tolist() == [
        [False, False, False, True],
        [True, False, True, True],
        [False, False, True, True],
        [True, True, True, True],
    ]


def test_a_rule_with_two_true_alternatives_fires_once() -> None:  # W2
    one = group(12, tuple(1 << bit for bit in range(12)))
    assert durable_verdicts(one)[-1].tolist() == [True]
    shard = Shard([0b01, 0b10], atoms=2)
    assert sorted(shard.fired(0b11)) == [0, 1]
    shard.close()


def test_every_rule_that_holds_fires_not_just_the_first() -> None:  # W10
    one = group(1, *[(1,)] * 5)
    assert durable_verdicts(one).tolist() == [[False] * 5, [True] * 5]


@pytest.mark.parametrize("count", [250, 256, 300, 600])
def test_any_number_of_equal_clauses_is_cut_into_safe_shards(count: int) -> None:  # K6
    one = group(2, *[(0b11,)] * count)
    assert (durable_verdicts(one) == mask_algebra(one)).all()


def test_many_different_clauses_are_cut_into_safe_shards() -> None:  # K7, W6, W11
    masks = [sum(1 << bit for bit in bits) for bits in itertools.combinations(range(12), 3)]
    cut = shards([(column, mask) for column, mask in enumerate(masks)])
    assert [clause for part in cut for clause in part] == list(enumerate(masks))
    assert all(1 + sum(mask.bit_count() for _, mask in part) < 60 for part in cut)
    one = group(7, *[(mask,) for mask in range(128)])
    assert (durable_verdicts(one) == mask_algebra(one)).all()


def test_a_shard_with_too_many_conditions_is_refused() -> None:  # W6: 65 pending conditions
    with pytest.raises(DurableError, match="fewer than 60"):
        Shard([1] * 60, atoms=1)


def test_names_that_collide_in_the_engine_are_refused() -> None:  # W5
    with pytest.raises(DurableError, match="one name to durable_rules"):
        check_names(["agent_score_18", "dpd_flag_card_1"])
    check_names([f"c{bit}" for bit in range(12)])


def test_no_order_of_questions_changes_an_answer() -> None:  # W1: stale results
    shard = Shard([0b001, 0b110, 0], atoms=3)
    expected = {s: [i for i, m in enumerate([0b001, 0b110, 0]) if s & m == m] for s in range(8)}
    for first, second in itertools.product(range(8), repeat=2):
        assert sorted(shard.fired(first)) == expected[first]
        assert sorted(shard.fired(second)) == expected[second]
    shard.close()


def test_what_crashes_or_lies_cannot_be_written() -> None:  # K1 K2 K4 K5 K8 W3 W4 W7-W10 W12
    used = {
        node.attr
        for node in ast.walk(ast.parse(SOURCE))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "engine"
    }
    assert used == {
        "create_ruleset",
        "assert_fact",
        "start_action_for_state",
        "complete_and_start_action",
        "retract_fact",
        "delete_state",
        "delete_ruleset",
    }
    operators = {
        node.value
        for node in ast.walk(ast.parse(SOURCE))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.startswith("$")
    }
    assert operators == {"$and", "$s"}  # `$s` only as a reserved name; no $or, $nex, $div, $m


def test_only_the_proof_touches_the_engine() -> None:
    root = Path(durable.__file__).parents[1]
    touching = {
        path.name
        for path in root.rglob("*.py")
        if "durable_rules_engine" in path.read_text("utf-8")
    }
    assert touching == {"durable.py"}


def test_deleting_a_fresh_shard_after_much_use_does_not_crash() -> None:  # K3
    code = (
        "from strategy.rules.durable import Shard\n"
        "for round in range(300):\n"
        "    shard = Shard([0b11, 0b101, 0b110], 3)\n"
        "    [shard.fired(s) for s in range(round % 8)]\n"
        "    shard.close()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_twenty_thousand_evaluations_take_no_more_memory_and_start_no_thread() -> None:
    threads = threading.active_count()
    shard = Shard([0b11, 0b101, 0b1000, 0], atoms=10)
    for signature in range(1_024):
        shard.fired(signature)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for step in range(20_000):
        shard.fired(step % 1_024)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    shard.close()
    assert grown < 2_048  # kilobytes; without retraction it would be about 80,000
    assert threading.active_count() == threads
