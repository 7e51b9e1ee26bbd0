"""The rows of one batch in a small SQLite in memory, where the work runs as on the SQLite ledger.

So there is one text of every statement on the way of a permit, and one piece of work can be undone
without the others. Nothing is stored here; what changed goes back to PostgreSQL.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from strategy.ledger.ledger import Work
from strategy.ledger.migrations import migrate
from strategy.ledger.pieces import deciding, undoable
from strategy.ledger.transaction import Transaction

Row = tuple[Any, ...]

_T, _N, _B = 1, 11, 14
"""Where the texts, numbers and bytes of a row of `open_batch` begin."""

_ATTEMPT = (*range(_T, _T + 7), *range(_N, _N + 3), *range(_T + 7, _T + 10))
_COLUMNS: dict[str, Callable[[Row], Row]] = {
    "party": itemgetter(_T, _B),
    "account": itemgetter(_T, _T + 1, _B),
    "attempt": itemgetter(*_ATTEMPT),
    "event": itemgetter(_T, _T + 1, _N, _B),
    "request": itemgetter(_T, _T + 1, _T + 2, _N),
    "audit_entry": itemgetter(_N, _T, _B, _B + 1),
    "decision_record": itemgetter(_N, _T, _B, _B + 1, _B + 2),
    "fired": itemgetter(_B, _B + 1),
    "erased": itemgetter(_T, _N),
    "plan": itemgetter(_T, _T + 1, _T + 2, _N, _B),
    "assignment": itemgetter(_T, _T + 1, _T + 2, _N, _B, _T + 3),
    "plan_terms": itemgetter(_T, _B),
}
"""From a row of `open_batch` to a row of the table."""

WRITTEN = ("party", "account", "attempt", "event", "request", "fired")
"""Tables whose rows go back as they are."""

NAMED = WRITTEN[:4]
"""Those of which rows may be removed, by id."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a batch wrote. `removed` holds ids. `entries`, in their order: id, body, party, salt,
    record, hash of the rules that fired. `others`: who else a record names, and its place there.

    `last_instant` in microseconds; None: as it was.
    """

    rows: dict[str, list[Row]]
    removed: dict[str, list[str]]
    entries: list[Row]
    others: list[Row]
    last_instant: int | None


class Workspace:
    """Used by one thread, for one batch after another."""

    def __init__(self, salt: bytes) -> None:
        """`salt` is that of pseudonyms."""
        self._db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        migrate(self._db)
        self._db.execute("UPDATE erasure_salt SET salt = ?", (salt,))

    def run(
        self, rows: Iterable[Row], batch: Iterable[tuple[Work[Any], bool]]
    ) -> tuple[list[Any], Changes]:
        """Results, or the exception that a piece of work raised, and what the others wrote. With
        each: whether it may have to be undone."""
        self._db.execute("BEGIN")
        try:
            loaded, last = self._load(rows)
            tx = Transaction(self._db, whole=False)
            results = [
                (undoable if may_undo else deciding)(self._db, tx, work) for work, may_undo in batch
            ]
            tx.finish()
            return results, self._changes(loaded, last)
        finally:
            self._db.execute("ROLLBACK")

    def close(self) -> None:
        self._db.close()

    def _load(self, rows: Iterable[Row]) -> tuple[dict[str, set[Row]], int]:
        found: dict[str, set[Row]] = defaultdict(set)
        last = 0
        for row in rows:
            if row[0] == "last_instant":
                last = row[_N]
            elif row[0] in _COLUMNS:
                found[row[0]].add(_COLUMNS[row[0]](row))
        self._db.execute("UPDATE last_instant SET at = ?", (last,))
        for table, values in found.items():
            places = ", ".join("?" * len(next(iter(values))))
            self._db.executemany(f"INSERT INTO {table} VALUES ({places})", values)
        return found, last

    def _changes(self, loaded: dict[str, set[Row]], last: int) -> Changes:
        now = {table: self._db.execute(f"SELECT * FROM {table}").fetchall() for table in WRITTEN}
        rows = {table: [r for r in found if r not in loaded[table]] for table, found in now.items()}
        removed = {
            table: list({row[0] for row in loaded[table]} - {row[0] for row in now[table]})
            for table in NAMED
        }
        entries = self._db.execute(
            "SELECT e.id, e.body, r.party_id, r.salt, r.body, r.fired FROM audit_entry e"
            " LEFT JOIN decision_record r ON r.number = e.number"
            " WHERE e.number > 0 ORDER BY e.number"
        ).fetchall()
        others = self._db.execute("SELECT party_id, number FROM record_of_other").fetchall()
        (last_now,) = self._db.execute("SELECT at FROM last_instant").fetchone()
        return Changes(rows, removed, entries, others, last_now if last_now > last else None)
