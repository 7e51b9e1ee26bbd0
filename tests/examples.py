"""People, debts and rules that tests are told about in one line."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from strategy.domain.account import Account, Product
from strategy.domain.attempt import Attempt, Proposal
from strategy.domain.channel import Channel
from strategy.domain.contact_point import ContactKind, ContactPoint, Owner
from strategy.domain.directive import Directive
from strategy.domain.directives import Directives
from strategy.domain.history import History
from strategy.domain.outcome import Outcome
from strategy.domain.party import Party
from strategy.domain.reason import RuleRef
from strategy.domain.script import Script
from strategy.domain.verdict import Verdict
from strategy.limits.case import Case

SHANGHAI = "Asia/Shanghai"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
RULE = RuleRef("R-TEST", "rules/test.yaml:1", "a test rule", "nothing", "policy")


def shanghai(text: str) -> datetime:
    """`2026-03-10 09:00` on the wall in Shanghai, as a UTC instant."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(SHANGHAI)).astimezone(UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def a_mobile(party: str = "P1", number: str = "1", **changes: Any) -> ContactPoint:
    values: dict[str, Any] = {"kind": ContactKind.MOBILE, "owner": Owner.DEBTOR} | changes
    return ContactPoint(f"{party}-m{number}", party, address=f"138000{number}", **values)


def a_party(party_id: str = "P1", **changes: Any) -> Party:
    values: dict[str, Any] = {
        "jurisdiction": "CN",
        "zones": (SHANGHAI,),
        "language": "zh",
        "contact_points": (a_mobile(party_id),),
        "history_from": LONG_AGO,
    } | changes
    return Party(party_id, **values)


def an_account(account_id: str = "A1", party: str = "P1", **changes: Any) -> Account:
    values: dict[str, Any] = {
        "product": Product.CONSUMER_LOAN,
        "currency": "CNY",
        "balance_cents": 1_000_000,
        "overdue_cents": 200_000,
        "due_date": date(2026, 2, 1),
    } | changes
    return Account(account_id, party, **values)


def an_attempt(
    at: datetime,
    outcome: Outcome = Outcome.NO_ANSWER,
    channel: Channel = Channel.AGENT_CALL,
    **changes: Any,
) -> Attempt:
    values: dict[str, Any] = {
        "id": f"t-{at.isoformat()}",
        "party_id": "P1",
        "account_id": "A1",
        "contact_point_id": "P1-m1",
    } | changes
    return Attempt(channel=channel, at=at, outcome=outcome, **values)


def a_case(
    *directives: Directive,
    attempts: tuple[Attempt, ...] = (),
    events: tuple[Any, ...] = (),
    party: Party | None = None,
    refused: str | None = None,
    open_until: datetime | None = None,
) -> Case:
    history = History(attempts, events, open_until)
    return Case(party or a_party(), history, Verdict(Directives(directives), {}, refused))


def a_call(at: datetime, case: Case | None = None, **changes: Any) -> Proposal:
    point = (case.party if case else a_party()).contact_points[0]
    values: dict[str, Any] = {"contact_point": point, "channel": Channel.AGENT_CALL} | changes
    return Proposal("A1", at=at, **values)


CALM = Script("S-CALM", Channel.AGENT_CALL, "calm reminder", frozenset({"zh"}))


@dataclass
class FixedRules:
    """A rulebook whose rules fire for everybody."""

    directives: tuple[Directive, ...] = ()
    scripts: dict[str, Script] = field(default_factory=lambda: {CALM.id: CALM})
    hash: str = "sha256:test"

    def decide(self, facts: Any, jurisdiction: str) -> Verdict:
        if jurisdiction != "CN":
            return Verdict(Directives(), {}, f"no rule pack covers jurisdiction `{jurisdiction}`")
        return Verdict(Directives(self.directives), {})
