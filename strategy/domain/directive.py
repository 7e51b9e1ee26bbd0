"""What rules say when they fire. Limits evaluate directives against clock and history."""

from dataclasses import dataclass
from enum import StrEnum

from strategy.domain.channel import Channel
from strategy.domain.contact_point import Owner
from strategy.domain.local_time import LocalWindow
from strategy.domain.outcome import Count, Outcome
from strategy.domain.reason import RuleRef


class CapKey(StrEnum):
    """Whose attempts a cap adds up."""

    PARTY = "party"
    ACCOUNT = "account"
    CONTACT_POINT = "contact_point"


class ScriptUse(StrEnum):
    """`ALLOW`: only these. `FORBID`: none of these."""

    ALLOW = "allow"
    FORBID = "forbid"


class ReliefKind(StrEnum):
    """What can be offered to somebody who asks for help."""

    FEE_WAIVER = "fee_waiver"
    EXTENSION = "extension"
    INSTALMENTS = "instalments"


@dataclass(frozen=True, slots=True)
class Forbid:
    """No contact in these channels: always, or in local time windows of every candidate zone.

    `owners` empty: whoever owns the contact point. `consent_lifts`: stored consent to the
    channel at that instant lifts the ban (only laws that say so).
    """

    rule: RuleRef
    channels: frozenset[Channel]
    windows: tuple[LocalWindow, ...] = ()
    owners: frozenset[Owner] = frozenset()
    consent_lifts: bool = False


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `maximum` counted attempts in `days` local days, the day asked about included."""

    rule: RuleRef
    channels: frozenset[Channel]
    count: Count
    key: CapKey
    maximum: int
    days: int


@dataclass(frozen=True, slots=True)
class MinimumGap:
    """At least `minutes` between attempts to one party in these channels."""

    rule: RuleRef
    channels: frozenset[Channel]
    minutes: int


@dataclass(frozen=True, slots=True)
class CoolDown:
    """After one of these outcomes no contact for `days` local days; its own day is day one."""

    rule: RuleRef
    channels: frozenset[Channel]
    after: frozenset[Outcome]
    days: int


@dataclass(frozen=True, slots=True)
class Hold:
    """No contact until an event ends the facts, or until a promise is due plus `grace_days`."""

    rule: RuleRef
    channels: frozenset[Channel]
    until_promise_due: bool = False
    grace_days: int = 0


@dataclass(frozen=True, slots=True)
class RequireConsent:
    """No contact in these channels without stored consent that holds at that instant."""

    rule: RuleRef
    channels: frozenset[Channel]


@dataclass(frozen=True, slots=True)
class ScriptChoice:
    """Restricts the scripts for these channels."""

    rule: RuleRef
    channels: frozenset[Channel]
    use: ScriptUse
    scripts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Relief:
    """Relief the account is eligible for, within bounds (months, basis points of fees)."""

    rule: RuleRef
    kind: ReliefKind
    max_months: int = 0
    max_waiver_bp: int = 0


Directive = Forbid | Cap | MinimumGap | CoolDown | Hold | RequireConsent | ScriptChoice | Relief
