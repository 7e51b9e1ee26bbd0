"""The same request id gets the same answer for a day, also after a restart."""

from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec

from strategy.ledger.transaction import Transaction


def claim(
    tx: Transaction, request_id: str, body: Any, now: datetime, kind: str = "d"
) -> tuple[str, bool]:
    """The id under which this request is answered, and whether it is new and still to decide.

    The id follows from the request id and the UTC day, so a replay of the same requests writes the
    same records, and a request id that was forgotten after a day can be used again.
    What then raises undoes the claim with the rest of its transaction. Raises `Conflict` for the
    same request id with another body.
    """
    asked = msgspec.json.encode([type(body).__name__, body], order="deterministic")
    digest = sha256(asked).hexdigest()
    answered = tx.requests.answered(request_id, digest)
    if answered is not None:
        return answered, False
    at = max(now, tx.decisions.last_instant())
    answer_id = f"{kind}-{sha256(f'{at:%Y-%m-%d} {request_id}'.encode()).hexdigest()[:24]}"
    tx.requests.remember(request_id, digest, answer_id, at)
    return answer_id, True
