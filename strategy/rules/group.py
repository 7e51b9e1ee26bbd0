"""Groups of rules over at most twelve atoms, and the verdict table of each.

Rules only ever add directives, so the verdict of all rules is the union over any partition of
them; twelve atoms give 4,096 signatures, a table small enough to compare whole at publish time.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strategy.rules.atom import Atom
from strategy.rules.condition import Condition, atoms_of, clauses

GROUP_ATOMS = 12
Verdicts = NDArray[np.bool_]
"""Shape (2^atoms of the group, rules of the group): which rules fire for each signature."""


@dataclass(frozen=True, slots=True)
class Group:
    """Bit i of a signature is `atoms[i]`. `rules` are positions in the whole list of rules.

    `clauses[j]` are masks; rule j fires where all bits of one of them are set. The mask 0 is
    `always`.
    """

    atoms: tuple[Atom, ...]
    rules: tuple[int, ...]
    clauses: tuple[tuple[int, ...], ...]

    @property
    def signatures(self) -> int:
        return 1 << len(self.atoms)


def pack(rules: Sequence[Condition]) -> tuple[Group, ...]:
    """Greedy packing: largest rules first, each into the group that shares most atoms with it."""
    bins: list[tuple[dict[Atom, int], list[int]]] = []
    order = sorted(range(len(rules)), key=lambda i: -len(atoms_of(rules[i])))
    for position in order:
        atoms = set(atoms_of(rules[position]))
        fitting = [one for one in bins if len(one[0].keys() | atoms) <= GROUP_ATOMS]
        if fitting:
            known, members = max(fitting, key=lambda one: len(one[0].keys() & atoms))
        else:
            known, members = {}, []
            bins.append((known, members))
        for atom in atoms_of(rules[position]):
            known.setdefault(atom, len(known))
        members.append(position)
    return tuple(_group(rules, bit, sorted(members)) for bit, members in bins)


def _group(rules: Sequence[Condition], bit: dict[Atom, int], members: list[int]) -> Group:
    masks = tuple(tuple(sorted(clauses(rules[i], bit))) for i in members)
    return Group(tuple(bit), tuple(members), masks)


def mask_algebra(group: Group) -> Verdicts:
    """The verdict table by plain bit arithmetic: one of the two independent computations."""
    signatures = np.arange(group.signatures)
    table = np.zeros((group.signatures, len(group.rules)), dtype=np.bool_)
    for column, masks in enumerate(group.clauses):
        for mask in masks:
            table[:, column] |= (signatures & mask) == mask
    return table
