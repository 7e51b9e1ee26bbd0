"""Everything that can be read and written in one transaction."""

from datetime import datetime

from strategy.domain.account import Account
from strategy.domain.history import History
from strategy.ledger.attempts import Attempts
from strategy.ledger.audit import Audit
from strategy.ledger.changes import Changes
from strategy.ledger.database import Database
from strategy.ledger.decisions import Decisions
from strategy.ledger.end import End, LedgerEnd
from strategy.ledger.people import People
from strategy.ledger.plan_use import PlanUse
from strategy.ledger.plans import Plans
from strategy.ledger.pseudonyms import Pseudonyms
from strategy.ledger.requests import Requests
from strategy.ledger.rulebooks import Rulebooks


class Transaction:
    """The ledger as one consistent moment: people, attempts, decisions, plans, rules.

    Not `whole`: only what the keys of some work reach. Work that finds that it needs more than it
    could know before raises `BeyondKeys`. `counted`: with what is gone of a plan's capacity.
    """

    def __init__(self, db: Database, *, whole: bool = True, counted: bool = True) -> None:
        self.end = LedgerEnd(db)
        self.people = People(db, whole)
        self.pseudonyms = Pseudonyms(db, whole)
        self.attempts = Attempts(db)
        self.audit = Audit(db, self.end)
        self.decisions = Decisions(db, self.audit, self.end, whole)
        self.requests = Requests(db)
        self.plans = Plans(db)
        self.plan_use = PlanUse(db, counted=counted)
        self.rulebooks = Rulebooks(db)
        self.changes = Changes(db)

    def undo(self, end: End) -> None:
        """Some work was rolled back, to where the ledger ended before it."""
        self.end.put(end)
        self.audit.forget()

    def finish(self) -> None:
        """Write what a transaction writes once for all its work, however much that was."""
        self.end.store()
        self.requests.forget()

    def history(self, party_id: str, now: datetime) -> History:
        attempts, still_open = self.attempts.of_party(party_id, now)
        since, until = still_open or (None, None)
        return History(attempts, self.people.events(party_id), until, open_since=since)

    def history_of(self, account: Account, party_id: str, now: datetime) -> History:
        """The party's past, with what concerns others who owe the account."""
        own, attempts = self.history(party_id, now), self.attempts.to_others(account.id, party_id)
        others = [other for other in account.owed_by if other != party_id]
        if not others and not attempts:
            return own
        people = [self.people.party(other) for other in others]
        events = [event for other in others for event in self.people.events(other)]
        return own.beside(account.id, people, attempts, events)
