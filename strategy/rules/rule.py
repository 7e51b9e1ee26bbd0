"""What a rule file holds once it is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from strategy.domain.directive import Directive
from strategy.domain.reason import RuleRef
from strategy.domain.script import Script
from strategy.rules.condition import Condition
from strategy.rules.segment import Segment


class PackKind(StrEnum):
    """A law pack covers its jurisdictions; a house pack tightens all of them; a closed pack names
    jurisdictions whose law nobody has verified, so that nobody is contacted there."""

    LAW = "law"
    HOUSE = "house"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `jurisdictions` empty: it holds in every one (house rules)."""

    ref: RuleRef
    jurisdictions: frozenset[str]
    condition: Condition
    directives: tuple[Directive, ...]
    pack: str = ""
    owner: str = ""
    note: str = ""
    confidence: str = ""

    @property
    def when(self) -> str:
        """The condition in words, as in `days_past_due >= 31 and dispute_open = true`."""
        return str(self.condition)


def in_force(rules: Sequence[Rule], day: date) -> tuple[Rule, ...]:
    """The rules in force on a local day: of every history at most one version."""
    return tuple(rule for rule in rules if rule.ref.in_force(day, day))


@dataclass(frozen=True, slots=True)
class Pack:
    """One rule file: part of the pack of that name. `reason`: why a closed pack is closed."""

    name: str
    kind: PackKind
    jurisdictions: frozenset[str]
    rules: tuple[Rule, ...]
    scripts: tuple[Script, ...]
    segments: tuple[Segment, ...] = ()
    reason: str = ""
