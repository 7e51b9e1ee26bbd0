"""Bringing people, debts, past attempts and events into the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from strategy.case_file import people_of
from strategy.domain.account import Account
from strategy.domain.attempt import Attempt
from strategy.domain.event import Event
from strategy.domain.facts import Fact, facts_of
from strategy.domain.party import Party
from strategy.errors import InputError, NotFound, WrongState
from strategy.ledger.ledger import Keys, Ledger
from strategy.ledger.transaction import Transaction

AHEAD = timedelta(minutes=5)
"""An event may be this far in the future of the ledger's clock, no further (policy)."""


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account as the rules see it now."""

    account: Account
    party: Party
    facts: dict[str, Fact]


def import_parties(ledger: Ledger, batch: Sequence[tuple[Party, tuple[Account, ...]]]) -> None:
    """Add or replace parties with their accounts, in one transaction. Who was erased before gets
    their attempts and wishes back: they still count.

    Raises `WrongState`, and stores none of the batch, where an account belongs to another party:
    its past attempts would stay with that person, and caps would start anew.
    """

    def work(tx: Transaction) -> None:
        for party, accounts in batch:
            tx.people.put_party(party)
            points = [point.id for point in party.contact_points]
            tx.pseudonyms.give_back(party.id, [account.id for account in accounts], points)
            for account in accounts:
                known = tx.people.account(account.id)
                if known is not None and not _may_own(tx, party.id, known):
                    raise WrongState(f"account `{account.id}` is of party `{known.party_id}`")
                tx.people.put_account(account)

    keys = Keys(
        accounts=tuple(account.id for _, accounts in batch for account in accounts),
        parties=tuple(party.id for party, _ in batch),
        imported=True,
    )
    ledger.write(work, keys)


def _may_own(tx: Transaction, party_id: str, account: Account) -> bool:
    """Its own party, or somebody who owes it with one who was erased."""
    if account.party_id == party_id:
        return True
    return party_id in account.liable and tx.pseudonyms.taken(account.party_id)


def import_attempts(ledger: Ledger, batch: Sequence[Attempt]) -> tuple[str | None, ...]:
    """Add past attempts in one transaction; for each, None or why it was rejected."""

    def one(tx: Transaction, attempt: Attempt) -> str | None:
        account = tx.people.account(attempt.account_id)
        if account is None:
            return f"no account `{attempt.account_id}`"
        if attempt.party_id not in account.owed_by:
            return f"account `{attempt.account_id}` is not of party `{attempt.party_id}`"
        if tx.attempts.permit(attempt.id) is not None:
            return f"`{attempt.id}` is a permit of this service"
        tx.attempts.add_past(attempt, tx.pseudonyms.of(attempt.id))
        return None

    keys = Keys(
        accounts=tuple(attempt.account_id for attempt in batch),
        attempts=tuple(attempt.id for attempt in batch),
        imported=True,
    )
    return ledger.write(lambda tx: tuple(one(tx, attempt) for attempt in batch), keys)


def record_event(ledger: Ledger, event: Event, now: datetime) -> bool:
    """Record what a customer said or did; False when this id was already recorded.

    Raises `NotFound` for an unknown party or account, `InputError` for an event of the future.
    """
    if event.at > now + AHEAD:
        raise InputError("event.at", "the event is in the future; send it when it has happened")

    def work(tx: Transaction) -> bool:
        if tx.people.party(event.party_id) is None:
            raise NotFound(f"no party `{event.party_id}`")
        if event.account_id is not None:
            account = tx.people.account(event.account_id)
            if account is None or event.party_id not in account.owed_by:
                raise NotFound(f"party `{event.party_id}` has no account `{event.account_id}`")
        return tx.people.add_event(event)

    keys = Keys(
        accounts=(event.account_id,) if event.account_id is not None else (),
        parties=(event.party_id,),
        events=(event.id,),
    )
    return ledger.write(work, keys)


def account_view(ledger: Ledger, account_id: str, now: datetime, zone: str) -> AccountView:
    """The account with the facts rules read at `now`. Raises `NotFound`."""

    def work(tx: Transaction) -> AccountView:
        account, party = people_of(tx, account_id)
        facts = facts_of(account, party, tx.history_of(account, party.id, now), now, zone)
        return AccountView(account, party, facts)

    return ledger.read(work)
