"""Decisions, and when the last one was made."""

from datetime import datetime

import msgspec

from strategy.domain.decision_record import DecisionRecord
from strategy.domain.instant import from_micros, to_micros
from strategy.errors import BeyondKeys, NotFound
from strategy.ledger.audit import Audit
from strategy.ledger.database import Database
from strategy.ledger.end import LedgerEnd

_old_record = msgspec.json.Decoder(DecisionRecord)
"""Of decisions made before there was an audit chain."""


class Decisions:
    """What was decided, and when the last decision was made."""

    def __init__(self, db: Database, audit: Audit, end: LedgerEnd, whole: bool) -> None:
        self._db, self._audit, self._end, self._whole = db, audit, end, whole

    def get(self, decision_id: str) -> DecisionRecord:
        """Raises `NotFound`, and `BeyondKeys` where what removed its record is not here."""
        entry = self._audit.find(decision_id)
        if entry is not None and entry.record is not None:
            return entry.record.decode()
        if entry is not None and not self._whole:
            raise BeyondKeys
        if entry is not None:
            raise NotFound(self._gone(decision_id, entry.number))
        row = self._db.execute("SELECT body FROM decision WHERE id = ?", (decision_id,)).fetchone()
        if row is None:
            raise NotFound(f"no decision `{decision_id}`")
        return _old_record.decode(row[0])

    def _gone(self, decision_id: str, number: int) -> str:
        gone = f"the record of decision `{decision_id}` is gone"
        removal = self._audit.removal_of(number)
        if removal is None:
            return f"{gone}, and no entry of the audit chain removed it"
        place, entry = removal
        return f"{gone}: {entry.kind} on {entry.at:%Y-%m-%d} (audit entry {place})"

    def add(self, record: DecisionRecord, party_id: str) -> None:
        self._audit.add_decision(record, party_id)

    def last_instant(self) -> datetime:
        return from_micros(self._end.get().at)

    def advance(self, now: datetime) -> None:
        end, at = self._end.get(), to_micros(now)
        if at > end.at:
            self._end.put(end._replace(at=at))
