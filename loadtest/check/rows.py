"""What stands in the ledger, read with the checker's own SQL in one consistent moment."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from strategy.rule_forms import PARSERS
from strategy.rules.draft import compile_rules
from strategy.rules.rule import Rule
from strategy.rules.source import RuleFile

Fired = tuple[tuple[str, str], ...]
"""Rule ids with their places; a rule may have several versions."""


class Tried(NamedTuple):
    """A row of `attempt`: permits, and what another system brought (`imported`)."""

    id: str
    party: str
    account: str
    point: str
    channel: str
    state: str
    granted: int
    expires: int
    at: int
    outcome: str
    purpose: str
    agency: str

    @property
    def counts_at(self) -> int:
        """A permit that ran out unconfirmed may have been used at the end of its lease."""
        return self.expires if self.state == "reserved" else self.at


class Granted(NamedTuple):
    """A permit, the place of its decision in the audit chain, and the rules that fired."""

    number: int
    permit: Tried
    rulebook: str
    fired: Fired


class Rows:
    """One read transaction on the ledger."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def granted(self) -> Iterator[Granted]:
        """Every permit that a recorded decision granted, in the order of the chain."""
        sets = {
            key: tuple((rule["id"], rule["source"]) for rule in json.loads(rules))
            for key, rules in self._db.execute("SELECT hash, rules FROM fired")
        }
        for number, body, fired in self._db.execute(
            "SELECT number, body, fired FROM decision_record ORDER BY number"
        ):
            record = json.loads(body)
            permit = record["answer"]["permit"]
            if permit is not None and (row := self.tried(permit["id"])) is not None:
                yield Granted(number, row, record["rulebook_hash"], sets[fired])

    def tried(self, permit_id: str) -> Tried | None:
        row = self._db.execute(f"{_TRIED} WHERE id = ?", (permit_id,)).fetchone()
        return Tried(*row) if row else None

    def permits(self) -> Iterator[str]:
        """Ids of all permits, whether a decision granted them or not."""
        for (permit_id,) in self._db.execute("SELECT id FROM attempt WHERE state <> 'imported'"):
            yield permit_id

    def of_party(self, party: str) -> list[Tried]:
        return [Tried(*row) for row in self._db.execute(f"{_TRIED} WHERE party_id = ?", (party,))]

    def of_account(self, account: str) -> list[Tried]:
        rows = self._db.execute(f"{_TRIED} WHERE account_id = ?", (account,))
        return [Tried(*row) for row in rows]

    def party(self, party_id: str) -> dict[str, object]:
        """The person as stored: zones, contact points, consents."""
        (body,) = self._db.execute("SELECT body FROM party WHERE id = ?", (party_id,)).fetchone()
        found: dict[str, object] = json.loads(body)
        return found

    def rules(self, rulebook: str) -> dict[tuple[str, str], Rule]:
        """The parsed rules of a stored rulebook, by id and place."""
        (body,) = self._db.execute(
            "SELECT files FROM rulebook WHERE hash = ?", (rulebook,)
        ).fetchone()
        files = [RuleFile(**file) for file in json.loads(body)]
        return {(r.ref.id, r.ref.source): r for r in compile_rules(files, PARSERS).rules}

    def has_event(self, event_id: str) -> bool:
        found = self._db.execute("SELECT 1 FROM event WHERE id = ?", (event_id,)).fetchone()
        return found is not None

    def has_decision(self, decision_id: str) -> bool:
        found = self._db.execute("SELECT 1 FROM audit_entry WHERE id = ?", (decision_id,))
        return found.fetchone() is not None

    def answer_to(self, request_id: str) -> str | None:
        """The decision under which this request id is answered."""
        found = self._db.execute("SELECT answer FROM request WHERE id = ?", (request_id,))
        row = found.fetchone()
        return str(row[0]) if row else None


_TRIED = (
    "SELECT id, party_id, account_id, contact_point_id, channel, state, granted_at, expires_at, at,"
    " outcome, purpose, agency FROM attempt"
)


@contextmanager
def rows_of(ledger: Path) -> Iterator[Rows]:
    """Reads beside the server; cannot write, takes no lock that it would wait for."""
    db = sqlite3.connect(f"{ledger.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
    try:
        db.execute("BEGIN")
        yield Rows(db)
    finally:
        db.close()
