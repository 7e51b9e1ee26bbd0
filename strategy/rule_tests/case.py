"""One test of the rules: what is known, what is asked, and what must come of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from strategy.domain.account import Account
from strategy.domain.attempt import Proposal
from strategy.domain.facts import Fact
from strategy.domain.history import History
from strategy.domain.party import Party


@dataclass(frozen=True, slots=True)
class Expected:
    """What must come of it; None: not asked.

    `by` and `not_by` are rule ids or codes of limits. `only`: there is no other reason. `until`
    holds the next permitted instant, or None where none is foreseen. `relief` maps kinds to bounds
    (months or basis points of fees).
    """

    allowed: bool | None = None
    by: tuple[str, ...] = ()
    not_by: tuple[str, ...] = ()
    only: bool = False
    until: tuple[datetime | None] | None = None
    relief: Mapping[str, int] | None = None
    segment: str | None = None


@dataclass(frozen=True, slots=True)
class RuleTest:
    """One case of a test file. `source` is its `file:line`, `zone` the lender's."""

    name: str
    source: str
    account: Account
    party: Party
    history: History
    at: datetime
    zone: str
    given: Mapping[str, Fact]
    asked: Proposal
    expected: Expected
    skip: str = ""
