"""Every rulebook that was ever in force, whole, and when each came into force."""

from collections.abc import Sequence

import msgspec

from strategy.domain.instant import from_micros, to_micros
from strategy.domain.rulebook_change import How, RulebookChange
from strategy.ledger.database import Database
from strategy.rules.source import RuleFile

_files = msgspec.json.Decoder(tuple[RuleFile, ...])


class Rulebooks:
    """Rule files by the hash of their rulebook; changes only ever grow in number."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def files(self, hash_: str) -> tuple[RuleFile, ...] | None:
        row = self._db.execute("SELECT files FROM rulebook WHERE hash = ?", (hash_,)).fetchone()
        return _files.decode(row[0]) if row else None

    def add(self, change: RulebookChange, files: Sequence[RuleFile]) -> None:
        """The rulebook of these files is in force from now on."""
        self._db.execute(
            "INSERT INTO rulebook VALUES (?, ?) ON CONFLICT (hash) DO NOTHING",
            (change.hash, msgspec.json.encode(files)),
        )
        self._db.execute(
            "INSERT INTO rulebook_change (hash, at, how, by) VALUES (?, ?, ?, ?)",
            (change.hash, to_micros(change.at), change.how, change.by),
        )

    def changes(self, most: int) -> tuple[RulebookChange, ...]:
        """Newest first."""
        rows = self._db.execute(
            "SELECT hash, at, how, by FROM rulebook_change ORDER BY number DESC LIMIT ?", (most,)
        )
        return tuple(
            RulebookChange(hash_, from_micros(at), How(how), by) for hash_, at, how, by in rows
        )

    def last_change(self) -> RulebookChange | None:
        """How the rulebook in force came to be; None before the first start of a server."""
        return next(iter(self.changes(1)), None)
