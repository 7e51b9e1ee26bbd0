"""One overdue debt."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Product(StrEnum):
    """What was lent."""

    CREDIT_CARD = "credit_card"
    CONSUMER_LOAN = "consumer_loan"
    CASH_LOAN = "cash_loan"


class Stage(StrEnum):
    """Delinquency stage, from days past due: early 1-30, mid 31-90, late over 90."""

    EARLY = "early"
    MID = "mid"
    LATE = "late"


def stage_of(days_past_due: int) -> Stage:
    if days_past_due <= 30:
        return Stage.EARLY
    return Stage.MID if days_past_due <= 90 else Stage.LATE


@dataclass(frozen=True, slots=True)
class Account:
    """One overdue debt. Money in cents of `currency`.

    `party_id` is whose account it is; `liable` are further parties who owe it, co-borrowers.

    `due_date` is the oldest unpaid due date in the lender's zone; days past due are counted
    from it, so they grow by themselves. `attributes` are further facts that rule files declare:
    whole numbers, cents, words or truth values.
    """

    id: str
    party_id: str
    product: Product
    currency: str
    balance_cents: int
    overdue_cents: int
    due_date: date
    attributes: Mapping[str, int | bool | str] = field(default_factory=dict, hash=False)
    liable: tuple[str, ...] = ()

    @property
    def owed_by(self) -> tuple[str, ...]:
        """Everybody who owes it, the account's own party first."""
        return (self.party_id, *self.liable)

    def days_past_due(self, day: date) -> int:
        return (day - self.due_date).days
