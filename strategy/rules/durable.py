"""durable_rules in the one form that was found safe, used at publish time only.

Low-level module, never its Host (timers, threads) and never events. Facts are the numbers 0 and 1
under short names, clauses are conjunctions of `name == 1`; alternatives are separate clauses. One
permanent session: assert, drain, retract. A rule fires once before the session is ever deleted,
because deleting one in which nothing fired frees an uninitialised pointer.

The engine crashes or errs beyond some sizes (more than 64 conditions pending on its match stack,
256 clauses that end alike, 512 first conditions). A shard holds at most 60 conditions in all, so
none of these can be reached whatever the rules are.

This module loads nothing else of the service: the child process that proves rules starts with it.
"""

import json
from collections.abc import Sequence
from functools import reduce
from itertools import pairwise
from operator import or_

import durable_rules_engine as engine

MAX_CONDITIONS = 60
_RESERVED = ("id", "sid", "$s", "m", "prime", "one")
_PRIME = '{"id":"k","sid":"s","prime":1}'
_NOT_HANDLED = 1


class DurableError(Exception):
    """durable_rules did something it must not do."""


class Shard:
    """One rule set with the clauses given as masks over c0, c1, …; mask 0 is `always`."""

    def __init__(self, masks: Sequence[int], atoms: int) -> None:
        names = [f"c{bit}" for bit in range(atoms)]
        check_names(names)
        if sum(map(_conditions, masks)) >= MAX_CONDITIONS:
            raise DurableError(f"a shard holds fewer than {MAX_CONDITIONS} conditions")
        self._names = names
        rules = {"prime": _rule([{"prime": 1}])}
        for index, mask in enumerate(masks):
            literals = [{name: 1} for bit, name in enumerate(names) if mask >> bit & 1]
            rules[str(index)] = _rule(literals or [{"one": 1}])
        self._handle = engine.create_ruleset("rules", json.dumps(rules))
        if self._fire(_PRIME) != ["prime"]:
            raise DurableError("durable_rules did not fire its first rule")

    def fired(self, signature: int) -> list[int]:
        """Positions of the clauses that fire for a signature, each once."""
        atoms = "".join(f',"{name}":{signature >> b & 1}' for b, name in enumerate(self._names))
        return [int(name) for name in self._fire(f'{{"id":"k","sid":"s","one":1{atoms}}}')]

    def close(self) -> None:
        engine.delete_state(self._handle, "s")
        engine.delete_ruleset(self._handle)

    def _fire(self, fact: str) -> list[str]:
        code, state = engine.assert_fact(self._handle, fact)
        if code == _NOT_HANDLED:  # no rule fires: the normal case, not a fault
            return []
        if code != 0:
            raise DurableError(f"durable_rules answered {code}")
        fired: list[str] = []
        action = engine.start_action_for_state(self._handle, state)
        message = action[1] if action else None
        while message:
            fired.append(message[2 : message.index('"', 2)])
            message = engine.complete_and_start_action(self._handle, state)
        engine.retract_fact(self._handle, fact)
        if len(fired) != len(set(fired)):
            raise DurableError("a rule fired twice")
        return fired


def fired(clauses: Sequence[int]) -> list[int]:
    """Every combination of a rule's atoms for which the rule fires, asked of durable_rules.

    `clauses` are masks, and a combination is one: the bits of the atoms that are true. Atoms that
    no clause reads are left out, because the engine never hears of them.
    """
    read = reduce(or_, clauses, 0)
    bits = [bit for bit in range(read.bit_length()) if read >> bit & 1]
    small = [sum(1 << i for i, bit in enumerate(bits) if mask >> bit & 1) for mask in clauses]
    found = set[int]()
    for part in shards([(0, mask) for mask in small]):
        shard = Shard([mask for _, mask in part], len(bits))
        found.update(s for s in range(1 << len(bits)) if shard.fired(s))
        shard.close()
    return [sum(1 << bit for i, bit in enumerate(bits) if s >> i & 1) for s in sorted(found)]


def fired_by_each(rules: Sequence[Sequence[int]]) -> list[list[int]]:
    """`fired` of each rule. Raises `DurableError` when the engine misbehaves."""
    return [fired(clauses) for clauses in rules]


def shards(clauses: Sequence[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Cuts (column, mask) pairs into runs of fewer than 60 conditions."""
    cut: list[list[tuple[int, int]]] = [[]]
    used = 1  # the prime rule
    for clause in clauses:
        used += _conditions(clause[1])
        if used >= MAX_CONDITIONS:
            cut.append([])
            used = 1 + _conditions(clause[1])
        cut[-1].append(clause)
    return [part for part in cut if part]


def check_names(names: Sequence[str]) -> None:
    """The engine knows names by a 32-bit hash only: two that collide would be one field."""
    hashes = sorted((_fnv32(name), name) for name in {*names, *_RESERVED})
    for (one, name), (other, collides) in pairwise(hashes):
        if one == other:
            raise DurableError(f"`{name}` and `{collides}` are one name to durable_rules")


def _conditions(mask: int) -> int:
    return max(1, mask.bit_count())


def _rule(literals: list[dict[str, int]]) -> dict[str, object]:
    return {"all": [{"m": literals[0] if len(literals) == 1 else {"$and": literals}}]}


def _fnv32(name: str) -> int:
    value = 0x811C9DC5
    for byte in name.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value
