"""A recorded decision: what was asked, what was read, what fired, what was answered."""

from strategy.domain.decision_record import DecisionRecord
from strategy.ledger.ledger import Ledger


def recorded_decision(ledger: Ledger, decision_id: str) -> DecisionRecord:
    """Raises `NotFound`."""
    return ledger.read(lambda tx: tx.decisions.get(decision_id))
