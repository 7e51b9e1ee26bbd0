"""What every service needs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from strategy.ledger.ledger import Ledger
from strategy.publish import RulebookShelf

Clock = Callable[[], datetime]
"""The present UTC instant."""


@dataclass(frozen=True, slots=True)
class Backend:
    """Ledger, rules, clock, and the lender's IANA zone in which days past due are counted."""

    ledger: Ledger
    shelf: RulebookShelf
    clock: Clock
    zone: str
