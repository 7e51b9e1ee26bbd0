"""The same request id gets the same answer, also after a restart."""

from hashlib import sha256
from typing import Any

import msgspec

from strategy.ledger.transaction import Transaction


def claim(tx: Transaction, request_id: str, body: Any, kind: str = "d") -> tuple[str, bool]:
    """The id under which this request is answered, and whether it is new and still to decide.

    The id follows from the request id, so a replay of the same requests writes the same records.
    What then raises undoes the claim with the rest of its transaction. Raises `Conflict` for the
    same request id with another body.
    """
    asked = msgspec.json.encode([type(body).__name__, body], order="deterministic")
    digest = sha256(asked).hexdigest()
    answered = tx.decisions.answered(request_id, digest)
    if answered is not None:
        return answered, False
    answer_id = f"{kind}-{sha256(request_id.encode()).hexdigest()[:24]}"
    tx.decisions.remember(request_id, digest, answer_id)
    return answer_id, True
