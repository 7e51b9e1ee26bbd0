"""The audit chain in the ledger: entries that stay, and records that can be removed.

An entry's hash covers the hash before it and its own bytes, so whatever is changed, left out, put
in or moved afterwards does not fit. The entry carries only a digest of its decision's record: the
record names a person, and removing it leaves the chain whole.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from secrets import token_bytes
from typing import Any

import msgspec

from strategy.domain.audit_entry import AuditEntry, EntryKind, link
from strategy.domain.decision_record import DecisionRecord
from strategy.errors import StrategyError
from strategy.ledger.database import Database
from strategy.ledger.end import LedgerEnd
from strategy.ledger.stored_record import StoredRecord, fired_rules, stored_record

_entry = msgspec.json.Decoder(AuditEntry)
_STORED = (
    "SELECT e.number, e.id, e.body, e.hash, r.party_id, r.salt, r.body, r.fired, f.rules"
    " FROM audit_entry e LEFT JOIN decision_record r ON r.number = e.number"
    " LEFT JOIN fired f ON f.hash = r.fired"
)


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """One row of the chain as it lies on the disk, with its record; `None`: removed."""

    number: int
    id: str
    body: bytes
    hash: bytes
    record: StoredRecord | None

    def decode(self) -> AuditEntry:
        """Raises `ValueError` where the bytes are no entry."""
        return _entry.decode(self.body)


class Audit:
    """Appends to the chain and reads it."""

    def __init__(self, db: Database, end: LedgerEnd) -> None:
        self._db, self._end = db, end
        self._fired_stored: set[bytes] = set()

    def head(self) -> tuple[int, bytes]:
        """Number and hash of the last entry."""
        number, hash_, _ = self._end.get()
        return int(number), _raw(hash_)

    def add_decision(self, record: DecisionRecord, party_id: str) -> None:
        stored = stored_record(record, party_id, token_bytes(16))
        number = self.append(
            AuditEntry(
                id=record.decision_id,
                at=record.at,
                kind=EntryKind.DECISION,
                rulebook_hash=record.rulebook_hash,
                plan_id=record.plan_id,
                permitted=record.answer.permit is not None,
                reasons=tuple((r.code, r.rule.id if r.rule else "") for r in record.answer.reasons),
                digest=stored.digest,
            )
        )
        fired = stored.fired
        assert fired is not None, "only records of an older program hold them themselves"
        if fired.hash not in self._fired_stored:
            self._db.execute(
                "INSERT INTO fired VALUES (?, ?) ON CONFLICT (hash) DO NOTHING",
                (fired.hash, fired.body),
            )
            self._fired_stored.add(fired.hash)
        self._db.execute(
            "INSERT INTO decision_record VALUES (?, ?, ?, ?, ?)",
            (number, stored.party_id, stored.salt, stored.body, fired.hash),
        )
        if others := record.people - {party_id}:
            self._db.executemany(
                "INSERT INTO record_of_other VALUES (?, ?)",
                [(other, number) for other in sorted(others)],
            )

    def append(self, entry: AuditEntry) -> int:
        """Returns the number of its place."""
        end, body = self._end.get(), msgspec.json.encode(entry)
        number, hash_ = end.number + 1, link(end.hash, body)
        self._db.execute(
            "INSERT INTO audit_entry VALUES (?, ?, ?, ?)", (number, entry.id, body, hash_)
        )
        self._end.put(end._replace(number=number, hash=hash_))
        return number

    def remove_records(self, numbers: list[int]) -> None:
        for table in ("decision_record", "record_of_other"):
            self._db.executemany(
                f"DELETE FROM {table} WHERE number = ?", ((number,) for number in numbers)
            )

    def forget(self) -> None:
        """What this transaction wrote may be gone: rules that fired are stored again."""
        self._fired_stored.clear()

    def stored(self, after: int, most: int) -> list[StoredEntry]:
        """Up to `most` entries with a higher number, in order."""
        rows = self._db.execute(
            f"{_STORED} WHERE e.number > ? ORDER BY e.number LIMIT ?", (after, most)
        )
        return [_stored(row) for row in rows]

    def first_with_records(self, most: int) -> list[StoredEntry]:
        """Up to `most` of the oldest entries whose records are still there, in order."""
        rows = self._db.execute(
            f"{_STORED} WHERE r.number IN (SELECT number FROM decision_record ORDER BY number"
            " LIMIT ?) ORDER BY e.number",
            (most,),
        )
        return [_stored(row) for row in rows]

    def find(self, entry_id: str) -> StoredEntry | None:
        row = self._db.execute(f"{_STORED} WHERE e.id = ?", (entry_id,)).fetchone()
        return _stored(row) if row else None

    def removal_of(self, number: int) -> tuple[int, AuditEntry] | None:
        """The entry that removed the record of this entry, with its place; None: none did.

        Raises `StrategyError`.
        """
        for place, entry in self._removals():
            if any(first <= number <= last for first, last in entry.removed):
                return place, entry
        return None

    def removed(self) -> Counter[EntryKind]:
        """How many records were removed, by why. Raises `StrategyError`."""
        found: Counter[EntryKind] = Counter()
        for _, entry in self._removals():
            found[entry.kind] += sum(last - first + 1 for first, last in entry.removed)
        return found

    def _removals(self) -> Iterator[tuple[int, AuditEntry]]:
        """Entries that removed records, found by their ids, each with its place."""
        for row in self._db.execute(
            f"{_STORED} WHERE e.id BETWEEN 'erased-' AND 'erased.'"
            " OR e.id BETWEEN 'expired-' AND 'expired.' ORDER BY e.number"
        ).fetchall():
            stored = _stored(row)
            try:
                yield stored.number, stored.decode()
            except ValueError as error:
                raise StrategyError(
                    f"entry {stored.number} cannot be read; run audit verify: {error}"
                ) from error

    def numbers_with_records(self) -> list[int]:
        """In order."""
        rows = self._db.execute("SELECT number FROM decision_record ORDER BY number")
        return [int(number) for (number,) in rows]

    def numbers_of_party(self, party_id: str) -> list[int]:
        """Of the entries whose records name this person, also beside another, in order."""
        rows = self._db.execute(
            "SELECT number FROM decision_record WHERE party_id = ? UNION"
            " SELECT number FROM record_of_other WHERE party_id = ? ORDER BY 1",
            (party_id, party_id),
        )
        return [int(number) for (number,) in rows]

    def strays(self) -> Iterator[int]:
        """Numbers of records that belong to no entry."""
        for (number,) in self._db.execute(
            "SELECT number FROM decision_record EXCEPT SELECT number FROM audit_entry ORDER BY 1"
        ):
            yield int(number)

    def before_the_chain(self) -> int:
        """How many decisions were made before there was a chain; nothing guards those."""
        return int(self._db.execute("SELECT count(*) FROM decision").fetchone()[0])


def _stored(row: tuple[Any, ...]) -> StoredEntry:
    """Whatever types somebody may have put there."""
    number, entry_id, body, hash_, party_id, salt, record, fired, rules = row
    kept = None
    if party_id is not None:
        # By what lies there now, so that a digest shows when it was changed.
        told = None if fired is None else fired_rules(_raw(rules))
        kept = StoredRecord(str(party_id), _raw(salt), _raw(record), told)
    return StoredEntry(number, str(entry_id), _raw(body), _raw(hash_), kept)


def _raw(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
