"""The rulebook in force: verdicts by table look-up, online and in batch, and why.

Every row of every table was computed by durable_rules at publish time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from strategy.domain.directive import Directive
from strategy.domain.facts import Fact
from strategy.domain.reason import RuleRef
from strategy.domain.script import Script
from strategy.domain.verdict import Verdict
from strategy.rules.atom import Atom, Test
from strategy.rules.batch import columns
from strategy.rules.condition import atoms_of
from strategy.rules.digest import digest
from strategy.rules.draft import Draft
from strategy.rules.group import Group, Verdicts
from strategy.rules.reading import shown
from strategy.rules.rule import Rule

Readings = tuple[tuple[str, str], ...]
_Combined = tuple[tuple[Directive, ...], dict[str, Readings], tuple[int, ...]]
"""Directives, readings of rules that always fire, positions of the rules that read something."""


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """What one rule made of an account's facts.

    `readings` are the values of every field it asks; `failed` names atoms that do not hold, and
    is empty where it fired.
    """

    rule: RuleRef
    when: str
    fired: bool
    readings: Readings
    failed: tuple[str, ...]


@dataclass(frozen=True)
class BatchVerdict:
    """`fired` has shape (accounts, rules), columns in the order of `Rulebook.rules`.

    `covered` has shape (accounts,): False where no pack covers the jurisdiction, so that nothing
    is allowed whatever fired.
    """

    fired: NDArray[np.bool_]
    covered: NDArray[np.bool_]


class Rulebook:
    """Compiled, proven, content-hashed rules. Immutable; safe to share between threads.

    `rules` law first, then house, by file and line. `scripts` by id. `hash` is the SHA-256 of
    the rule texts and their verdict tables, the same on every machine.
    """

    def __init__(self, draft: Draft, tables: Sequence[Verdicts]) -> None:
        self.hash = digest(draft, tables)
        self.rules: tuple[Rule, ...] = draft.rules
        self.scripts: dict[str, Script] = {script.id: script for script in draft.scripts}
        self.jurisdictions = draft.jurisdictions
        self._groups = [
            _GroupTable(group, table) for group, table in zip(draft.groups, tables, strict=True)
        ]
        self._fields = tuple(
            tuple(dict.fromkeys(atom.field for atom in atoms_of(rule.condition)))
            for rule in draft.rules
        )
        self._in_force = {code: self._covering(code) for code in sorted(draft.jurisdictions)}
        self._combined: dict[int, _Combined] = {}

    def decide(self, facts: Mapping[str, Fact], jurisdiction: str) -> Verdict:
        """The verdict on one account. Verdicts of the same fired rules share one directive tuple,
        which lives as long as the rulebook."""
        in_force = self._in_force.get(jurisdiction)
        if in_force is None:
            return Verdict((), {}, f"no rule pack covers jurisdiction `{jurisdiction}`")
        fired = 0
        for group in self._groups:
            fired |= group.fired[group.signature(facts)]
        directives, unconditional, conditional = self._combine(fired & in_force)
        readings = dict(unconditional)
        for index in conditional:
            readings[self.rules[index].ref.id] = self._read(index, facts)
        return Verdict(directives, readings)

    def decide_batch(self, frame: pl.DataFrame) -> BatchVerdict:
        """Verdicts on many accounts: one row each, one column per field (money in cents).

        Raises `InputError` for a column of the wrong type.
        """
        typed = columns(frame)
        fired = np.zeros((frame.height, len(self.rules)), dtype=np.bool_)
        for group in self._groups:
            fired[:, group.rules] = group.table[group.signatures(typed)]
        covered = np.zeros(frame.height, dtype=np.bool_)
        in_force = np.zeros_like(fired)
        for code, mask in self._in_force.items():
            rows = (typed["jurisdiction"] == code).fill_null(False).to_numpy()
            covered |= rows
            in_force[rows] = [bool(mask >> index & 1) for index in range(len(self.rules))]
        return BatchVerdict(fired & in_force, covered)

    def explain(self, facts: Mapping[str, Fact], jurisdiction: str) -> tuple[RuleTrace, ...]:
        """Every rule in force for the jurisdiction, with what it read and what did not hold."""
        in_force = self._in_force.get(jurisdiction, 0)
        fired = {ref.id for ref in self.decide(facts, jurisdiction).fired}
        return tuple(
            RuleTrace(
                rule.ref,
                rule.when,
                rule.ref.id in fired,
                self._read(index, facts),
                () if rule.ref.id in fired else _failing(atoms_of(rule.condition), facts),
            )
            for index, rule in enumerate(self.rules)
            if in_force >> index & 1
        )

    def _covering(self, code: str) -> int:
        holds = (not rule.jurisdictions or code in rule.jurisdictions for rule in self.rules)
        return sum(1 << index for index, one in enumerate(holds) if one)

    def _combine(self, fired: int) -> _Combined:
        """Directives of a set of fired rules; kept for good, so that callers may cache by it."""
        found = self._combined.get(fired)
        if found is None:
            rules = [i for i in range(len(self.rules)) if fired >> i & 1]
            directives = tuple(d for i in rules for d in self.rules[i].directives)
            always: dict[str, Readings] = {
                self.rules[i].ref.id: () for i in rules if not self._fields[i]
            }
            conditional = tuple(i for i in rules if self._fields[i])
            found = self._combined.setdefault(fired, (directives, always, conditional))
        return found

    def _read(self, index: int, facts: Mapping[str, Fact]) -> Readings:
        return tuple((name, shown(name, facts.get(name))) for name in self._fields[index])


class _GroupTable:
    """One group ready for look-up."""

    def __init__(self, group: Group, table: Verdicts) -> None:
        self.rules = list(group.rules)
        self.table = table
        self.fired = [
            sum(1 << rule for rule, holds in zip(group.rules, row, strict=True) if holds)
            for row in table.tolist()
        ]
        self._tests: list[tuple[int, Test]] = [
            (1 << bit, atom.scalar()) for bit, atom in enumerate(group.atoms)
        ]
        self._atoms = group.atoms

    def signature(self, facts: Mapping[str, Fact]) -> int:
        return sum([bit for bit, test in self._tests if test(facts)])

    def signatures(self, typed: pl.DataFrame) -> NDArray[np.int64]:
        """Shape (rows,): the signature of every row."""
        signature = np.zeros(typed.height, dtype=np.int64)
        atoms = typed.select(
            atom.expression().alias(str(bit)) for bit, atom in enumerate(self._atoms)
        )
        for bit, column in enumerate(atoms.iter_columns()):
            signature |= column.to_numpy().astype(np.int64) << bit
        return signature


def _failing(atoms: Sequence[Atom], facts: Mapping[str, Fact]) -> tuple[str, ...]:
    return tuple(str(atom) for atom in atoms if not atom.scalar()(facts))
