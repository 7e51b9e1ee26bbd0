"""Why each rule fires for somebody or does not, and what the limits say at an instant."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from strategy.domain.account import Account
from strategy.domain.attempt import Proposal
from strategy.domain.book import Book
from strategy.domain.channel import Channel
from strategy.domain.facts import Fact, facts_of
from strategy.domain.history import History
from strategy.domain.local_time import end_of_day, local_day
from strategy.domain.party import Party
from strategy.domain.reason import Reason
from strategy.eligibility import no_point, points_for
from strategy.errors import NotFound
from strategy.limits import check
from strategy.limits.case import Case
from strategy.rule_tests.case import RuleTest
from strategy.rules.rulebook import Rulebook
from strategy.rules.segment import Segment
from strategy.rules.trace import Literal, RuleTrace, settled, trace

_AHEAD = timedelta(days=1)
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom rules are explained for. `zone` is the lender's; `given` are facts as a test says them.

    `asked`: the attempt that a test asks about; None: the best contact point of every channel.
    """

    account: Account
    party: Party
    history: History
    zone: str
    at: datetime
    given: Mapping[str, Fact]
    asked: Proposal | None

    def moved(self, at: datetime) -> "Subject":
        """The same person at another UTC instant, as far as it was known by then."""
        return replace(self, at=at, history=self.history.known_at(at))


@dataclass(frozen=True, slots=True)
class Permission:
    """What the limits say to one attempt; no reasons: it is allowed.

    `point` None: there is none to contact. `next_at`: when a refused one is permitted next.
    `closes`: when the clock ends an allowed one; None: not within a day.
    """

    channel: Channel
    point: str | None
    reasons: tuple[Reason, ...]
    next_at: datetime | None
    closes: datetime | None


@dataclass(frozen=True, slots=True)
class RulesExplained:
    """Every rule for one person on the local days [first, last].

    `refused`: why nobody is contacted in their jurisdiction. `segment` comes with the literals
    that hold. `permissions` is empty where a whole day is asked about.
    """

    subject: Subject
    first: date
    last: date
    rules: tuple[RuleTrace, ...]
    refused: str | None
    segment: tuple[Segment, tuple[Literal, ...]] | None
    permissions: tuple[Permission, ...]


def subject_of_test(test: RuleTest) -> Subject:
    return Subject(
        test.account, test.party, test.history, test.zone, test.at, test.given, test.asked
    )


def subject_of_account(book: Book, account_id: str) -> Subject:
    """An account of a portfolio, at the portfolio's instant. Raises `NotFound`."""
    account = book.accounts.get(account_id)
    if account is None:
        raise NotFound(f"the portfolio has no account `{account_id}`")
    party, history = book.parties[account.party_id], book.history(account.party_id)
    return Subject(account, party, history, book.zone, book.as_of, {}, None)


def explain_day(rulebook: Rulebook, subject: Subject, day: date) -> RulesExplained:
    """Rules in force on that day of the person's calendar; facts as they stand at the end of that
    day of the lender's. The limits are not asked: they answer for an instant."""
    return _explain(rulebook, subject.moved(end_of_day(day, subject.zone)), day, day, limits=False)


def explain_instant(rulebook: Rulebook, subject: Subject, *, limits: bool) -> RulesExplained:
    """Rules in force, and what the limits say, at the subject's instant; by the person's calendar,
    where they may be in several zones by any of them."""
    days = [local_day(subject.at, name) for name in subject.party.zones or (subject.zone,)]
    return _explain(rulebook, subject, min(days), max(days), limits=limits)


def _explain(
    rulebook: Rulebook, subject: Subject, first: date, last: date, *, limits: bool
) -> RulesExplained:
    party, history = subject.party, subject.history
    facts = facts_of(subject.account, party, history, subject.at, subject.zone)
    facts = {**facts, **subject.given}
    verdict = rulebook.decide(facts, party.jurisdiction)
    segment = next((s for s in rulebook.segments if s.id == verdict.segment), None)
    return RulesExplained(
        subject,
        first,
        last,
        trace(rulebook, facts, party.jurisdiction, first, last),
        verdict.refused,
        (segment, settled(segment.condition, facts)[1]) if segment else None,
        tuple(_permissions(subject, Case(party, history, verdict))) if limits else (),
    )


def _permissions(subject: Subject, case: Case) -> Iterator[Permission]:
    if subject.asked is not None:
        yield _permission(replace(subject.asked, at=subject.at), case)
        return
    for channel in Channel:
        answers = [
            _permission(Proposal(subject.account.id, point, channel, subject.at), case)
            for point in points_for(case.party, channel)
        ]
        if answers:  # an open one, else the one that opens first
            yield min(answers, key=lambda one: (bool(one.reasons), one.next_at or _NEVER))
        else:
            yield Permission(channel, None, (no_point(channel),), None, None)


def _permission(proposal: Proposal, case: Case) -> Permission:
    reasons, again = check.why_and_when(proposal, case)
    channel, point = proposal.channel, proposal.contact_point.id
    if reasons:
        return Permission(channel, point, reasons, again, None)
    closes = check.open_until(proposal, case, proposal.at + _AHEAD)
    within = closes if closes < proposal.at + _AHEAD else None
    return Permission(channel, point, (), None, within)
