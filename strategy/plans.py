"""Plans inside the server: asked for, made in the background, put in force, handed out as work."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from strategy.capacity_file import parse_capacity
from strategy.case_file import open_case
from strategy.domain.before import Before
from strategy.domain.book import Book
from strategy.domain.capacity import Capacity
from strategy.domain.change import ChangeKind
from strategy.domain.channel import Channel
from strategy.domain.contact_plan import Assignment, ContactPlan
from strategy.domain.later_touch import touches_over
from strategy.domain.plan_record import PlanChange, PlanRecord, PlanState
from strategy.domain.plan_terms import PlanTerms
from strategy.errors import InputError, NotFound, PlanChanged, StrategyError
from strategy.ledger.ledger import PLANS, Ledger, Reader
from strategy.ledger.transaction import Transaction
from strategy.optimizer.verify import Violation
from strategy.plan import plan_day
from strategy.plan_before import SEVERAL, parse_pins
from strategy.plan_difference import PlanDifference, difference
from strategy.plan_progress import Stop, Tell
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
class WorkPlace:
    """How far a plan's work was listed: up to and with the attempt in the slot that starts at a UTC
    instant, for an account."""

    plan_id: str
    slot_start: datetime
    account_id: str


@dataclass(frozen=True, slots=True)
class _PlanRequest:
    request_id: str
    capacity_yaml: str
    at: datetime
    change: PlanChange | None


def create_plan(
    ledger: Ledger,
    rulebook: Rulebook,
    request_id: str,
    capacity_yaml: str,
    at: datetime,
    now: datetime,
    change: PlanChange | None = None,
) -> tuple[PlanRecord, bool]:
    """Store a plan to be made for the day of `at`; True if it is new and `run_plan` is due.

    Both are UTC instants; the request id is kept for a day from `now`. Raises `InputError` for a
    bad capacity, `Conflict` for a reused request id, `NotFound` for a plan to change.
    """
    parse_capacity(capacity_yaml, "capacity_yaml", at)
    request = _PlanRequest(request_id, capacity_yaml, at, change)

    def work(tx: Transaction) -> tuple[PlanRecord, bool]:
        claimed = claim(tx, request_id, request, now, kind="plan")
        if claimed.new:
            if change is not None:
                _stored(tx, change.plan_id)
            claimed.keep(tx)
            record = PlanRecord(
                claimed.answer_id, PlanState.RUNNING, "waiting", rulebook.hash, change=change
            )
            tx.plans.add(record, capacity_yaml, at)
        return _stored(tx, claimed.answer_id), claimed.new

    return ledger.write(work, PLANS)


@dataclass(frozen=True)
class MadePlan:
    """A plan that is not in force yet, for so many accounts, and what the verifier found."""

    plan: ContactPlan
    capacity: Capacity
    accounts: int
    violations: tuple[Violation, ...]


def make_plan(
    ledger: Reader,
    rulebook: Rulebook,
    plan_id: str,
    started: datetime,
    zone: str,
    tell: Tell,
    stop: Stop,
) -> MadePlan:
    """Plan the accounts of the ledger as they are known at `started`. Reads only.

    Raises `StrategyError` for what cannot be planned.
    """
    record = _get(ledger, plan_id)
    capacity_yaml, at = ledger.read(lambda tx: tx.plans.request(plan_id))
    capacity = parse_capacity(capacity_yaml, "capacity_yaml", at)
    book = ledger.read(lambda tx: read_book(tx, started, zone))
    before = _before(ledger, record.change, book, capacity) if record.change else None
    day = plan_day(book, rulebook, capacity, before=before, tell=tell, stop=stop)
    return MadePlan(day.plan, capacity, len(book.accounts), day.violations)


Maker = Callable[[Ledger, Rulebook, str, datetime, str, Tell, Stop], MadePlan]


def run_plan(
    ledger: Ledger,
    rulebook: Rulebook,
    plan_id: str,
    zone: str,
    clock: Callable[[], datetime],
    tell: Tell = lambda _: None,
    stop: Stop = lambda: False,
    make: Maker = make_plan,
) -> PlanRecord:
    """Plan the ledger's accounts, verify, and put the plan in force. Blocks until it is done.

    A plan that cannot be made is kept as failed, with the reason; the active plan stays active.
    Once `stop` says so, the best plan so far is put in force. `make`: `make_plan`, or the same in
    a process of its own.
    """
    started = clock()
    record = _get(ledger, plan_id)
    try:
        made = make(ledger, rulebook, plan_id, started, zone, tell, stop)
    except StrategyError as error:
        return _fail(ledger, record, str(error))
    except Exception:
        _log.exception("plan %s failed", plan_id)
        return _fail(ledger, record, "the planner failed; see the server's log")
    if made.violations:
        return _fail(ledger, record, f"the verifier found: {made.violations[0].what}")
    plan = made.plan
    done = replace(
        record,
        state=PlanState.ACTIVE,
        phase="done",
        rulebook_hash=rulebook.hash,
        accounts=made.accounts,
        attempts=len(plan.assignments),
        value_cents=plan.value_cents,
        bound_cents=plan.bound_cents,
        gap=plan.gap,
        seconds=(clock() - started).total_seconds(),
        changed_people=plan.churn.changed if plan.churn else 0,
        prices=plan.prices,
        floors=plan.floors,
        floors_cost_cents=plan.floors_cost_cents,
    )
    robots = {a.script: rulebook.scripts[a.script].robot for a in plan.assignments}
    terms = PlanTerms(made.capacity, plan.prices, robots)

    def put_in_force(tx: Transaction) -> None:
        before, now = tx.plans.active(), clock()
        tx.plans.activate(done, plan.assignments, terms)
        if before is not None:
            tx.changes.add(now, ChangeKind.PLAN_RETIRED, before.plan_id)
        tx.changes.add(now, ChangeKind.PLAN_ACTIVATED, plan_id)

    ledger.write(put_in_force, PLANS)
    return done


def _before(ledger: Reader, change: PlanChange, book: Book, capacity: Capacity) -> Before:
    """Raises `InputError` for a plan of another day, and for pins that cannot be."""
    old = _get(ledger, change.plan_id)
    assignments = tuple(ledger.read(lambda tx: tx.plans.assignments(change.plan_id)))
    if any(a.slot not in capacity.slots for a in assignments):
        raise InputError("from_plan_id", "is a plan of another day, or of other hours")
    if any(a.touch > 1 for a in assignments):
        raise InputError("from_plan_id", SEVERAL)
    before = Before(
        assignments,
        old.prices,
        most_changed=change.most_changed_bp / 10_000,
        change_cents=change.change_cents,
    )
    if not change.pins_csv:
        return before
    pinned = parse_pins(change.pins_csv, "pins_csv", book, capacity, before)
    return replace(before, pinned=pinned)


def plan_record(ledger: Ledger, plan_id: str) -> PlanRecord:
    """Raises `NotFound`."""
    return _get(ledger, plan_id)


def give_up_unfinished(ledger: Ledger) -> None:
    """At start: a plan whose server stopped while it was running will never be done."""
    for record in ledger.read(lambda tx: tx.plans.unfinished()):
        if ledger.held(record.plan_id):
            continue
        _fail(ledger, record, "the server stopped while planning")


def work(
    ledger: Ledger,
    channel: Channel | None,
    start: datetime | None,
    end: datetime | None,
    after: WorkPlace | None = None,
) -> Iterator[WorkItem]:
    """Assignments of the active plan with slot start in [start, end), earliest first, after a
    place in it. Later touches of people who were reached or heard from since are left out.

    Raises `PlanChanged` where another plan came into force since that place, or since the list
    began: what is left of the list is nobody's work any more.
    """
    plan_id = after.plan_id if after else None
    place = (after.slot_start, after.account_id) if after else None

    def page(tx: Transaction) -> tuple[str | None, list[Assignment], list[Assignment]]:
        active = tx.plans.active()
        if active is None:
            return None, [], []
        if plan_id not in (None, active.plan_id):
            return active.plan_id, [], []
        found = tx.plans.work(active.plan_id, channel, start, end, place, _PAGE)
        return active.plan_id, found, [a for a in found if not _over(tx, active.plan_id, a)]

    while True:
        active_id, found, to_do = ledger.read(page)
        if plan_id not in (None, active_id):
            raise PlanChanged(f"plan `{plan_id}` is no longer in force; list the work anew")
        if active_id is None:
            return
        yield from (WorkItem(active_id, assignment) for assignment in to_do)
        if len(found) < _PAGE:
            return
        plan_id, place = active_id, (found[-1].slot.start, found[-1].account_id)


def _over(tx: Transaction, plan_id: str, planned: Assignment) -> bool:
    """Whether it is a later touch, for those who were not reached, of somebody who was."""
    terms = tx.plans.terms(plan_id) if planned.touch > 1 else None
    if terms is None:
        return False
    history = tx.history(planned.party_id, planned.slot.start)
    return touches_over(history, terms.capacity.slots[0].start) is not None


def active_until(ledger: Ledger) -> datetime | None:
    """The UTC instant at which the active plan's last slot ends; None where no plan is active."""

    def asked(tx: Transaction) -> tuple[str, datetime] | None:
        active = tx.plans.active()
        return tx.plans.request(active.plan_id) if active else None

    request = ledger.read(asked)
    return parse_capacity(request[0], "capacity", request[1]).slots[-1].end if request else None


def compare(
    ledger: Ledger, rulebook: Rulebook, old_id: str, new_id: str, zone: str
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


def _get(ledger: Reader, plan_id: str) -> PlanRecord:
    return ledger.read(lambda tx: _stored(tx, plan_id))


def _stored(tx: Transaction, plan_id: str) -> PlanRecord:
    record = tx.plans.get(plan_id)
    if record is None:
        raise NotFound(f"no plan `{plan_id}`")
    return record


def _fail(ledger: Ledger, record: PlanRecord, why: str) -> PlanRecord:
    failed = replace(record, state=PlanState.FAILED, phase=why)
    ledger.write(lambda tx: tx.plans.update(failed), PLANS)
    return failed
