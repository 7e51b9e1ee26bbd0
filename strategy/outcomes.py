"""What becomes of a permit: placed, not placed, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from strategy.domain.event import Event
from strategy.domain.outcome import EVENT_OF, Outcome, stands_above
from strategy.domain.permit import Permit, PermitState
from strategy.errors import NotFound, WrongState
from strategy.ledger.ledger import Keys, Ledger
from strategy.ledger.pseudonyms import stays
from strategy.ledger.transaction import Transaction


@dataclass(frozen=True, slots=True)
class AttemptOutcome:
    """What came of the attempt made with a permit. `at` None: when it was confirmed or granted."""

    permit_id: str
    outcome: Outcome
    at: datetime | None = None
    promise_due: date | None = None
    promise_cents: int | None = None


@dataclass(frozen=True, slots=True)
class OutcomeResult:
    """Whether the report was accepted; `message` says what to mend where it was not, and what was
    odd where it was."""

    permit_id: str
    accepted: bool
    message: str = ""


def confirm(ledger: Ledger, permit_id: str, now: datetime) -> None:
    """The attempt was placed at `now`. Confirming twice, or after the outcome, changes nothing.

    Raises `NotFound`, or `WrongState` for a permit that was released: its place may be taken by
    now, so the caller must hear of it. The attempt was made all the same, and counts.
    """

    def work(tx: Transaction) -> PermitState:
        permit, state = _permit(tx, permit_id)
        if state in (PermitState.RESERVED, PermitState.RELEASED):
            # However late the news comes, the attempt was made within the lease.
            at = min(max(now, permit.granted_at), permit.expires_at)
            _move(tx, permit, state, PermitState.CONFIRMED, at, Outcome.UNKNOWN)
        return state

    if ledger.write(work, Keys(attempts=(permit_id,))) is PermitState.RELEASED:
        raise WrongState(
            f"permit `{permit_id}` was released before; the attempt counts from now on"
        )


def release(ledger: Ledger, permit_id: str, now: datetime) -> None:
    """The attempt was not and will not be placed. Releasing twice changes nothing.

    Raises `NotFound`, or `WrongState` for a permit that was confirmed or has an outcome.
    """

    def work(tx: Transaction) -> None:
        permit, state = _permit(tx, permit_id)
        if state in (PermitState.CONFIRMED, PermitState.DONE):
            raise WrongState(f"permit `{permit_id}` was already {state} and cannot be released")
        at = permit.granted_at
        _move(tx, permit, state, PermitState.RELEASED, at, Outcome.NOT_PLACED)

    ledger.write(work, Keys(attempts=(permit_id,)))


def report(
    ledger: Ledger, outcomes: Sequence[AttemptOutcome], now: datetime
) -> tuple[OutcomeResult, ...]:
    """Store what came of attempts, in one transaction; one bad item does not spoil the others."""

    def work(tx: Transaction) -> tuple[OutcomeResult, ...]:
        # A permit is granted at the ledger's instant, which callers with a slow clock share.
        latest = max(now, tx.decisions.last_instant())
        return tuple(_report_one(tx, outcome, latest) for outcome in outcomes)

    return ledger.write(work, Keys(attempts=tuple(outcome.permit_id for outcome in outcomes)))


def _report_one(tx: Transaction, reported: AttemptOutcome, now: datetime) -> OutcomeResult:
    fault = _fault(reported, now)
    found = tx.attempts.permit(reported.permit_id)
    if fault is None and found is None:
        fault = f"no permit `{reported.permit_id}`"
    if fault is not None or found is None:
        return OutcomeResult(reported.permit_id, False, fault or "")
    permit, state, known, at = found
    when = reported.at or at
    if when < permit.granted_at:
        return OutcomeResult(permit.id, False, "`at` is before the permit was granted")
    if known is reported.outcome and state is PermitState.DONE:
        return OutcomeResult(permit.id, True)
    if state is PermitState.DONE and not stands_above(reported.outcome, known):
        stands = f"outcome `{known}` was already reported; it stands"
        return OutcomeResult(permit.id, False, stands)
    if reported.outcome is Outcome.NOT_PLACED:
        if state in (PermitState.CONFIRMED, PermitState.DONE):
            return OutcomeResult(permit.id, False, "the attempt was already told to be made")
        at = permit.granted_at
        _move(tx, permit, state, PermitState.RELEASED, at, Outcome.NOT_PLACED)
        return OutcomeResult(permit.id, True)
    _move(tx, permit, state, PermitState.DONE, when, reported.outcome)
    if (event := _event(permit, reported, when)) is not None and _wanted(tx, event):
        tx.people.add_event(event)
    return OutcomeResult(permit.id, True, _oddity(state, known, reported.outcome))


def _move(
    tx: Transaction,
    permit: Permit,
    before: PermitState,
    after: PermitState,
    at: datetime,
    outcome: Outcome,
) -> None:
    """The permit's new state, and what that means for the capacity it took: released, it takes
    nothing; made after all, it counts."""
    tx.attempts.move(permit.id, after, at, outcome)
    if before is not PermitState.RELEASED and after is PermitState.RELEASED:
        tx.plan_use.give_back(permit)
    elif before is PermitState.RELEASED and after is not PermitState.RELEASED:
        tx.plan_use.count_again(permit)


def _wanted(tx: Transaction, event: Event) -> bool:
    """Of a person who was erased since, only what would have stayed."""
    if not tx.pseudonyms.taken(event.party_id):
        return True
    return stays(event, [account.id for account in tx.people.owing(event.party_id)])


def _oddity(state: PermitState, known: Outcome, now_known: Outcome) -> str:
    if state is PermitState.RELEASED:
        return "the permit was released before; the attempt counts from now on"
    if state is PermitState.DONE and known is not Outcome.UNKNOWN:
        return f"contradicts `{known}`, reported before; `{now_known}` counts for more and stands"
    return ""


def _fault(reported: AttemptOutcome, now: datetime) -> str | None:
    if reported.at is not None and reported.at > now:
        return "`at` is in the future"
    if reported.outcome is Outcome.PROMISE_TO_PAY and reported.promise_due is None:
        return "`promise_due` is needed with a promise to pay"
    return None


def _event(permit: Permit, reported: AttemptOutcome, at: datetime) -> Event | None:
    kind = EVENT_OF.get(reported.outcome)
    if kind is None:
        return None
    return Event(
        id=f"{permit.id}:{kind}",
        party_id=permit.party_id,
        kind=kind,
        at=at,
        account_id=permit.account_id,
        due=reported.promise_due,
        amount_cents=reported.promise_cents,
    )


def _permit(tx: Transaction, permit_id: str) -> tuple[Permit, PermitState]:
    found = tx.attempts.permit(permit_id)
    if found is None:
        raise NotFound(f"no permit `{permit_id}`")
    return found[0], found[1]
