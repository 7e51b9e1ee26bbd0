"""What rules and limits leave to some accounts, and what that is worth: what both planners read.

A big book is opened in chunks of whole people, so that cases and openings of a chunk can go before
the next one is looked at.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from strategy.domain.account import Account
from strategy.domain.book import Book
from strategy.domain.capacity import Capacity
from strategy.domain.channel import Channel
from strategy.domain.facts import facts_of
from strategy.domain.script import Script
from strategy.eligibility import Eligibility, Openings, open_scripts
from strategy.errors import Stopped
from strategy.limits.case import Case
from strategy.plan_progress import PlanProgress, Stop, Tell
from strategy.priority import weights
from strategy.rules.rulebook import Rulebook
from strategy.valuation.book_value import BookValue, value_book

CHUNK = 2_000
"""Accounts opened together, and the rest of the last person."""

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Opened:
    """A accounts of whole people, with C channels, T slots, S scripts of the planned channels.

    `openings[a][c]` says which slots are open and by which contact point, or why none is;
    `script_allowed` is (A, S), and `value` as in `BookValue`.
    """

    accounts: tuple[Account, ...]
    cases: tuple[Case, ...]
    openings: tuple[tuple[Openings, ...], ...]
    script_allowed: Bools
    value: BookValue

    @property
    def allowed(self) -> Bools:
        """(A, C, T)"""
        return np.array([[o.slots for o in row] for row in self.openings], np.bool_)


class Opener:
    """Opens accounts of one book for one horizon; keeps what equal situations share.

    `scripts` are those of the planned channels, channel after channel in the order of the capacity.
    """

    def __init__(self, book: Book, rulebook: Rulebook, capacity: Capacity) -> None:
        self._book, self._rulebook, self._capacity = book, rulebook, capacity
        self._channels = tuple(capacity.attempts)
        self._eligibility = Eligibility(capacity.slots)
        self._shared: dict[object, tuple[Bools, list[float]]] = {}
        self._directives: list[object] = []  # keeps ids in the keys from being reused
        self.scripts = scripts_of(rulebook, self._channels)

    def open(self, accounts: Sequence[Account]) -> Opened:
        book, capacity = self._book, self._capacity
        cases = tuple(case_of(book, self._rulebook, capacity, account) for account in accounts)
        openings = tuple(
            tuple(self._eligibility.openings(a.id, case, c) for c in self._channels)
            for a, case in zip(accounts, cases, strict=True)
        )
        shared = [self._by_situation(case) for case in cases]
        value = value_book(
            accounts,
            [book.history(a.party_id) for a in accounts],
            self._channels,
            capacity.slots,
            self.scripts,
            book.zone,
            [[o.point.kind if o.point else None for o in row] for row in openings],
            [weight for _, weight in shared],
        )
        allowed = np.array([mask for mask, _ in shared], np.bool_)
        return Opened(tuple(accounts), cases, openings, allowed, value)

    def _by_situation(self, case: Case) -> tuple[Bools, list[float]]:
        """Scripts left (S,) and weight of each channel; neither reads the past."""
        key = (id(case.verdict.directives), case.party.zones, case.party.language)
        found = self._shared.get(key)
        if found is None:
            slots = self._capacity.slots
            usable = {
                script
                for channel in self._channels
                for script in open_scripts(self._rulebook.scripts, channel, slots, case)
            }
            mask = np.array([script.id in usable for script in self.scripts], np.bool_)
            found = self._shared[key] = (mask, weights(case, self._channels, slots))
            self._directives.append(case.verdict.directives)
        return found


def scripts_of(rulebook: Rulebook, channels: Sequence[Channel]) -> tuple[Script, ...]:
    """The scripts of these channels, channel after channel."""
    every = rulebook.scripts.values()
    return tuple(script for channel in channels for script in every if script.channel is channel)


def case_of(book: Book, rulebook: Rulebook, capacity: Capacity, account: Account) -> Case:
    """What the rules say about an account at the start of the horizon."""
    party, history = book.parties[account.party_id], book.history_of(account)
    facts = facts_of(account, party, history, capacity.slots[0].start, book.zone)
    return Case(party, history, rulebook.decide(facts, party.jurisdiction))


def chunks(
    book: Book, opener: Opener, tell: Tell = lambda _: None, stop: Stop = lambda: False
) -> Iterator[Opened]:
    """All accounts, by person and then by id: the order of a file or a ledger changes nothing.

    Raises `Stopped` where `stop` says so before the last.
    """
    ordered = sorted(book.accounts.values(), key=lambda a: (a.party_id, a.id))
    done, waiting = 0, list[Account]()
    for _, group in groupby(ordered, key=lambda a: a.party_id):
        waiting.extend(group)
        if len(waiting) >= CHUNK:
            tell(PlanProgress("asking the limits", done / len(ordered)))
            if stop():
                raise Stopped("stopped before there was a plan")
            yield opener.open(waiting)
            done, waiting = done + len(waiting), []
    if waiting:
        tell(PlanProgress("asking the limits", done / len(ordered)))
        if stop():
            raise Stopped("stopped before there was a plan")
        yield opener.open(waiting)
