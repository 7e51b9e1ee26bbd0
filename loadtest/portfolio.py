"""The simulated people of a run, drawn and stored piece by piece: a bigger book needs more time,
not more memory. Straight into the run's own ledger, by the use cases that an import calls."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import TypeVar

from loadtest.own_server import ZONE
from strategy.accounts import import_attempts, import_parties
from strategy.domain.account import Account
from strategy.domain.book import Book
from strategy.domain.event import Event
from strategy.errors import StrategyError
from strategy.ledger.ledger import Ledger
from strategy.ledger.transaction import Transaction
from strategy.portfolio.sample import sample_book

T = TypeVar("T")

PIECE = 20_000
"""Accounts drawn at once."""

_MOST_PIECES = 1_000_000
_TOGETHER = 500
"""Parties or attempts in one commit."""


def pieces(accounts: int, seed: int, at: datetime) -> Iterator[Book]:
    """Books of `PIECE` accounts and a last one with the rest; no id comes twice."""
    for number, first in enumerate(range(1, accounts + 1, PIECE)):
        size = min(PIECE, accounts - first + 1)
        yield sample_book(size, seed * _MOST_PIECES + number, at, ZONE, first)


def store(ledger: Ledger, book: Book) -> None:
    """People and debts, past attempts, events. Raises `StrategyError` where any is rejected."""
    debts: dict[str, list[Account]] = defaultdict(list)
    for account in book.accounts.values():
        debts[account.party_id].append(account)
    for parties in _batches(list(book.parties.values())):
        import_parties(ledger, [(party, tuple(debts[party.id])) for party in parties])
    for attempts in _batches([one for h in book.histories.values() for one in h.attempts]):
        if why := next(filter(None, import_attempts(ledger, attempts)), None):
            raise StrategyError(f"the ledger rejected a past attempt: {why}")
    events = [event for history in book.histories.values() for event in history.events]
    ledger.write(lambda tx: _add(tx, events))


def _add(tx: Transaction, events: Sequence[Event]) -> None:
    for event in events:
        tx.people.add_event(event)


def _batches(items: Sequence[T]) -> Iterator[list[T]]:
    left = iter(items)
    while batch := list(islice(left, _TOGETHER)):
        yield batch
