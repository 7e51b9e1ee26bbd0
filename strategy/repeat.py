"""The same request id gets the same answer, also after a restart."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import msgspec

from strategy.ledger.transaction import Transaction


def answer_once(tx: Transaction, request_id: str, body: Any, decide: Callable[[str], None]) -> str:
    """Call `decide` with a new decision id, unless this request was already answered.

    Returns the decision id, new or old. The id follows from the request id, so a replay of the
    same requests writes the same records. Raises `Conflict` for the same id with another body.
    """
    asked = msgspec.json.encode([type(body).__name__, body], order="deterministic")
    digest = sha256(asked).hexdigest()
    decision_id = tx.decisions.answered(request_id, digest)
    if decision_id is None:
        decision_id = "d-" + sha256(request_id.encode()).hexdigest()[:24]
        decide(decision_id)
        tx.decisions.remember(request_id, digest, decision_id)
    return decision_id
