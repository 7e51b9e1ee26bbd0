"""What the rulebook says about one account: which rules fired, on which values."""

from dataclasses import dataclass

from strategy.domain.directives import Directives
from strategy.domain.reason import RuleRef


@dataclass(frozen=True, slots=True)
class Verdict:
    """Directives of every rule that fired for an account, and the values that made it fire.

    `readings` maps rule id to ((field, value), ...). `refused` is set where no pack covers the
    party's jurisdiction: then nothing is allowed. `segment` is the account's place in the sorting
    centre, None where the rulebook declares no segments.
    """

    directives: Directives
    readings: dict[str, tuple[tuple[str, str], ...]]
    refused: str | None = None
    segment: str | None = None

    @property
    def fired(self) -> tuple[RuleRef, ...]:
        return self.directives.fired
