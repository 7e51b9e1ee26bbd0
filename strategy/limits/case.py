"""Everything a limit may read about the person and the account."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

from strategy.domain.attempt import Proposal
from strategy.domain.channel import Channel
from strategy.domain.directive import Directive
from strategy.domain.history import History
from strategy.domain.party import Party
from strategy.domain.reason import Reason
from strategy.domain.verdict import Verdict

D = TypeVar("D", bound=Directive)


@dataclass(frozen=True, slots=True)
class Case:
    """A party, its past, and what the rulebook says about the account asked about."""

    party: Party
    history: History
    verdict: Verdict

    def directives(self, kind: type[D], channel: Channel) -> Iterator[D]:
        """Directives of one kind that concern the channel."""
        for directive in self.verdict.directives:
            if isinstance(directive, kind) and channel in getattr(directive, "channels", ()):
                yield directive


class Limit(Protocol):
    """A bound on contact. Pure: same proposal and case, same reasons; no reason means allowed."""

    def __call__(self, proposal: Proposal, case: Case, /) -> Iterator[Reason]: ...
