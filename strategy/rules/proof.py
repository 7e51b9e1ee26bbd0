"""The proof of a draft: durable_rules against mask algebra, closures against polars.

Every rule is fired by durable_rules for every combination of its atoms, and every atom is asked in
both forms on every boundary. What differs is listed; an empty list is a proof.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

from strategy.domain.facts import Fact
from strategy.rules.atom import Atom, Between
from strategy.rules.batch import columns
from strategy.rules.catalogue import BUILT_IN
from strategy.rules.draft import Draft
from strategy.rules.group import Group, Verdicts, mask_algebra

Clauses = tuple[int, ...]


def rules_to_fire(draft: Draft) -> tuple[Clauses, ...]:
    """The clauses of each rule and segment, those that are alike once."""
    return tuple(dict.fromkeys(masks for group in draft.proven for masks in group.clauses))


def verdict_tables(draft: Draft, fired: Sequence[Sequence[int]]) -> tuple[Verdicts, ...]:
    """The table of each proven group from what fired for each of `rules_to_fire`.

    Raises `ValueError` when they are not as many.
    """
    known = dict(zip(rules_to_fire(draft), fired, strict=True))
    return tuple(_table(group, [known[masks] for masks in group.clauses]) for group in draft.proven)


def _table(group: Group, fired: Sequence[Sequence[int]]) -> Verdicts:
    """What a rule does not read cannot change whether it fires."""
    signatures = np.arange(group.signatures)
    read = [int(np.bitwise_or.reduce(masks)) for masks in group.clauses]
    columns = [np.isin(signatures & r, f) for r, f in zip(read, fired, strict=True)]
    return np.stack(columns, axis=1)


def differences(draft: Draft, tables: Sequence[Verdicts]) -> list[str]:
    """Where `tables`, what durable_rules said, and the rules themselves disagree."""
    return [*_table_differences(draft, tables), *_atom_differences(draft)]


def _table_differences(draft: Draft, tables: Sequence[Verdicts]) -> list[str]:
    found = []
    for group, table in zip(draft.proven, tables, strict=True):
        for signature, column in np.argwhere(table != mask_algebra(group)):
            true = [str(atom) for bit, atom in enumerate(group.atoms) if signature >> bit & 1]
            found.append(
                f"{draft.names(group)[column]}: durable_rules and the masks differ "
                f"where {' and '.join(true) or 'nothing'} holds"
            )
    return found


def _atom_differences(draft: Draft) -> list[str]:
    atoms = dict.fromkeys(atom for group in draft.proven for atom in group.atoms)
    return [difference for atom in atoms for difference in atom_differences(atom)]


def atom_differences(atom: Atom) -> list[str]:
    """Boundary values on which the closure and the polars expression of an atom disagree."""
    name = atom.field.name
    rows: list[dict[str, Fact]] = [{name: value} for value in atom.boundaries()]
    if isinstance(atom, Between) and atom.currency:
        rows = [
            {"currency": currency, name: value}
            for currency in (atom.currency, "XXX", None)
            for value in atom.boundaries()
        ]
    test = atom.scalar()
    online = [test(row) for row in rows]
    fields = {"currency": BUILT_IN["currency"], name: atom.field}
    frame = pl.DataFrame(rows, schema=list(rows[0]), infer_schema_length=None)
    batch = columns(frame, fields).select(atom.expression().alias("atom"))["atom"].to_list()
    return [
        f"`{atom}` on {row}: {one} online, {other} in batch"
        for row, one, other in zip(rows, online, batch, strict=True)
        if one is not other
    ]
