"""Which rules fire, by look-up in the verdict tables: one account, or a column of them."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from strategy.domain.facts import Fact
from strategy.rules.atom import Atom
from strategy.rules.group import Group, Verdicts


class Lookup:
    """Verdict tables ready for look-up.

    Each group takes its own run of bits in one long signature, so that an atom that several
    groups share is asked once and sets its bit in all of them.
    """

    def __init__(self, groups: Sequence[Group], tables: Sequence[Verdicts]) -> None:
        self._places: dict[Atom, list[tuple[int, int]]] = {}
        self._tables = list(zip(groups, tables, strict=True))
        self._online: list[tuple[int, int, list[int]]] = []
        shift, bits = 0, dict[Atom, int]()
        for index, (group, table) in enumerate(self._tables):
            for bit, atom in enumerate(group.atoms):
                self._places.setdefault(atom, []).append((index, bit))
                bits[atom] = bits.get(atom, 0) | 1 << (shift + bit)
            fired = [
                sum(1 << rule for rule, holds in zip(group.rules, row, strict=True) if holds)
                for row in table.tolist()
            ]
            self._online.append((shift, group.signatures - 1, fired))
            shift += len(group.atoms)
        self._tests = [(mask, atom.scalar()) for atom, mask in bits.items()]

    def fired(self, facts: Mapping[str, Fact]) -> int:
        """Bit i is set where rule i fires."""
        signature = 0
        for mask, test in self._tests:
            if test(facts):
                signature |= mask
        fired = 0
        for shift, mask, rules in self._online:
            fired |= rules[signature >> shift & mask]
        return fired

    def fired_batch(self, typed: pl.DataFrame) -> NDArray[np.bool_]:
        """Shape (rows, rules), for a frame made by `strategy.rules.batch.columns`."""
        signatures = [np.zeros(typed.height, dtype=np.intp) for _ in self._tables]
        holds = typed.select(
            atom.expression().alias(str(number)) for number, atom in enumerate(self._places)
        )
        for column, places in zip(holds.iter_columns(), self._places.values(), strict=True):
            true = column.to_numpy().astype(np.intp)
            for index, bit in places:
                signatures[index] |= true << bit
        count = sum(len(group.rules) for group, _ in self._tables)
        fired = np.empty((count, typed.height), dtype=np.bool_)  # a rule's answers side by side
        for signature, (group, table) in zip(signatures, self._tables, strict=True):
            for position, rule in enumerate(group.rules):
                np.take(table[:, position].copy(), signature, out=fired[rule])
        return fired.T
