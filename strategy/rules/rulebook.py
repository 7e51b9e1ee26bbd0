"""The rulebook in force: verdicts by table look-up, online and in batch, and why.

Every row of every table was computed by durable_rules at publish time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from strategy.domain.directive import Directive
from strategy.domain.directives import Directives
from strategy.domain.facts import Fact
from strategy.domain.script import Script
from strategy.domain.verdict import Verdict
from strategy.rules.batch import columns
from strategy.rules.catalogue import Catalogue, Field
from strategy.rules.condition import atoms_of
from strategy.rules.digest import digest
from strategy.rules.draft import Draft
from strategy.rules.group import Verdicts
from strategy.rules.lookup import Lookup
from strategy.rules.reading import shown
from strategy.rules.rule import Rule
from strategy.rules.segment import Segment

Readings = tuple[tuple[str, str], ...]
MOST_COMBINATIONS = 65_536
"""Sets of fired rules that are remembered; beyond, all are forgotten and built again."""


@dataclass(frozen=True, slots=True)
class _Combined:
    """A set of fired rules: directives, empty readings of the unconditional rules, ids and fields
    of the conditional ones, and all fields that these read."""

    directives: Directives
    always: dict[str, Readings]
    conditional: tuple[tuple[str, tuple[Field, ...]], ...]
    read: tuple[Field, ...]


@dataclass(frozen=True)
class BatchVerdict:
    """`fired` has shape (accounts, rules), columns in the order of `Rulebook.rules`.

    `covered` has shape (accounts,): False where no pack covers the jurisdiction, so that nothing
    is allowed whatever fired. `segments` has shape (accounts,): the position in
    `Rulebook.segments`, -1 where there are none.
    """

    fired: NDArray[np.bool_]
    covered: NDArray[np.bool_]
    segments: NDArray[np.int64]


class Rulebook:
    """Compiled, proven, content-hashed rules. Immutable; safe to share between threads.

    `rules` law first, then house, by file and line. `scripts` by id. `hash` is the SHA-256 of
    the rule texts and their verdict tables, the same on every machine. `files` are these texts.
    """

    def __init__(self, draft: Draft, tables: Sequence[Verdicts]) -> None:
        self.hash = digest(draft, tables)
        self.files = draft.files
        self.rules: tuple[Rule, ...] = draft.rules
        self.scripts: dict[str, Script] = {script.id: script for script in draft.scripts}
        self.jurisdictions = draft.jurisdictions
        self.fields: Catalogue = draft.fields
        self.segments: tuple[Segment, ...] = draft.segments
        self._closed = draft.closed
        self._lookup = Lookup(draft.groups, tables[: len(draft.groups)])
        self._sorting = Lookup(draft.sorting, tables[len(draft.groups) :])
        self._fields = tuple(
            tuple(dict.fromkeys(atom.field for atom in atoms_of(rule.condition)))
            for rule in draft.rules
        )
        self._everywhere = self._mask_of("")
        self._in_force = {code: self._mask_of(code) for code in sorted(draft.jurisdictions)}
        self._combined: dict[int, _Combined] = {}

    def decide(self, facts: Mapping[str, Fact], jurisdiction: str) -> Verdict:
        """The verdict on one account.

        Verdicts of the same fired rules share one directive tuple, as long as not too many
        different sets of rules have fired in between.
        """
        in_force = self._covering(jurisdiction)
        if isinstance(in_force, str):
            return Verdict(Directives(), {}, in_force)
        segment = self.segment_of(facts)
        if segment is not None:
            facts = {**facts, "segment": segment}
        combined = self._combine(self._lookup.fired(facts) & in_force)
        values = {f.name: (f.name, shown(f, facts.get(f.name))) for f in combined.read}
        readings = dict(combined.always)
        for rule, fields in combined.conditional:
            readings[rule] = tuple([values[field.name] for field in fields])
        return Verdict(combined.directives, readings, None, segment)

    def segment_of(self, facts: Mapping[str, Fact]) -> str | None:
        """The first segment that holds; None where none are declared."""
        if not self.segments:
            return None
        holds = self._sorting.fired(facts)
        return self.segments[(holds & -holds).bit_length() - 1].id if holds else None

    def decide_batch(self, frame: pl.DataFrame) -> BatchVerdict:
        """Verdicts on many accounts: one row each, one column per field (money in cents).

        Raises `InputError` for a column of the wrong type.
        """
        typed = columns(frame, self.fields)
        segments = np.full(frame.height, -1, dtype=np.int64)
        if self.segments:
            holds = self._sorting.fired_batch(typed)
            segments = np.where(holds.any(axis=1), holds.argmax(axis=1), -1)
            names = pl.Series([segment.id for segment in self.segments])
            index = pl.Series(segments).replace(-1, None)
            typed = typed.with_columns(names.gather(index).alias("segment"))
        fired = self._lookup.fired_batch(typed)
        covered = np.zeros(frame.height, dtype=np.bool_)
        codes = typed["jurisdiction"]
        for code in codes.unique().to_list():
            rows = codes.eq_missing(code).to_numpy()
            in_force = self._covering(code or "")
            covered[rows] = not isinstance(in_force, str)
            mask = 0 if isinstance(in_force, str) else in_force
            for position in range(len(self.rules)):
                if not mask >> position & 1:
                    fired[:, position] &= ~rows
        return BatchVerdict(fired, covered, segments)

    def ids_in_force(self, jurisdiction: str) -> frozenset[str]:
        """Of the rules that count there; none where no pack covers it."""
        covering = self._covering(jurisdiction)
        in_force = 0 if isinstance(covering, str) else covering
        return frozenset(r.ref.id for i, r in enumerate(self.rules) if in_force >> i & 1)

    def _covering(self, code: str) -> int | str:
        """The rules in force there, or why there are none: the law of a place, and of all places
        that it lies in, and the house's. A law opens what a wider closed place shuts."""
        places = [code]
        while (dash := places[-1].rfind("-")) > 0:
            places.append(places[-1][:dash])
        masks = [self._in_force[place] for place in places if place in self._in_force]
        nearest = next((p for p in places if p in self._in_force or p in self._closed), "")
        if nearest in self._closed:
            return self._closed[nearest]
        if not masks:
            return f"no rule pack covers jurisdiction `{code}`"
        in_force = self._everywhere
        for mask in masks:
            in_force |= mask
        return in_force

    def _mask_of(self, code: str) -> int:
        """Rules of the law of exactly this code; without one, the rules of the house."""
        holds = (
            code in rule.jurisdictions if code else not rule.jurisdictions for rule in self.rules
        )
        return sum(1 << index for index, one in enumerate(holds) if one)

    def _combine(self, fired: int) -> _Combined:
        """Directives of a set of fired rules; kept, so that callers may cache by it."""
        found = self._combined.get(fired)
        if found is not None:
            return found
        directives: list[Directive] = []
        always: dict[str, Readings] = {}
        conditional = []
        left = fired
        while left:
            lowest = left & -left
            rule = self.rules[lowest.bit_length() - 1]
            fields = self._fields[lowest.bit_length() - 1]
            directives += rule.directives
            if fields:
                conditional.append((rule.ref.id, fields))
            else:
                always[rule.ref.id] = ()
            left ^= lowest
        if len(self._combined) >= MOST_COMBINATIONS:
            self._combined.clear()
        read = tuple(dict.fromkeys(field for _, fields in conditional for field in fields))
        combined = _Combined(Directives(directives), always, tuple(conditional), read)
        return self._combined.setdefault(fired, combined)
