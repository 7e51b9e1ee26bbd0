"""The rows of one batch in a small SQLite in memory, where the work runs as on the SQLite ledger.

So there is one text of every statement on the way of a permit, and one piece of work can be undone
without the others. Nothing is stored here; what changed goes back to PostgreSQL.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from strategy.domain.plan_terms import PlanTerms
from strategy.domain.room import Taken
from strategy.ledger.ledger import Work
from strategy.ledger.migrations import migrate
from strategy.ledger.pieces import deciding, undoable
from strategy.ledger.transaction import Transaction

Row = tuple[Any, ...]

_T, _N, _B = 1, 11, 14
"""Where the texts, numbers and bytes of a row of `open_batch` begin."""

_ATTEMPT = (*range(_T, _T + 7), *range(_N, _N + 3), *range(_T + 7, _T + 10))
_USE = (*range(_T, _T + 3), _N, *range(_T + 3, _T + 5), _N + 1, _N + 2)
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
    "permit_use": itemgetter(*_USE),
}
"""From a row of `open_batch` to a row of the table."""

WRITTEN = ("party", "account", "attempt", "event", "request", "fired", "permit_use", "assignment")
"""Tables whose rows go back as they are."""

NAMED = WRITTEN[:4]
"""Those of which rows may be removed, by id."""

COUNTED = {"slot_taken": 3, "slot_kept": 4}
"""Counters, and how many columns name one; the others are sums. What was added goes back."""


@dataclass(frozen=True, slots=True)
class Promises:
    """What a batch gave because there was room for it in the active plan's capacity."""

    plan_id: str
    terms: PlanTerms
    taken: tuple[Taken, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What a batch wrote. `removed` holds ids, `added` what counters are to grow by. `entries`, in
    their order: id, body, party, salt, record, hash of the rules that fired. `others`: who else a
    record names, and its place there.

    `last_instant` in microseconds; None: as it was.
    """

    rows: dict[str, list[Row]]
    removed: dict[str, list[str]]
    added: dict[str, list[Row]]
    promises: Promises | None
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
        self._terms: Row = ("", b"")

    @property
    def terms_of(self) -> str:
        """The plan whose terms are known here: they are long, and never change."""
        return str(self._terms[0])

    def run(
        self, rows: Iterable[Row], batch: Iterable[tuple[Work[Any], bool]], room: bool
    ) -> tuple[list[Any], Changes]:
        """Results, or the exception that a piece of work raised, and what the others wrote. With
        each: whether it may have to be undone. `room`: counters are among the rows."""
        self._db.execute("BEGIN")
        try:
            loaded, last = self._load(rows)
            tx = Transaction(self._db, whole=False, counted=room)
            results = [
                (undoable if may_undo else deciding)(self._db, tx, work) for work, may_undo in batch
            ]
            tx.finish()
            return results, self._changes(tx, loaded, last)
        finally:
            self._db.execute("ROLLBACK")

    def close(self) -> None:
        self._db.close()

    def _load(self, rows: Iterable[Row]) -> tuple[dict[str, set[Row]], int]:
        found: dict[str, set[Row]] = defaultdict(set)
        last = 0
        for row in rows:
            kind = row[0]
            if kind == "last_instant":
                last = row[_N]
            elif kind == "plan_terms":
                if row[_B] is not None:
                    self._terms = row[_T], row[_B]
                found[kind].add(self._terms)
            elif kind in COUNTED:
                found[kind].update(map(tuple, json.loads(row[_T] or "[]")))
            elif kind in _COLUMNS:
                found[kind].add(_COLUMNS[kind](row))
        self._db.execute("UPDATE last_instant SET at = ?", (last,))
        for table, values in found.items():
            if values:
                places = ", ".join("?" * len(next(iter(values))))
                self._db.executemany(f"INSERT INTO {table} VALUES ({places})", values)
        return found, last

    def _changes(self, tx: Transaction, loaded: dict[str, set[Row]], last: int) -> Changes:
        # In one order for everybody, so that no two batches can wait for each other.
        now = {
            table: self._db.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
            for table in WRITTEN
        }
        rows = {table: [r for r in found if r not in loaded[table]] for table, found in now.items()}
        removed = {
            table: list({row[0] for row in loaded[table]} - {row[0] for row in now[table]})
            for table in NAMED
        }
        added = {table: self._added(table, loaded[table]) for table in COUNTED}
        entries = self._db.execute(
            "SELECT e.id, e.body, r.party_id, r.salt, r.body, r.fired FROM audit_entry e"
            " LEFT JOIN decision_record r ON r.number = e.number"
            " WHERE e.number > 0 ORDER BY e.number"
        ).fetchall()
        others = self._db.execute("SELECT party_id, number FROM record_of_other").fetchall()
        (last_now,) = self._db.execute("SELECT at FROM last_instant").fetchone()
        moved = last_now if last_now > last else None
        return Changes(rows, removed, added, _promises(tx), entries, others, moved)

    def _added(self, table: str, loaded: set[Row]) -> list[Row]:
        """Rows of the counters' names, and what each grew by."""
        names = COUNTED[table]
        before = {row[:names]: row[names:] for row in loaded}
        found = []
        for row in self._db.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3, 4"):
            old = before.get(row[:names], (0, 0, 0))
            grown = [new - was for new, was in zip(row[names:], old, strict=True)]
            if any(grown):
                found.append((*row[:names], *grown))
        return found


def _promises(tx: Transaction) -> Promises | None:
    if not tx.plan_use.promised:
        return None
    plan = tx.plans.active()
    terms = tx.plans.terms(plan.plan_id) if plan else None
    assert plan is not None, "room is promised under a plan"
    assert terms is not None, "and by what it was made with"
    return Promises(plan.plan_id, terms, tuple(tx.plan_use.promised))
