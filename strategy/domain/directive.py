"""What rules say when they fire. Limits evaluate directives against clock and history.

`exempt` names purposes that a directive does not bind. Caps and gaps do not count them either; a
conversation starts a rest whatever it was for.
"""

from dataclasses import dataclass
from enum import StrEnum

from strategy.domain.attempt import Purpose
from strategy.domain.calendar import HolidayCalendar, Weekday
from strategy.domain.channel import Channel
from strategy.domain.contact_point import ContactKind, Owner
from strategy.domain.event import EventKind
from strategy.domain.local_time import LocalWindow
from strategy.domain.outcome import Count, Outcome
from strategy.domain.reason import RuleRef


class CapKey(StrEnum):
    """Whose attempts a cap adds up. `PARTY`: all to this person. `ACCOUNT`: all about this account,
    to everybody who owes it. `PARTY_ACCOUNT`: those to this person about this account."""

    PARTY = "party"
    ACCOUNT = "account"
    PARTY_ACCOUNT = "party_account"
    CONTACT_POINT = "contact_point"


class CapWindow(StrEnum):
    """`DAYS`: so many rolling local days, today included. `HOURS`: so many rolling hours. `WEEK`:
    Monday to Sunday of the person's calendar. `MONTH`: the calendar month."""

    DAYS = "days"
    HOURS = "hours"
    WEEK = "week"
    MONTH = "month"


class ScriptUse(StrEnum):
    """`ALLOW`: only these. `FORBID`: none of these. `REQUIRE`: one of these; of several that
    require, the highest `priority` decides."""

    ALLOW = "allow"
    FORBID = "forbid"
    REQUIRE = "require"


class ReliefKind(StrEnum):
    """What can be offered to somebody who asks for help."""

    FEE_WAIVER = "fee_waiver"
    EXTENSION = "extension"
    INSTALMENTS = "instalments"


@dataclass(frozen=True, slots=True)
class Forbid:
    """No contact in these channels: always, or in local time windows of every candidate zone.

    `owners`, `kinds` empty: whoever owns the contact point, whatever kind it is. `weekdays` and
    the holidays of `calendar` say on which local days it holds; neither given: every day. A window
    that crosses midnight belongs to the day on which it starts. `consent_lifts`: stored consent
    to the channel at that instant lifts the ban (only laws that say so).
    """

    rule: RuleRef
    channels: frozenset[Channel]
    windows: tuple[LocalWindow, ...] = ()
    owners: frozenset[Owner] = frozenset()
    consent_lifts: bool = False
    kinds: frozenset[ContactKind] = frozenset()
    weekdays: frozenset[Weekday] = frozenset()
    calendar: HolidayCalendar | None = None
    exempt: frozenset[Purpose] = frozenset()


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `maximum` counted attempts in the window, the day asked about included.

    `days` and `hours` are the length of a window of days or hours, else 0. Outcomes in `uncounted`
    never count. `kinds` empty: contact points of every kind. `pooled` False: each agency for
    itself.
    """

    rule: RuleRef
    channels: frozenset[Channel]
    count: Count
    key: CapKey
    maximum: int
    days: int
    window: CapWindow = CapWindow.DAYS
    uncounted: frozenset[Outcome] = frozenset()
    kinds: frozenset[ContactKind] = frozenset()
    pooled: bool = True
    exempt: frozenset[Purpose] = frozenset()
    hours: int = 0


@dataclass(frozen=True, slots=True)
class MinimumGap:
    """At least `minutes`, or `days` local days, between attempts to one party in these channels.

    Two days apart: contact on Monday, again on Wednesday.
    """

    rule: RuleRef
    channels: frozenset[Channel]
    minutes: int = 0
    days: int = 0
    exempt: frozenset[Purpose] = frozenset()


@dataclass(frozen=True, slots=True)
class CoolDown:
    """After one of these outcomes or events no contact for `days` local days; its own day is day
    one. `days` 0: for the rest of that calendar week, Monday to Sunday.

    Outcomes start it where the attempt was made by one of the channels in `by` (empty: any).
    `key` says which attempts begin it, as for a cap.
    """

    rule: RuleRef
    channels: frozenset[Channel]
    after: frozenset[Outcome]
    days: int
    after_events: frozenset[EventKind] = frozenset()
    by: frozenset[Channel] = frozenset()
    key: CapKey = CapKey.PARTY
    exempt: frozenset[Purpose] = frozenset()


@dataclass(frozen=True, slots=True)
class Hold:
    """No contact until an event ends the facts, until a promise is due plus `grace_days`, or for
    `days` local days from the latest event of the kinds in `since`, whose own day is day one."""

    rule: RuleRef
    channels: frozenset[Channel]
    until_promise_due: bool = False
    grace_days: int = 0
    since: frozenset[EventKind] = frozenset()
    days: int = 0
    exempt: frozenset[Purpose] = frozenset()


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
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Relief:
    """Relief the account is eligible for, within bounds (months, basis points of fees)."""

    rule: RuleRef
    kind: ReliefKind
    max_months: int = 0
    max_waiver_bp: int = 0


@dataclass(frozen=True, slots=True)
class Weight:
    """The planner multiplies the value of contact in these channels; 10,000 leaves it as it is."""

    rule: RuleRef
    channels: frozenset[Channel]
    value_bp: int


Directive = (
    Forbid | Cap | MinimumGap | CoolDown | Hold | RequireConsent | ScriptChoice | Relief | Weight
)
