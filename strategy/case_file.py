"""Everything known about one account at one instant, read in one transaction."""

from dataclasses import dataclass
from datetime import datetime

from strategy.domain.account import Account
from strategy.domain.facts import Fact, facts_of
from strategy.domain.history import History
from strategy.domain.party import Party
from strategy.errors import NotFound
from strategy.ledger.transaction import Transaction
from strategy.limits.case import Case
from strategy.rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The account, its party, the facts the rules read, and the case the limits evaluate."""

    account: Account
    party: Party
    facts: dict[str, Fact]
    case: Case


def people_of(tx: Transaction, account_id: str, party_id: str = "") -> tuple[Account, Party]:
    """The account and one of those who owe it; empty: its own party. Raises `NotFound`."""
    account = tx.people.account(account_id)
    if account is None:
        raise NotFound(f"no account `{account_id}`")
    party_id = party_id or account.party_id
    party = tx.people.party(party_id) if party_id in account.owed_by else None
    if party is None:
        raise NotFound(f"account `{account_id}` has no party `{party_id}`")
    return account, party


def open_case(
    tx: Transaction,
    rulebook: Rulebook,
    account_id: str,
    now: datetime,
    zone: str,
    party_id: str = "",
) -> CaseFile:
    """Read the account and let the rules decide about one of those who owe it; empty: its own
    party. `zone` is the lender's. Raises `NotFound`."""
    account, party = people_of(tx, account_id, party_id)
    return judged(rulebook, account, party, tx.history_of(account, party.id, now), now, zone)


def judged(
    rulebook: Rulebook, account: Account, party: Party, history: History, now: datetime, zone: str
) -> CaseFile:
    """What the rules say of an account that was read. Pure."""
    facts = facts_of(account, party, history, now, zone)
    verdict = rulebook.decide(facts, party.jurisdiction)
    return CaseFile(account, party, facts, Case(party, history, verdict))
