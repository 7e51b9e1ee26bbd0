"""Everything that can be read and written in one transaction."""

import sqlite3
from datetime import datetime

from strategy.domain.account import Account
from strategy.domain.history import History
from strategy.ledger.attempts import Attempts
from strategy.ledger.audit import Audit
from strategy.ledger.decisions import Decisions
from strategy.ledger.people import People
from strategy.ledger.plan_use import PlanUse
from strategy.ledger.plans import Plans
from strategy.ledger.requests import Requests
from strategy.ledger.rulebooks import Rulebooks


class Transaction:
    """The ledger as one consistent moment: people, attempts, decisions, plans,
    rules."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.people = People(db)
        self.attempts = Attempts(db)
        self.decisions = Decisions(db)
        self.audit = Audit(db)
        self.requests = Requests(db)
        self.plans = Plans(db)
        self.plan_use = PlanUse(db)
        self.rulebooks = Rulebooks(db)

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
