"""Everything a limit may read about the person and the account."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from strategy.domain.attempt import Proposal
from strategy.domain.channel import Channel
from strategy.domain.directives import D
from strategy.domain.history import History
from strategy.domain.local_time import local_day
from strategy.domain.party import Party
from strategy.domain.reason import Reason
from strategy.domain.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Case:
    """A party, its past, and what the rulebook says about the account asked about."""

    party: Party
    history: History
    verdict: Verdict

    def directives(self, kind: type[D], proposal: Proposal) -> Iterator[D]:
        """Directives of one kind, in force at that time, for that channel and purpose."""
        found = self.verdict.directives.of(kind, proposal.channel, proposal.purpose)
        return self._in_force(found, proposal.at, proposal.ends or proposal.at)

    def on(self, kind: type[D], channel: Channel, first: datetime, last: datetime) -> Iterator[D]:
        """Directives of one kind for that channel that are in force at some time in between."""
        return self._in_force(self.verdict.directives.of(kind, channel), first, last)

    def _in_force(self, found: tuple[D, ...], first: datetime, last: datetime) -> Iterator[D]:
        """By the person's calendar; where they may be in several zones, by any of them."""
        for directive in found:
            rule = directive.rule
            if (rule.valid_from is None and rule.valid_to is None) or any(
                rule.in_force(local_day(first, zone), local_day(last, zone))
                for zone in self.party.zones
            ):
                yield directive


class Limit(Protocol):
    """A bound on contact. Pure: same proposal and case, same reasons; no reason means allowed."""

    def __call__(self, proposal: Proposal, case: Case, /) -> Iterator[Reason]: ...
