"""A person who asks for help gets relief, not another call."""

from dataclasses import dataclass
from datetime import date, datetime

from strategy.case_file import judged, people_of
from strategy.domain.decision_record import Asked, DecisionRecord, Grounds
from strategy.domain.directive import Relief
from strategy.domain.event import Event, EventKind
from strategy.domain.local_time import local_day
from strategy.domain.permit import Answer
from strategy.domain.verdict import Verdict
from strategy.ledger.ledger import Keys, Ledger
from strategy.ledger.transaction import Transaction
from strategy.repeat import claim
from strategy.rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class ReliefRequest:
    """Somebody asks for help with this account."""

    request_id: str
    account_id: str


@dataclass(frozen=True, slots=True)
class ReliefAnswer:
    """Relief the rules allow. `human_review`: none applies, so a person looks at it."""

    decision_id: str
    options: tuple[Relief, ...]
    human_review: bool


def request_relief(
    ledger: Ledger,
    rulebook: Rulebook,
    request_id: str,
    account_id: str,
    now: datetime,
    zone: str,
) -> ReliefAnswer:
    """Record the request for help and say what the rules make this account eligible for.

    The request itself is a declaration of hardship, so holds on hardship apply from now on.
    Raises as `strategy.decide.request_permit`.
    """
    request = ReliefRequest(request_id, account_id)

    def work(tx: Transaction) -> ReliefAnswer:
        claimed = claim(tx, request_id, request, now)
        if claimed.new:
            claimed.keep(tx)
            _keep(tx, rulebook, request, claimed.answer_id, now, zone)
        offered = tx.decisions.get(claimed.answer_id).relief
        return ReliefAnswer(claimed.answer_id, offered, human_review=not offered)

    return ledger.write(work, Keys(accounts=(account_id,), requests=(request_id,)))


def _keep(
    tx: Transaction,
    rulebook: Rulebook,
    request: ReliefRequest,
    decision_id: str,
    now: datetime,
    zone: str,
) -> None:
    account, party = people_of(tx, request.account_id)
    tx.people.add_event(Event(decision_id, party.id, EventKind.HARDSHIP, now, account.id))
    last, history = tx.decisions.last_instant(), tx.history_of(account, party.id, now)
    grounds = Grounds(now, last, zone, account, party, history)
    tx.decisions.add(settle(request, decision_id, rulebook, grounds), party.id)


def settle(
    request: ReliefRequest, decision_id: str, rulebook: Rulebook, grounds: Grounds
) -> DecisionRecord:
    """Decide from these grounds and nothing else: pure, so that a record can be decided again."""
    account, party, now = grounds.account, grounds.party, grounds.now
    file = judged(rulebook, account, party, grounds.history, now, grounds.zone)
    return DecisionRecord(
        decision_id=decision_id,
        at=now,
        asked={"request_id": request.request_id, "account_id": account.id},
        rulebook_hash=rulebook.hash,
        plan_id=None,
        facts=file.facts,
        fired=file.case.verdict.fired,
        answer=Answer(decision_id, None),
        relief=_offered(file.case.verdict, local_day(now, grounds.zone)),
        kind=Asked.RELIEF,
        grounds=grounds,
    )


def request_of(record: DecisionRecord) -> ReliefRequest:
    """The request that a record answers."""
    return ReliefRequest(record.asked["request_id"], record.asked["account_id"])


def _offered(verdict: Verdict, day: date) -> tuple[Relief, ...]:
    """Relief of the rules in force on that day of the lender's calendar."""
    return tuple(
        d for d in verdict.directives if isinstance(d, Relief) and d.rule.in_force(day, day)
    )
