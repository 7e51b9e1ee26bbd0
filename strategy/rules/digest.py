"""The name of a rulebook: a hash of what it says."""

from collections.abc import Sequence
from hashlib import sha256

import numpy as np

from strategy.rules.draft import Draft
from strategy.rules.group import Verdicts


def digest(draft: Draft, tables: Sequence[Verdicts]) -> str:
    """SHA-256 in hex over the texts (sorted, whatever the files are called), the atoms of every
    group and the verdict tables; every part is preceded by its length."""
    parts = [file.encode() for file in sorted(file.text for file in draft.files)]
    for group, table in zip(draft.proven, tables, strict=True):
        parts += [f"{atom}|{atom.if_missing}".encode() for atom in group.atoms]
        parts += [repr(table.shape).encode(), np.packbits(table).tobytes()]
    hashed = sha256(b"collections-rules/1\n")
    for part in parts:
        hashed.update(f"{len(part)}\n".encode() + part)
    return hashed.hexdigest()
