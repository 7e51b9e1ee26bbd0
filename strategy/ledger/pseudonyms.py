"""People who asked to be forgotten. What caps count stays under a pseudonym.

A pseudonym is a keyed hash of an id; the key never leaves the ledger. A lender that brings the same
person again gets the attempts and the wishes not to be contacted back: nobody can be called anew by
being forgotten first. An account that others still owe stays theirs, with the pseudonym in the
person's place; when everybody who owes it was erased, it goes as well.
"""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

import msgspec

from strategy.domain.account import Account
from strategy.domain.event import OF_THE_PERSON, Event, EventKind
from strategy.domain.instant import to_micros
from strategy.domain.party import Party
from strategy.errors import BeyondKeys
from strategy.ledger.attempts import Attempts
from strategy.ledger.database import Database
from strategy.ledger.people import People
from strategy.ledger.plans import Plans

KEPT_KINDS = frozenset(
    {
        EventKind.OPT_OUT,
        EventKind.OPT_IN,
        EventKind.CEASE,
        EventKind.CEASE_ENDED,
        EventKind.ATTORNEY,
        EventKind.ATTORNEY_ENDED,
        EventKind.WRONG_NUMBER,
    }
)
"""Events that keep somebody from being contacted. Others stay only for the sake of an account that
somebody else owes, and only those that are of the debt."""


