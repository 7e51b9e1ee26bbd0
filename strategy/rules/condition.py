"""Conditions: atoms joined by `and` and `or`.

There is no `not`: reading pushes it into the atoms, so a missing value that makes one atom true
can never make a restriction false.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from strategy.domain.facts import Fact
from strategy.rules.atom import Atom


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds. Without parts: always."""

    parts: tuple["Condition", ...]

    def __str__(self) -> str:
        return " and ".join(_inner(part, AnyOf) for part in self.parts) or "always"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple["Condition", ...]

    def __str__(self) -> str:
        return " or ".join(_inner(part, AllOf) for part in self.parts)


Condition = Atom | AllOf | AnyOf
ALWAYS = AllOf(())


def _inner(part: Condition, weaker: type) -> str:
    return f"({part})" if isinstance(part, weaker) else str(part)


def atoms_of(condition: Condition) -> tuple[Atom, ...]:
    """Distinct atoms in the order in which they are written."""
    if not isinstance(condition, AllOf | AnyOf):
        return (condition,)
    return tuple(dict.fromkeys(atom for part in condition.parts for atom in atoms_of(part)))


def holds(condition: Condition, facts: Mapping[str, Fact]) -> bool:
    """Asks the atoms themselves, one after the other."""
    if isinstance(condition, AllOf):
        return all(holds(part, facts) for part in condition.parts)
    if isinstance(condition, AnyOf):
        return any(holds(part, facts) for part in condition.parts)
    return condition.scalar()(facts)


def clauses(condition: Condition, bit: Mapping[Atom, int]) -> frozenset[int]:
    """Disjunctive normal form: masks over `bit`, no mask containing another.

    The condition holds for a signature when `signature & mask == mask` for one of the masks.
    At most C(12, 6) = 924 masks for 12 atoms.
    """
    if isinstance(condition, AnyOf):
        return _smallest({mask for part in condition.parts for mask in clauses(part, bit)})
    if isinstance(condition, AllOf):
        masks = frozenset({0})
        for part in condition.parts:
            masks = _smallest({a | b for a in masks for b in clauses(part, bit)})
        return masks
    return frozenset({1 << bit[condition]})


def _smallest(masks: set[int]) -> frozenset[int]:
    """Drops every mask that contains another one."""
    kept: list[int] = []
    for mask in sorted(masks, key=int.bit_count):
        if not any(mask & small == small for small in kept):
            kept.append(mask)
    return frozenset(kept)
