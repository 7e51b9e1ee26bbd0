"""Why something is refused, where that is written, and when it ends."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RuleRef:
    """Where a directive comes from: rule id, `file:line`, title and the law or policy it cites."""

    id: str
    source: str
    title: str
    citation: str
    force: str


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
