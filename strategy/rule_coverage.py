"""Which rules fire on a real portfolio, and for how many accounts."""

from dataclasses import dataclass

import polars as pl

from strategy.domain.book import Book
from strategy.domain.facts import facts_of
from strategy.rules.rule import Rule
from strategy.rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Coverage:
    """Accounts for which each rule fires, and accounts in each segment."""

    fired: tuple[tuple[Rule, int], ...]
    segments: tuple[tuple[str, int], ...]
    accounts: int
    refused: int

    @property
    def share(self) -> float:
        """The part of the rules that fired for anybody."""
        return sum(count > 0 for _, count in self.fired) / max(1, len(self.fired))


def cover(rulebook: Rulebook, book: Book) -> Coverage:
    """Counts over every account of the book, at its instant."""
    facts = [
        facts_of(
            account,
            book.parties[account.party_id],
            book.history_of(account),
            book.as_of,
            book.zone,
        )
        for account in book.accounts.values()
    ]
    batch = rulebook.decide_batch(pl.DataFrame(facts, infer_schema_length=None))
    counts = batch.fired.sum(axis=0).tolist()
    return Coverage(
        tuple(zip(rulebook.rules, counts, strict=True)),
        tuple((s.id, int((batch.segments == n).sum())) for n, s in enumerate(rulebook.segments)),
        len(facts),
        int((~batch.covered).sum()),
    )
