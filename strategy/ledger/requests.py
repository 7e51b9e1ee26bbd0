"""Request ids that were answered, each for a day; then they are forgotten, a few at a time."""

from datetime import datetime, timedelta

from strategy.domain.instant import to_micros
from strategy.errors import Conflict
from strategy.ledger.database import Database

KEPT = timedelta(hours=25)
"""A day is promised; the hour is for clocks that differ."""

_MICROSECOND = timedelta(microseconds=1)
_AT_ONCE = 4
"""More than one for each that comes, so that the table shrinks to the last day's by itself."""


class Requests:
    """What each request id was answered with, and a digest of the body it came with."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._remembered, self._now = 0, 0

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

    def remember(self, request_id: str, digest: str, answer: str, now: datetime) -> None:
        """Keep the answer for a day from `now` (UTC)."""
        self._now = to_micros(now)
        self._db.execute(
            "INSERT INTO request VALUES (?, ?, ?, ?)", (request_id, digest, answer, self._now)
        )
        self._remembered += 1

    def forget(self) -> None:
        """Forget some that are older than a day, if this transaction has remembered any."""
        if self._remembered:
            self._db.execute(
                "DELETE FROM request WHERE id IN (SELECT id FROM request WHERE at < ? ORDER BY at"
                " LIMIT ?)",
                (self._now - KEPT // _MICROSECOND, _AT_ONCE * self._remembered),
            )
