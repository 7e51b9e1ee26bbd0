"""Why something is refused, where that is written, and when it ends."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class RuleRef:
    """Where a directive comes from: rule id, `file:line`, title and the law or policy it cites.

    It is in force on local days from `valid_from` up to and including `valid_to`; None: no end.
    """

    id: str
    source: str
    title: str
    citation: str
    force: str
    valid_from: date | None = None
    valid_to: date | None = None

    def in_force(self, first: date, last: date) -> bool:
        """Whether it is in force on any day of [first, last]."""
        begun = self.valid_from is None or self.valid_from <= last
        return begun and (self.valid_to is None or first <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for a refusal.

    `code` is the limit's word. `until` is the first UTC instant at which this reason alone ends
    if nothing new happens; None when only an event can end it. `values` are what was read.
    """

    code: str
    message: str
    rule: RuleRef | None = None
    until: datetime | None = None
    values: tuple[tuple[str, str], ...] = ()
