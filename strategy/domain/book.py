"""A lender's overdue accounts with their people and their past."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from strategy.domain.account import Account
from strategy.domain.attempt import Attempt
from strategy.domain.history import History
from strategy.domain.party import Party

NO_HISTORY = History()


@dataclass(frozen=True)
class Book:
    """Accounts, parties and histories as of a UTC instant. `zone` is the lender's calendar."""

    as_of: datetime
    zone: str
    parties: dict[str, Party]
    accounts: dict[str, Account]
    histories: dict[str, History]

    def history(self, party_id: str) -> History:
        return self.histories.get(party_id, NO_HISTORY)

    def history_of(self, account: Account) -> History:
        """The past of the account's own party, with what concerns others who owe the account."""
        own, attempts = self.history(account.party_id), self._to_others.get(account.id, [])
        if not account.liable and not attempts:
            return own
        people = [self.parties.get(party_id) for party_id in account.liable]
        events = [e for party_id in account.liable for e in self.history(party_id).events]
        return own.beside(account.id, people, attempts, events)

    @cached_property
    def _to_others(self) -> dict[str, list[Attempt]]:
        """By account, the attempts about it to others than its own party."""
        found: dict[str, list[Attempt]] = defaultdict(list)
        for history in self.histories.values():
            for attempt in history.attempts:
                account = self.accounts.get(attempt.account_id)
                if account is not None and account.party_id != attempt.party_id:
                    found[account.id].append(attempt)
        return found
