"""Everything a decision rests on besides the rules, read in the transaction that decides."""

from dataclasses import replace
from datetime import datetime

from strategy.case_file import people_of
from strategy.domain.decision_record import Grounds
from strategy.domain.plan_terms import PlanTerms
from strategy.domain.room import Room
from strategy.domain.slot import SLOT
from strategy.ledger.transaction import Transaction


def read_grounds(
    tx: Transaction, account_id: str, party_id: str, what_to_do: bool, now: datetime, zone: str
) -> tuple[Grounds, PlanTerms | None]:
    """The grounds, and the terms of the active plan (None: no plan, or its capacity is not
    counted). `party_id` empty: the account's own party. `what_to_do`: the question is not about
    one attempt, so the plan's own treatment and the room left are read too. Raises `NotFound`.
    """
    last, plan = tx.decisions.last_instant(), tx.plans.active()
    account, party = people_of(tx, account_id, party_id)
    at = max(now, last)
    history = tx.history_of(account, party.id, at)
    if plan is None:
        return Grounds(now, last, zone, account, party, history), None
    terms = tx.plans.terms(plan.plan_id)
    grounds = Grounds(now, last, zone, account, party, history, plan.plan_id)
    if what_to_do:
        grounds = replace(
            grounds,
            planned=tx.plans.assignment(plan.plan_id, account.id, at),
            room=None if terms is None else _room(tx, plan.plan_id, terms, at),
            others_to_come=tx.plans.others_to_come(plan.plan_id, account, at - SLOT),
        )
    return grounds, terms


def _room(tx: Transaction, plan_id: str, terms: PlanTerms, at: datetime) -> Room | None:
    place = terms.place_at(at)
    return None if place is None else tx.plan_use.room(plan_id, terms, place)
