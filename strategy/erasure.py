"""A person's data is removed on request, and records of a certain age are removed for all.

The audit chain says what was removed and stays whole.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from strategy.domain.audit_entry import AuditEntry, EntryKind, ranges
from strategy.errors import InputError, NotFound, WrongState
from strategy.ledger.ledger import Ledger
from strategy.ledger.transaction import Transaction

SHORTEST = timedelta(days=366)
"""Younger attempts are never removed: a limit may still count them (policy)."""

MOST_DAYS = 36_500

_AT_ONCE = 500
"""Rows in one transaction, so that decisions need not wait for long."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What erasing a person did. `complete` False: older states may stand in the write-ahead log
    until the server stops."""

    pseudonym: str
    attempts_kept: int
    records_removed: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Expired:
    """How many attempts and records of decisions were removed because of their age."""

    attempts: int
    records: int


def erase_party(ledger: Ledger, party_id: str, now: datetime) -> Erased:
    """Remove what is known of a person; their attempts stay under a pseudonym.

    Again for who is erased already: nothing more is removed, and the log is emptied if it can be.
    Raises `NotFound`, and `WrongState` while somebody may be calling them.
    """

    def work(tx: Transaction) -> tuple[str, int, int]:
        pseudonym = tx.pseudonyms.of(party_id)
        numbers: list[int] = []
        if tx.people.party(party_id) is not None or tx.people.owing(party_id):
            busy = tx.history(party_id, max(now, tx.decisions.last_instant())).open_until
            if busy is not None:
                raise WrongState(
                    f"a permit is open until {busy:%Y-%m-%d %H:%M:%S} UTC; erase it then"
                )
            tx.pseudonyms.take(party_id, now)
            numbers = tx.audit.numbers_of_party(party_id)
            _remove(tx, EntryKind.ERASED, numbers, now)
        elif not tx.pseudonyms.taken(pseudonym):
            raise NotFound(f"no party `{party_id}`")
        return pseudonym, tx.attempts.count_of_party(pseudonym), len(numbers)

    pseudonym, kept, records = ledger.write(work)
    return Erased(pseudonym, kept, records, ledger.truncate_log())


def expire(ledger: Ledger, older_than: timedelta, now: datetime) -> Expired:
    """Remove attempts and records of decisions made before `now - older_than`, step by step.

    Events stay: they open and close states. Raises `InputError` for less than `SHORTEST`.
    """
    if older_than < SHORTEST:
        raise InputError("older_than", f"must be at least {SHORTEST.days} days")
    before = now - older_than
    attempts, after = 0, ""
    while ids := ledger.read(lambda tx: tx.attempts.ids_after(after, _AT_ONCE)):  # noqa: B023
        attempts += ledger.write(lambda tx: _expire_attempts(tx, ids, before))
        after = ids[-1]
    records = 0
    while count := ledger.write(lambda tx: _expire_some(tx, before, now)):
        records += count
    return Expired(attempts, records)


def _expire_attempts(tx: Transaction, ids: list[str], before: datetime) -> int:
    """Those that are old enough, and what they took of the capacity of their day."""
    count = tx.attempts.forget(ids, before)
    if count:
        tx.plan_use.forget(ids)
    return count


def _expire_some(tx: Transaction, before: datetime, now: datetime) -> int:
    """The oldest records, as far as they are old enough."""
    old = []
    for stored in tx.audit.first_with_records(_AT_ONCE):
        if stored.decode().at >= before:
            break
        old.append(stored.number)
    _remove(tx, EntryKind.EXPIRED, old, now)
    return len(old)


def _remove(tx: Transaction, kind: EntryKind, numbers: list[int], now: datetime) -> None:
    if not numbers:
        return
    tx.audit.remove_records(numbers)
    number = tx.audit.head()[0] + 1
    tx.audit.append(AuditEntry(f"{kind}-{number}", now, kind, removed=ranges(numbers)))
