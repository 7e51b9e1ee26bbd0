"""People who asked to be forgotten. What caps count stays under a pseudonym.

A pseudonym is a keyed hash of an id; the key never leaves the ledger. A lender that brings the same
person again gets the attempts and the wishes not to be contacted back: nobody can be called anew by
being forgotten first.
"""

import hmac
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

import msgspec

from strategy.domain.event import Event, EventKind
from strategy.domain.instant import to_micros

KEPT_KINDS = frozenset(
    {
        EventKind.OPT_OUT,
        EventKind.OPT_IN,
        EventKind.CEASE,
        EventKind.CEASE_ENDED,
        EventKind.WRONG_NUMBER,
    }
)
"""Events that keep somebody from being contacted; all others are removed."""

_event = msgspec.json.Decoder(Event)


class Pseudonyms:
    """Takes names away, and gives them back to whoever knows them."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def of(self, id_: str) -> str:
        (salt,) = self._db.execute("SELECT salt FROM erasure_salt").fetchone()
        return f"erased-{hmac.new(salt, id_.encode(), sha256).hexdigest()[:32]}"

    def take(self, party_id: str, now: datetime) -> int:
        """Remove the person with their accounts; attempts and some events lose their names.

        Returns how many attempts stay.
        """
        accounts = [
            account_id
            for (account_id,) in self._db.execute(
                "SELECT id FROM account WHERE party_id = ?", (party_id,)
            )
        ]
        for account_id in accounts:
            self._db.execute(
                "DELETE FROM assignment WHERE plan_id IN (SELECT id FROM plan) AND account_id = ?",
                (account_id,),
            )
            self._db.execute(
                "DELETE FROM decision"
                " WHERE json_extract(CAST(body AS TEXT), '$.asked.account_id') = ?",
                (account_id,),
            )
        self._db.execute("DELETE FROM account WHERE party_id = ?", (party_id,))
        self._db.execute("DELETE FROM party WHERE id = ?", (party_id,))
        self._db.execute(
            "INSERT OR REPLACE INTO erased VALUES (?, ?)",
            (self.of(party_id), to_micros(now)),
        )
        attempts = self._rename_attempts(party_id, self.of(party_id), self.of)
        for event in self._events(party_id):
            self._db.execute("DELETE FROM event WHERE id = ?", (event.id,))
            if event.kind in KEPT_KINDS:
                self._put(self._nameless(event))
        return attempts

    def give_back(self, party_id: str, others: Iterable[str]) -> bool:
        """The person is known again: attempts and events get their names back.

        `others` are the ids of their accounts and contact points. False: nobody of that id was
        ever forgotten.
        """
        pseudonym = self.of(party_id)
        gone = self._db.execute("DELETE FROM erased WHERE pseudonym = ?", (pseudonym,))
        if not gone.rowcount:
            return False
        names = {self.of(id_): id_ for id_ in others}
        self._rename_attempts(pseudonym, party_id, lambda id_: names.get(id_, id_))
        for event in self._events(pseudonym):
            self._db.execute("DELETE FROM event WHERE id = ?", (event.id,))
            self._put(
                replace(
                    event,
                    party_id=party_id,
                    account_id=names.get(event.account_id or "", event.account_id),
                    contact_point_id=names.get(
                        event.contact_point_id or "", event.contact_point_id
                    ),
                )
            )
        return True

    def _rename_attempts(self, party_id: str, to: str, name: Callable[[str], str]) -> int:
        rows = self._db.execute(
            "SELECT id, account_id, contact_point_id FROM attempt WHERE party_id = ?", (party_id,)
        ).fetchall()
        self._db.executemany(
            "UPDATE attempt SET party_id = ?, account_id = ?, contact_point_id = ? WHERE id = ?",
            ((to, name(account), name(point), id_) for id_, account, point in rows),
        )
        return len(rows)

    def _nameless(self, event: Event) -> Event:
        return Event(
            id=self.of(event.id),
            party_id=self.of(event.party_id),
            kind=event.kind,
            at=event.at,
            account_id=event.account_id and self.of(event.account_id),
            channel=event.channel,
            contact_point_id=event.contact_point_id and self.of(event.contact_point_id),
        )

    def _events(self, party_id: str) -> list[Event]:
        rows = self._db.execute("SELECT body FROM event WHERE party_id = ?", (party_id,))
        return [_event.decode(body) for (body,) in rows]

    def _put(self, event: Event) -> None:
        self._db.execute(
            "INSERT INTO event VALUES (?, ?, ?, ?)",
            (event.id, event.party_id, to_micros(event.at), msgspec.json.encode(event)),
        )
