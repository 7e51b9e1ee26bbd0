"""Which segment an account is in, for reports by segment."""

from collections.abc import Mapping

from strategy.domain.account import stage_of
from strategy.domain.book import Book
from strategy.domain.capacity import Capacity
from strategy.domain.local_time import local_day
from strategy.limits.case import Case


def segments_of(book: Book, capacity: Capacity, cases: Mapping[str, Case]) -> dict[str, str]:
    """The segment of every account; where the rules have none, its stage and product."""
    today = local_day(capacity.slots[0].start, book.zone)
    found = {}
    for account_id, case in sorted(cases.items()):
        account = book.accounts[account_id]
        stage = stage_of(account.days_past_due(today))
        found[account_id] = case.verdict.segment or f"{stage} {account.product}"
    return found