class Pseudonyms:
    """Takes names away, and gives them back to whoever knows them."""

    def __init__(self, db: Database, whole: bool) -> None:
        self._db, self._whole = db, whole
        self._people, self._attempts = People(db, whole), Attempts(db)
        self._plans = Plans(db)

    def of(self, id_: str) -> str:
        (salt,) = self._db.execute("SELECT salt FROM erasure_salt").fetchone()
        return pseudonym_of(id_, salt)

    def taken(self, pseudonym: str) -> bool:
        """Whether it is the pseudonym of somebody who was erased, once at least."""
        row = self._db.execute("SELECT 1 FROM erased WHERE pseudonym = ?", (pseudonym,)).fetchone()
        return row is not None

    def take(self, party_id: str, now: datetime) -> None:
        """Remove the person; attempts and some events lose their names."""
        pseudonym = self.of(party_id)
        party = self._people.party(party_id) or self._people.party(pseudonym)
        owed = self._people.owing(party_id)
        shared = {account.id: account for account in owed if self._others(account, party_id)}
        for account in owed:
            if account.party_id == party_id:
                self._plans.forget(account.id)
            self._forget_old_decisions(account.id)
            self._people.put_account(_renamed(account, party_id, pseudonym))
        self._people.remove_party(party_id)
        if owed:
            self._people.put_party(_shell(pseudonym, party))
        self._db.execute(
            "INSERT INTO erased VALUES (?, ?) ON CONFLICT (pseudonym) DO UPDATE"
            " SET at = excluded.at",
            (pseudonym, to_micros(now)),
        )
        self._attempts.rename_party(party_id, pseudonym)
        self._attempts.rename_points(pseudonym, self.of)
        self._attempts.rename_imported(pseudonym, self.of)
        for event in self._people.events(party_id):
            self._people.remove_event(event.id)
            if stays(event, shared):
                self._people.add_event(self._nameless(event))
        for account in owed:
            if account.id not in shared:
                self._forget_account(_renamed(account, party_id, pseudonym))

    def give_back(self, party_id: str, accounts: Sequence[str], points: Iterable[str]) -> None:
        """The person is known again: whatever of theirs has a pseudonym gets its name back.

        Raises `BeyondKeys` where there is something to give back and only keys were reached.
        """
        if self._db.execute("SELECT 1 FROM erased LIMIT 1").fetchone() is None:
            return
        pseudonym = self.of(party_id)
        forgotten = {self.of(account_id): account_id for account_id in accounts}
        forgotten = {old: new for old, new in forgotten.items() if self._attempts.concern(old)}
        taken = self.taken(pseudonym)
        if (taken or forgotten) and not self._whole:
            raise BeyondKeys
        for old, account_id in forgotten.items():
            self._attempts.rename_account(old, account_id)
        if not taken:
            return
        names = {self.of(id_): id_ for id_ in (*accounts, *points)}
        self._attempts.rename_party(pseudonym, party_id)
        self._attempts.rename_points(party_id, lambda id_: names.get(id_, id_))
        if self._people.remove_party(pseudonym):
            for account in self._people.owing(pseudonym):
                self._people.put_account(_renamed(account, pseudonym, party_id))
        for event in (*self._people.events(pseudonym), *self._people.events(party_id)):
            self._people.remove_event(event.id)
            self._people.add_event(
                replace(
                    event,
                    party_id=party_id,
                    account_id=names.get(event.account_id or "", event.account_id),
                    contact_point_id=names.get(
                        event.contact_point_id or "", event.contact_point_id
                    ),
                )
            )

    def _others(self, account: Account, party_id: str) -> bool:
        """Whether somebody else who was not erased owes it."""
        return any(other != party_id and not self.taken(other) for other in account.owed_by)

    def _forget_account(self, account: Account) -> None:
        """Everybody who owed it was erased: its name goes, and what stayed for its sake."""
        pseudonym = self.of(account.id)
        self._people.remove_account(account.id)
        self._attempts.rename_account(account.id, pseudonym)
        for party_id in account.owed_by:
            left = {other.id: other for other in self._people.owing(party_id)}
            for event in self._people.events(party_id):
                if event.account_id != account.id and stays(event, left):
                    continue
                self._people.remove_event(event.id)
                if event.kind in KEPT_KINDS:
                    self._people.add_event(replace(event, account_id=pseudonym))
            if not left:
                self._people.remove_party(party_id)

    def _forget_old_decisions(self, account_id: str) -> None:
        """Those made before there was an audit chain."""
        rows = self._db.execute(
            "SELECT id, body FROM decision WHERE instr(body, ?) > 0",
            (msgspec.json.encode(account_id),),
        ).fetchall()
        self._db.executemany(
            "DELETE FROM decision WHERE id = ?",
            ((id_,) for id_, body in rows if _asked(body) == account_id),
        )

    def _nameless(self, event: Event) -> Event:
        """Of a wish nothing stays but the wish; what is of the debt stays whole."""
        bare = replace(
            event,
            id=self.of(event.id),
            party_id=self.of(event.party_id),
            contact_point_id=event.contact_point_id and self.of(event.contact_point_id),
        )
        return replace(bare, due=None, amount_cents=None) if event.kind in KEPT_KINDS else bare


def pseudonym_of(id_: str, salt: bytes) -> str:
    return f"erased-{hmac.new(salt, id_.encode(), sha256).hexdigest()[:32]}"


def _asked(old_decision: bytes) -> object:
    """The account."""
    return msgspec.json.decode(old_decision).get("asked", {}).get("account_id")


def stays(event: Event, shared: Iterable[str]) -> bool:
    """Whether an event of an erased person is kept. `shared` are the accounts of theirs that others
    still owe."""
    if event.kind in KEPT_KINDS:
        return True
    return event.kind not in OF_THE_PERSON and any(map(event.concerns, shared))


def _renamed(account: Account, party_id: str, to: str) -> Account:
    """Another name for one of those who owe it."""
    liable = tuple(to if other == party_id else other for other in account.liable)
    owner = to if account.party_id == party_id else account.party_id
    return replace(account, party_id=owner, liable=liable)


def _shell(pseudonym: str, party: Party | None) -> Party:
    """Nobody who can be contacted. It says only since when attempts to the person are known,
    because caps that count an account's attempts must know."""
    known_from = party.history_from if party is not None else None
    return Party(pseudonym, "", (), "", (), history_from=known_from)
