"""The same request id gets the same answer, also after a restart."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import msgspec

from strategy.ledger.transaction import Transaction


def answer_once(
    tx: Transaction,
    request_id: str,
    body: Any,
    decide: Callable[[str], None],
    kind: str = "d",
) -> str:
    """Call `decide` with a new id, unless this request was already answered.

    Returns the id of what was decided, new or old. The id follows from the request id, so a
    replay of the same requests writes the same records. Raises `Conflict` for the same id with
    another body.
    """
    asked = msgspec.json.encode([type(body).__name__, body], order="deterministic")
    digest = sha256(asked).hexdigest()
    answer_id = tx.decisions.answered(request_id, digest)
    if answer_id is None:
        answer_id = f"{kind}-{sha256(request_id.encode()).hexdigest()[:24]}"
        decide(answer_id)
        tx.decisions.remember(request_id, digest, answer_id)
    return answer_id
