"""The proof of a draft: durable_rules against mask algebra, closures against polars.

Every rule is fired by durable_rules for every signature of its group, and every atom is asked in
both forms on every boundary. What differs is listed; an empty list is a proof.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from strategy.domain.facts import Fact
from strategy.rules.atom import Atom, Between
from strategy.rules.batch import columns
from strategy.rules.catalogue import BUILT_IN
from strategy.rules.draft import Draft
from strategy.rules.durable import durable_verdicts
from strategy.rules.group import Verdicts, mask_algebra


@dataclass(frozen=True)
class ProofReport:
    """`tables[g]` is what durable_rules said about group g; `differences` should be empty."""

    tables: tuple[Verdicts, ...]
    differences: tuple[str, ...]
    signatures: int


def prove(draft: Draft) -> ProofReport:
    """Fires every rule for every signature. Raises `DurableError` when the engine misbehaves."""
    tables = tuple(durable_verdicts(group) for group in draft.proven)
    differences = [*_table_differences(draft, tables), *_atom_differences(draft)]
    signatures = sum(group.signatures for group in draft.proven)
    return ProofReport(tables, tuple(differences), signatures)


def _table_differences(draft: Draft, tables: tuple[Verdicts, ...]) -> list[str]:
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
