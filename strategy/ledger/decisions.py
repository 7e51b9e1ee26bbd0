"""Decisions, and the answers to requests that may be repeated."""

import sqlite3
from datetime import datetime

import msgspec

from strategy.domain.decision_record import DecisionRecord
from strategy.domain.instant import from_micros, to_micros
from strategy.errors import Conflict, NotFound
from strategy.ledger.audit import Audit

_old_record = msgspec.json.Decoder(DecisionRecord)
"""Of decisions made before there was an audit chain."""


class Decisions:
    """What was decided, for whom it was asked, and when the last one was."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db, self._audit = db, Audit(db)

    def get(self, decision_id: str) -> DecisionRecord:
        """Raises `NotFound`."""
        entry = self._audit.find(decision_id)
        if entry is not None and entry.record is not None:
            return entry.record.decode()
        if entry is not None:
            raise NotFound(f"the record of decision `{decision_id}` was removed")
        row = self._db.execute("SELECT body FROM decision WHERE id = ?", (decision_id,)).fetchone()
        if row is None:
            raise NotFound(f"no decision `{decision_id}`")
        return _old_record.decode(row[0])

    def add(self, record: DecisionRecord, party_id: str) -> None:
        self._audit.add_decision(record, party_id)

    def answered(self, request_id: str, digest: str) -> str | None:
        """What this request id was answered with; `Conflict` if its body was another."""
        row = self._db.execute(
            "SELECT digest, answer FROM request WHERE id = ?", (request_id,)
        ).fetchone()
        if row is None:
            return None
        if row[0] != digest:
            raise Conflict(f"request id `{request_id}` was already used with another body")
        return str(row[1])

    def remember(self, request_id: str, digest: str, answer: str) -> None:
        self._db.execute("INSERT INTO request VALUES (?, ?, ?)", (request_id, digest, answer))

    def last_instant(self) -> datetime:
        return from_micros(self._db.execute("SELECT at FROM last_instant").fetchone()[0])

    def advance(self, now: datetime) -> None:
        self._db.execute("UPDATE last_instant SET at = max(at, ?)", (to_micros(now),))
