"""Changes of plans and rules, numbered in the order in which they were committed."""

from datetime import datetime

from strategy.domain.change import Change, ChangeKind
from strategy.domain.instant import from_micros, to_micros
from strategy.ledger.database import Database


class Changes:
    """Only ever grows."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, at: datetime, kind: ChangeKind, subject: str) -> None:
        self._db.execute(
            "INSERT INTO change (at, kind, subject) VALUES (?, ?, ?)",
            (to_micros(at), kind, subject),
        )

    def last_number(self) -> int:
        """0 where nothing changed yet."""
        return int(self._db.execute("SELECT coalesce(max(number), 0) FROM change").fetchone()[0])

    def after(self, number: int, most: int) -> list[Change]:
        """Up to `most` changes with a higher number, in order."""
        rows = self._db.execute(
            "SELECT number, at, kind, subject FROM change WHERE number > ? ORDER BY number LIMIT ?",
            (number, most),
        )
        return [
            Change(int(number), from_micros(at), ChangeKind(kind), subject)
            for number, at, kind, subject in rows
        ]
