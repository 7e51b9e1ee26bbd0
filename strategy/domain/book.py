"""A lender's overdue accounts with their people and their past."""

from dataclasses import dataclass
from datetime import datetime

from strategy.domain.account import Account
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
