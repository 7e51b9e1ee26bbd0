"""Everything a limit may read about the person and the account."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from strategy.domain.attempt import Proposal
from strategy.domain.channel import Channel
from strategy.domain.directive import Directive
from strategy.domain.history import History
from strategy.domain.local_time import local_day
from strategy.domain.party import Party
from strategy.domain.reason import Reason, RuleRef
from strategy.domain.verdict import Verdict

D = TypeVar("D", bound=Directive)


@dataclass(frozen=True, slots=True)
class Case:
    """A party, its past, and what the rulebook says about the account asked about."""

    party: Party
    history: History
    verdict: Verdict

    def directives(self, kind: type[D], proposal: Proposal) -> Iterator[D]:
        """Directives of one kind, in force at that time, for that channel and purpose."""
        ends = proposal.ends or proposal.at
        for directive in self.on(kind, proposal.channel, proposal.at, ends):
            if proposal.purpose not in getattr(directive, "exempt", ()):
                yield directive

    def on(self, kind: type[D], channel: Channel, first: datetime, last: datetime) -> Iterator[D]:
        """Directives of one kind for that channel that are in force at some time in between."""
        for directive in self.verdict.directives:
            if (
                isinstance(directive, kind)
                and channel in getattr(directive, "channels", ())
                and self._in_force(directive.rule, first, last)
            ):
                yield directive

    def _in_force(self, rule: RuleRef, first: datetime, last: datetime) -> bool:
        """By the person's calendar; where they may be in several zones, by any of them."""
        if rule.valid_from is None and rule.valid_to is None:
            return True
        return any(
            rule.in_force(local_day(first, zone), local_day(last, zone))
            for zone in self.party.zones
        )


class Limit(Protocol):
    """A bound on contact. Pure: same proposal and case, same reasons; no reason means allowed."""

    def __call__(self, proposal: Proposal, case: Case, /) -> Iterator[Reason]: ...
