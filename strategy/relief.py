"""A person who asks for help gets relief, not another call."""

from dataclasses import dataclass
from datetime import datetime

from strategy.case_file import open_case, people_of
from strategy.domain.decision_record import DecisionRecord
from strategy.domain.directive import Relief
from strategy.domain.event import Event, EventKind
from strategy.domain.permit import Answer
from strategy.errors import NotFound
from strategy.ledger.sqlite import SqliteLedger
from strategy.ledger.transaction import Transaction
from strategy.repeat import answer_once
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
    ledger: SqliteLedger,
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
        def settle(decision_id: str) -> None:
            account, party = people_of(tx, account_id)
            declared = Event(decision_id, party.id, EventKind.HARDSHIP, now, account.id)
            tx.people.add_event(declared)
            file = open_case(tx, rulebook, account_id, now, zone)
            tx.decisions.add(
                DecisionRecord(
                    decision_id=decision_id,
                    at=now,
                    asked={"request_id": request_id, "account_id": account_id},
                    rulebook_hash=rulebook.hash,
                    plan_id=None,
                    facts=file.facts,
                    fired=file.case.verdict.fired,
                    answer=Answer(decision_id, None),
                    relief=tuple(d for d in file.case.verdict.directives if isinstance(d, Relief)),
                )
            )

        decision_id = answer_once(tx, request_id, request, settle)
        record = tx.decisions.get(decision_id)
        if record is None:
            raise NotFound(f"no decision `{decision_id}`")
        return ReliefAnswer(decision_id, record.relief, human_review=not record.relief)

    return ledger.write(work)
