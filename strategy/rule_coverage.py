"""Which rules fire on a real portfolio on a day, and for how many accounts."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from strategy.domain.book import Book
from strategy.domain.facts import facts_of
from strategy.domain.local_time import end_of_day, local_day
from strategy.rules.rule import Rule
from strategy.rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Coverage:
    """Accounts for which each rule in force on `day` fires, and accounts in each segment.

    `dormant` are the rules that are not in force that day.
    """

    day: date
    fired: tuple[tuple[Rule, int], ...]
    dormant: tuple[Rule, ...]
    segments: tuple[tuple[str, int], ...]
    accounts: int
    refused: int

    @property
    def share(self) -> float:
        """The part of the rules in force that fired for anybody."""
        return sum(count > 0 for _, count in self.fired) / max(1, len(self.fired))


def cover(rulebook: Rulebook, book: Book, day: date | None = None) -> Coverage:
    """Counts over every account of the book: at its instant, or at the end of another day of the
    lender's calendar, as far as things were known by then."""
    at = book.as_of if day is None else end_of_day(day, book.zone)
    day = local_day(at, book.zone)
    facts = [
        facts_of(
            account,
            book.parties[account.party_id],
            book.history_of(account).known_at(at),
            at,
            book.zone,
        )
        for account in book.accounts.values()
    ]
    batch = rulebook.decide_batch(pl.DataFrame(facts, infer_schema_length=None))
    counts = zip(rulebook.rules, batch.fired.sum(axis=0).tolist(), strict=True)
    return Coverage(
        day,
        tuple((rule, count) for rule, count in counts if rule.ref.in_force(day, day)),
        tuple(rule for rule in rulebook.rules if not rule.ref.in_force(day, day)),
        tuple((s.id, int((batch.segments == n).sum())) for n, s in enumerate(rulebook.segments)),
        len(facts),
        int((~batch.covered).sum()),
    )
