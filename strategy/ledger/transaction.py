"""Everything that can be read and written in one transaction."""

import sqlite3
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from strategy.domain.account import Account
from strategy.domain.history import History
from strategy.ledger.attempts import Attempts
from strategy.ledger.audit import Audit
from strategy.ledger.changes import Changes
from strategy.ledger.decisions import Decisions
from strategy.ledger.people import People
from strategy.ledger.plan_use import PlanUse
from strategy.ledger.plans import Plans
from strategy.ledger.requests import Requests
from strategy.ledger.rulebooks import Rulebooks

T = TypeVar("T")


class Transaction:
    """The ledger as one consistent moment: people, attempts, decisions, plans,
    rules."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.people = People(db)
        self.attempts = Attempts(db)
        self.decisions = Decisions(db)
        self.audit = Audit(db)
        self.requests = Requests(db)
        self.plans = Plans(db)
        self.plan_use = PlanUse(db)
        self.rulebooks = Rulebooks(db)
        self.changes = Changes(db)

    def apart(self, work: Callable[[], T]) -> T | Exception:
        """The result of a part of the transaction, or what it raised: then nothing of this part is
        stored, and the rest goes on."""
        self._db.execute("SAVEPOINT apart")
        try:
            return work()
        except sqlite3.Error:  # the ledger's trouble, not the part's
            raise
        except Exception as error:
            self._db.execute("ROLLBACK TO apart")
            return error
        finally:
            if self._db.in_transaction:
                self._db.execute("RELEASE apart")

    def history(self, party_id: str, now: datetime) -> History:
        attempts, open_until = self.attempts.of_party(party_id, now)
        return History(attempts, self.people.events(party_id), open_until)

    def history_of(self, account: Account, party_id: str, now: datetime) -> History:
        """The party's past, with what concerns others who owe the account."""
        own, attempts = self.history(party_id, now), self.attempts.to_others(account.id, party_id)
        others = [other for other in account.owed_by if other != party_id]
        if not others and not attempts:
            return own
        people = [self.people.party(other) for other in others]
        events = [event for other in others for event in self.people.events(other)]
        return own.beside(account.id, people, attempts, events)
