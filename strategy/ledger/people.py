"""Parties, accounts and events in the ledger."""

from collections.abc import Iterator

import msgspec

from strategy.domain.account import Account
from strategy.domain.event import Event
from strategy.domain.instant import to_micros
from strategy.domain.party import Party
from strategy.errors import BeyondKeys
from strategy.ledger.database import Database

_party = msgspec.json.Decoder(Party)
_account = msgspec.json.Decoder(Account)
_event = msgspec.json.Decoder(Event)


class People:
    """Who is known, what they owe, what they said."""

    def __init__(self, db: Database, whole: bool) -> None:
        self._db, self._whole = db, whole

    def party(self, party_id: str) -> Party | None:
        row = self._db.execute("SELECT body FROM party WHERE id = ?", (party_id,)).fetchone()
        return _party.decode(row[0]) if row else None

    def account(self, account_id: str) -> Account | None:
        row = self._db.execute("SELECT body FROM account WHERE id = ?", (account_id,)).fetchone()
        return _account.decode(row[0]) if row else None

    def owing(self, party_id: str) -> list[Account]:
        """Every account that this party owes, alone or with others. Reads all accounts; raises
        `BeyondKeys` where these are not here."""
        if not self._whole:
            raise BeyondKeys
        rows = self._db.execute(
            "SELECT body FROM account WHERE instr(body, ?) > 0", (msgspec.json.encode(party_id),)
        )
        found = (_account.decode(body) for (body,) in rows)
        return [account for account in found if party_id in account.owed_by]

    def events(self, party_id: str) -> tuple[Event, ...]:
        """Oldest first."""
        rows = self._db.execute(
            "SELECT body FROM event WHERE party_id = ? ORDER BY at, id", (party_id,)
        )
        return tuple(_event.decode(body) for (body,) in rows)

    def put_party(self, party: Party) -> None:
        self._db.execute(
            "INSERT INTO party VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            (party.id, msgspec.json.encode(party)),
        )

    def remove_party(self, party_id: str) -> bool:
        """False when there was none of this id."""
        done = self._db.execute("DELETE FROM party WHERE id = ?", (party_id,))
        return done.rowcount == 1

    def put_account(self, account: Account) -> None:
        self._db.execute(
            "INSERT INTO account VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE"
            " SET party_id = excluded.party_id, body = excluded.body",
            (account.id, account.party_id, msgspec.json.encode(account)),
        )

    def remove_account(self, account_id: str) -> None:
        self._db.execute("DELETE FROM account WHERE id = ?", (account_id,))

    def add_event(self, event: Event) -> bool:
        """False when an event of this id is already there."""
        done = self._db.execute(
            "INSERT INTO event VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
            (event.id, event.party_id, to_micros(event.at), msgspec.json.encode(event)),
        )
        return done.rowcount == 1

    def remove_event(self, event_id: str) -> None:
        self._db.execute("DELETE FROM event WHERE id = ?", (event_id,))

    def all_parties(self) -> Iterator[Party]:
        for (body,) in self._db.execute("SELECT body FROM party ORDER BY id"):
            yield _party.decode(body)

    def all_accounts(self) -> Iterator[Account]:
        for (body,) in self._db.execute("SELECT body FROM account ORDER BY id"):
            yield _account.decode(body)
