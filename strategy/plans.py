"""Plans inside the server: asked for, made in the background, put in force, handed out as work."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from strategy.capacity_file import parse_capacity
from strategy.case_file import open_case
from strategy.domain.book import Book
from strategy.domain.channel import Channel
from strategy.domain.contact_plan import Assignment
from strategy.domain.plan_record import PlanRecord, PlanState
from strategy.errors import NotFound, StrategyError
from strategy.ledger.sqlite import SqliteLedger
from strategy.ledger.transaction import Transaction
from strategy.plan import Tell, plan_day
from strategy.plan_difference import PlanDifference, difference
from strategy.repeat import claim
from strategy.rules.rulebook import Rulebook
from strategy.segments import segments_of

_log = logging.getLogger(__name__)
_PAGE = 500


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One planned attempt of a plan."""

    plan_id: str
    assignment: Assignment


@dataclass(frozen=True, slots=True)
class _PlanRequest:
    request_id: str
    capacity_yaml: str
    at: datetime


def create_plan(
    ledger: SqliteLedger,
    rulebook: Rulebook,
    request_id: str,
    capacity_yaml: str,
    at: datetime,
    now: datetime,
) -> tuple[PlanRecord, bool]:
    """Store a plan to be made for the day of `at`; True if it is new and `run_plan` is due.

    Both are UTC instants; the request id is kept for a day from `now`.
    Raises `InputError` for a bad capacity, `Conflict` for a reused request id.
    """
    parse_capacity(capacity_yaml, "capacity_yaml", at)
    request = _PlanRequest(request_id, capacity_yaml, at)

    def work(tx: Transaction) -> tuple[PlanRecord, bool]:
        claimed = claim(tx, request_id, request, now, kind="plan")
        if claimed.new:
            claimed.keep(tx)
            record = PlanRecord(claimed.answer_id, PlanState.RUNNING, "waiting", rulebook.hash)
            tx.plans.add(record, capacity_yaml, at)
        return _stored(tx, claimed.answer_id), claimed.new

    return ledger.write(work)


def run_plan(
    ledger: SqliteLedger,
    rulebook: Rulebook,
    plan_id: str,
    zone: str,
    clock: Callable[[], datetime],
    tell: Tell = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> PlanRecord:
    """Plan the ledger's accounts, verify, and put the plan in force. Blocks until it is done.

    A plan that cannot be made is kept as failed, with the reason; the active plan stays active.
    Once `stop` says so, the best plan so far is put in force.
    """
    started = clock()
    record = _get(ledger, plan_id)
    try:
        capacity_yaml, at = ledger.read(lambda tx: tx.plans.request(plan_id))
        capacity = parse_capacity(capacity_yaml, "capacity_yaml", at)
        book = ledger.read(lambda tx: read_book(tx, started, zone))
        day = plan_day(book, rulebook, capacity, tell=tell, stop=stop)
    except StrategyError as error:
        return _fail(ledger, record, str(error))
    except Exception:
        _log.exception("plan %s failed", plan_id)
        return _fail(ledger, record, "the planner failed; see the server's log")
    if day.violations:
        return _fail(ledger, record, f"the verifier found: {day.violations[0].what}")
    done = replace(
        record,
        state=PlanState.ACTIVE,
        phase="done",
        rulebook_hash=rulebook.hash,
        accounts=len(book.accounts),
        attempts=len(day.plan.assignments),
        value_cents=day.plan.value_cents,
        bound_cents=day.plan.bound_cents,
        gap=day.plan.gap,
        seconds=(clock() - started).total_seconds(),
    )
    ledger.write(lambda tx: tx.plans.activate(done, day.plan.assignments))
    return done


def plan_record(ledger: SqliteLedger, plan_id: str) -> PlanRecord:
    """Raises `NotFound`."""
    return _get(ledger, plan_id)


def give_up_unfinished(ledger: SqliteLedger) -> None:
    """At start: a plan that was running when the server stopped will never be done."""
    for record in ledger.read(lambda tx: tx.plans.unfinished()):
        _fail(ledger, record, "the server stopped while planning")


def work(
    ledger: SqliteLedger, channel: Channel | None, start: datetime | None, end: datetime | None
) -> Iterator[WorkItem]:
    """Assignments of the active plan with slot start in [start, end), earliest first."""
    active = ledger.read(lambda tx: tx.plans.active())
    after: tuple[datetime, str] | None = None
    while active is not None:
        plan_id, place = active.plan_id, after
        page = ledger.read(
            lambda tx: tx.plans.work(plan_id, channel, start, end, place, _PAGE)  # noqa: B023
        )
        yield from (WorkItem(plan_id, assignment) for assignment in page)
        if len(page) < _PAGE:
            return
        after = (page[-1].slot.start, page[-1].account_id)


def active_until(ledger: SqliteLedger) -> datetime | None:
    """The UTC instant at which the active plan's last slot ends; None where no plan is active."""

    def asked(tx: Transaction) -> tuple[str, datetime] | None:
        active = tx.plans.active()
        return tx.plans.request(active.plan_id) if active else None

    request = ledger.read(asked)
    return parse_capacity(request[0], "capacity", request[1]).slots[-1].end if request else None


def compare(
    ledger: SqliteLedger, rulebook: Rulebook, old_id: str, new_id: str, zone: str
) -> PlanDifference:
    """What differs, over the accounts that either plan contacts. Raises `NotFound`."""

    def read(tx: Transaction) -> tuple[list[Assignment], list[Assignment], dict[str, str]]:
        for plan_id in (old_id, new_id):
            _stored(tx, plan_id)
        capacity_yaml, at = tx.plans.request(new_id)
        capacity = parse_capacity(capacity_yaml, "capacity_yaml", at)
        old, new = (tx.plans.assignments(plan_id) for plan_id in (old_id, new_id))
        accounts, cases = {}, {}
        for account_id in {a.account_id for a in (*old, *new)}:
            file = open_case(tx, rulebook, account_id, at, zone)
            accounts[account_id], cases[account_id] = file.account, file.case
        book = Book(at, zone, {}, accounts, {})
        return old, new, segments_of(book, capacity, cases)

    old, new, places = ledger.read(read)
    return difference(places, old, new)


def read_book(tx: Transaction, now: datetime, zone: str) -> Book:
    """Every account of the ledger with its people and their past, as of `now`."""
    parties = {party.id: party for party in tx.people.all_parties()}
    accounts = {account.id: account for account in tx.people.all_accounts()}
    histories = {party_id: tx.history(party_id, now) for party_id in parties}
    return Book(now, zone, parties, accounts, histories)


def _get(ledger: SqliteLedger, plan_id: str) -> PlanRecord:
    return ledger.read(lambda tx: _stored(tx, plan_id))


def _stored(tx: Transaction, plan_id: str) -> PlanRecord:
    record = tx.plans.get(plan_id)
    if record is None:
        raise NotFound(f"no plan `{plan_id}`")
    return record


def _fail(ledger: SqliteLedger, record: PlanRecord, why: str) -> PlanRecord:
    failed = replace(record, state=PlanState.FAILED, phase=why)
    ledger.write(lambda tx: tx.plans.update(failed))
    return failed
