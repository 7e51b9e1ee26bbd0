"""Attempts and permits in the ledger. A permit is an attempt that has not happened yet."""

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from strategy.domain.attempt import Attempt, Purpose
from strategy.domain.channel import Channel
from strategy.domain.instant import from_micros, to_micros
from strategy.domain.outcome import Outcome
from strategy.domain.permit import Permit, PermitState
from strategy.ledger.database import Database

LONGEST_CALL = timedelta(hours=1)
"""A confirmed attempt without an outcome keeps its person busy for this long (policy)."""

_COLUMNS = (
    "id, party_id, account_id, contact_point_id, channel, script, state, granted_at, expires_at,"
    " at, outcome, purpose, agency"
)

_READ = (
    "id, party_id, account_id, contact_point_id, channel, state, expires_at, at, outcome, purpose,"
    " agency, granted_at"
)
_Row = tuple[str, str, str, str, str, str, int, int, str, str, str, int]
_BUSY = {PermitState.RESERVED: timedelta(), PermitState.CONFIRMED: LONGEST_CALL}
"""How long after its instant an attempt keeps its person busy."""


class Attempts:
    """What was tried, is being tried, or may be tried."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def of_party(
        self, party_id: str, now: datetime
    ) -> tuple[tuple[Attempt, ...], tuple[datetime, datetime] | None]:
        """The party's attempts, oldest first, and since and until when a permit is open.

        Released permits are no attempts. An expired, unconfirmed permit may have been dialled at
        any instant of its lease; it stands at the last one, which blocks longest.
        """
        still_open: list[tuple[datetime, datetime]] = []
        rows = self._db.execute(
            f"SELECT {_READ} FROM attempt WHERE party_id = ? AND state <> 'released' ORDER BY id",
            (party_id,),
        ).fetchall()
        for row in rows:
            if row[5] in _BUSY:
                busy = from_micros(_stands_at(row)) + _BUSY[row[5]]
                if now < busy:
                    still_open.append((from_micros(row[11]), busy))
        last = max(still_open, key=lambda times: times[1], default=None)
        return _attempts(rows), last

    def to_others(self, account_id: str, party_id: str) -> tuple[Attempt, ...]:
        """Attempts about the account to anybody else, oldest first; permits as in `of_party`."""
        # Before and after the party in the index: its own attempts are not even looked at.
        rows = self._db.execute(
            f"SELECT {_READ} FROM attempt WHERE account_id = ? AND party_id < ?"
            f" AND state <> 'released' UNION ALL SELECT {_READ} FROM attempt"
            " WHERE account_id = ? AND party_id > ? AND state <> 'released' ORDER BY id",
            (account_id, party_id, account_id, party_id),
        ).fetchall()
        return _attempts(rows)

    def reserve(self, permit: Permit) -> None:
        granted = to_micros(permit.granted_at)
        self._insert(
            permit.id,
            permit.party_id,
            permit.account_id,
            permit.contact_point_id,
            permit.channel,
            permit.script,
            PermitState.RESERVED,
            granted,
            to_micros(permit.expires_at),
            granted,
            Outcome.UNKNOWN,
            permit.purpose,
            permit.agency,
        )

    def add_past(self, attempt: Attempt, pseudonym: str) -> None:
        """An attempt made by another system. The same id again replaces it, also under the
        pseudonym that the id would have."""
        at = to_micros(attempt.at)
        self._db.execute(
            "DELETE FROM attempt WHERE id IN (?, ?) AND state = 'imported'",
            (attempt.id, pseudonym),
        )
        self._insert(
            attempt.id,
            attempt.party_id,
            attempt.account_id,
            attempt.contact_point_id,
            attempt.channel,
            "",
            PermitState.IMPORTED,
            at,
            at,
            at,
            attempt.outcome,
            attempt.purpose,
            attempt.agency,
        )

    def permit(self, permit_id: str) -> tuple[Permit, PermitState, Outcome, datetime] | None:
        """The permit, its state, its outcome and the instant of its attempt."""
        row = self._db.execute(
            f"SELECT {_COLUMNS} FROM attempt WHERE id = ? AND state <> 'imported'", (permit_id,)
        ).fetchone()
        if row is None:
            return None
        granted, expires = from_micros(row[7]), from_micros(row[8])
        permit = Permit(
            row[0],
            row[2],
            row[1],
            row[3],
            Channel(row[4]),
            row[5],
            granted,
            expires,
            Purpose(row[11]),
            row[12],
        )
        return permit, PermitState(row[6]), Outcome(row[10]), from_micros(row[9])

    def move(self, permit_id: str, state: PermitState, at: datetime, outcome: Outcome) -> None:
        self._db.execute(
            "UPDATE attempt SET state = ?, at = ?, outcome = ? WHERE id = ?",
            (state, to_micros(at), outcome, permit_id),
        )

    def rename_party(self, party_id: str, to: str) -> None:
        self._db.execute("UPDATE attempt SET party_id = ? WHERE party_id = ?", (to, party_id))

    def rename_imported(self, party_id: str, name: Callable[[str], str]) -> None:
        """Attempts that another system made may have ids that name the party."""
        rows = self._db.execute(
            "SELECT id FROM attempt WHERE party_id = ? AND state = 'imported'", (party_id,)
        ).fetchall()
        self._db.executemany(
            "UPDATE attempt SET id = ? WHERE id = ?", ((name(id_), id_) for (id_,) in rows)
        )

    def rename_account(self, account_id: str, to: str) -> None:
        """Whoever was contacted about it."""
        self._db.execute("UPDATE attempt SET account_id = ? WHERE account_id = ?", (to, account_id))

    def concern(self, account_id: str) -> bool:
        """Whether there is any attempt about the account."""
        row = self._db.execute(
            "SELECT 1 FROM attempt WHERE account_id = ? LIMIT 1", (account_id,)
        ).fetchone()
        return row is not None

    def rename_points(self, party_id: str, name: Callable[[str], str]) -> None:
        """Every contact point by which this party was contacted gets the name of its old one."""
        rows = self._db.execute(
            "SELECT DISTINCT contact_point_id FROM attempt WHERE party_id = ?", (party_id,)
        ).fetchall()
        self._db.executemany(
            "UPDATE attempt SET contact_point_id = ? WHERE party_id = ? AND contact_point_id = ?",
            ((name(point), party_id, point) for (point,) in rows),
        )

    def count_of_party(self, party_id: str) -> int:
        return int(
            self._db.execute(
                "SELECT count(*) FROM attempt WHERE party_id = ?", (party_id,)
            ).fetchone()[0]
        )

    def ids_after(self, attempt_id: str, most: int) -> list[str]:
        """Up to `most` ids that sort after this one, in order."""
        rows = self._db.execute(
            "SELECT id FROM attempt WHERE id > ? ORDER BY id LIMIT ?", (attempt_id, most)
        )
        return [id_ for (id_,) in rows]

    def forget(self, ids: list[str], before: datetime) -> int:
        """Remove those of them that were made before a UTC instant; how many that were."""
        rows = ((id_, to_micros(before)) for id_ in ids)
        return self._db.executemany("DELETE FROM attempt WHERE id = ? AND at < ?", rows).rowcount

    def _insert(self, *row: object) -> None:
        places = ", ".join("?" * len(row))
        self._db.execute(f"INSERT INTO attempt ({_COLUMNS}) VALUES ({places})", row)


def _stands_at(row: _Row) -> int:
    """A reservation stands at the last instant at which it could have been dialled."""
    return row[6] if row[5] == PermitState.RESERVED else row[7]


def _attempts(rows: list[_Row]) -> tuple[Attempt, ...]:
    """Oldest first; of one instant in the order of the rows."""
    if not rows:
        return ()
    rows.sort(key=_stands_at)
    # Made by msgspec, which takes a third of the time that their own constructor takes.
    return msgspec.convert(
        [
            {
                "id": row[0],
                "party_id": row[1],
                "account_id": row[2],
                "contact_point_id": row[3],
                "channel": row[4],
                "at": from_micros(_stands_at(row)),
                "outcome": row[8],
                "purpose": row[9],
                "agency": row[10],
            }
            for row in rows
        ],
        tuple[Attempt, ...],
    )
