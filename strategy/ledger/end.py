"""Where the audit chain and the ledger's time end.

Every decision moves both on. They are read once and written once for a whole transaction.
"""

from typing import NamedTuple

from strategy.ledger.database import Database


class End(NamedTuple):
    """Number and hash of the last entry; the last instant in microseconds."""

    number: int
    hash: bytes
    at: int


class LedgerEnd:
    """The end as one transaction sees and moves it."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._read: End | None = None
        self._now: End | None = None

    def get(self) -> End:
        if self._now is None:
            row = self._db.execute(
                "SELECT number, hash, at FROM audit_head CROSS JOIN last_instant"
            ).fetchone()
            self._read = self._now = End(*row)
        return self._now

    def put(self, end: End) -> None:
        self._now = end

    def store(self) -> None:
        if self._now is not None and self._now != self._read:
            number, hash_, at = self._now
            self._db.execute("UPDATE audit_head SET number = ?, hash = ?", (number, hash_))
            self._db.execute("UPDATE last_instant SET at = ?", (at,))
            self._read = self._now
