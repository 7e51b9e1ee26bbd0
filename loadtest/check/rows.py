"""What stands in the ledger, read with the checker's own SQL in one consistent moment."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

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

    def __init__(self, ask: Callable[..., Any]) -> None:
        """`ask`: a statement and what stands for its `?`, to a cursor."""
        self._ask = ask

    def granted(self) -> Iterator[Granted]:
        """Every permit that a recorded decision granted, in the order of the chain."""
        sets = {
            key: tuple((rule["id"], rule["source"]) for rule in json.loads(rules))
            for key, rules in self._ask("SELECT hash, rules FROM fired")
        }
        for number, body, fired in self._ask(
            "SELECT number, body, fired FROM decision_record ORDER BY number"
        ):
            record = json.loads(body)
            permit = record["answer"]["permit"]
            if permit is not None and (row := self.tried(permit["id"])) is not None:
                yield Granted(number, row, record["rulebook_hash"], sets[fired])

    def tried(self, permit_id: str) -> Tried | None:
        row = self._ask(f"{_TRIED} WHERE id = ?", permit_id).fetchone()
        return Tried(*row) if row else None

    def permits(self) -> Iterator[str]:
        """Ids of all permits, whether a decision granted them or not."""
        for (permit_id,) in self._ask("SELECT id FROM attempt WHERE state <> 'imported'"):
            yield permit_id

    def of_party(self, party: str) -> list[Tried]:
        return [Tried(*row) for row in self._ask(f"{_TRIED} WHERE party_id = ?", party)]

    def of_account(self, account: str) -> list[Tried]:
        rows = self._ask(f"{_TRIED} WHERE account_id = ?", account)
        return [Tried(*row) for row in rows]

    def party(self, party_id: str) -> dict[str, object]:
        """The person as stored: zones, contact points, consents."""
        (body,) = self._ask("SELECT body FROM party WHERE id = ?", party_id).fetchone()
        found: dict[str, object] = json.loads(body)
        return found

    def rules(self, rulebook: str) -> dict[tuple[str, str], Rule]:
        """The parsed rules of a stored rulebook, by id and place."""
        (body,) = self._ask("SELECT files FROM rulebook WHERE hash = ?", rulebook).fetchone()
        files = [RuleFile(**file) for file in json.loads(body)]
        return {(r.ref.id, r.ref.source): r for r in compile_rules(files, PARSERS).rules}

    def rulebook(self) -> str:
        """The hash of the one in force."""
        found = self._ask("SELECT hash FROM rulebook_change ORDER BY number DESC LIMIT 1")
        return str(found.fetchone()[0])

    def has_event(self, event_id: str) -> bool:
        found = self._ask("SELECT 1 FROM event WHERE id = ?", event_id).fetchone()
        return found is not None

    def has_decision(self, decision_id: str) -> bool:
        found = self._ask("SELECT 1 FROM audit_entry WHERE id = ?", decision_id)
        return found.fetchone() is not None

    def answer_to(self, request_id: str) -> str | None:
        """The decision under which this request id is answered."""
        found = self._ask("SELECT answer FROM request WHERE id = ?", request_id)
        row = found.fetchone()
        return str(row[0]) if row else None


_TRIED = (
    "SELECT id, party_id, account_id, contact_point_id, channel, state, granted_at, expires_at, at,"
    " outcome, purpose, agency FROM attempt"
)


@contextmanager
def rows_of(place: str) -> Iterator[Rows]:
    """Reads beside the servers; cannot write, takes no lock that they would wait for."""
    if place.startswith("sqlite:"):
        path = Path(place.removeprefix("sqlite:"))
        db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
        with closing(db):
            db.execute("BEGIN")
            yield Rows(lambda statement, *values: db.execute(statement, values))
        return
    import psycopg  # only where a ledger is on PostgreSQL

    with psycopg.connect(place) as pg:
        pg.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield Rows(lambda text, *values: pg.execute(text.replace("?", "%s").encode(), values))
