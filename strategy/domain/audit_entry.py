"""One link of the audit chain: what was decided, without a word about whom."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

BEFORE_THE_FIRST = sha256(b"collections-audit/1\n").digest()
"""What the first entry follows."""


class EntryKind(StrEnum):
    """A decision, or the removal of records: on a person's request, or because of their age."""

    DECISION = "decision"
    ERASED = "erased"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Kept for ever, in its place of the chain; places count from 1. `at` is a UTC instant.

    `reasons` are code and rule id. `digest` is the hex SHA-256 of the decision's record, which is
    stored apart and can be removed; `removed` are the ranges (first, last) of entries whose
    records this entry removes.
    """

    id: str
    at: datetime
    kind: EntryKind
    rulebook_hash: str = ""
    plan_id: str | None = None
    permitted: bool = False
    reasons: tuple[tuple[str, str], ...] = ()
    digest: str = ""
    removed: tuple[tuple[int, int], ...] = ()


def link(before: bytes, body: bytes) -> bytes:
    """The hash of an entry's bytes that follow the entry with hash `before`."""
    return sha256(before + body).digest()


def ranges(numbers: list[int]) -> tuple[tuple[int, int], ...]:
    """Ascending numbers as ranges (first, last)."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return tuple(found)
