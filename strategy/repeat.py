"""The same request id gets the same answer for a day, also after a restart."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec

from strategy.domain.instant import to_micros
from strategy.ledger.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Claim:
    """What a request is answered under. `new`: it is still to decide, and then to be kept."""

    request_id: str
    digest: str
    answer_id: str
    at: datetime
    new: bool

    def keep(self, tx: Transaction) -> None:
        tx.requests.remember(self.request_id, self.digest, self.answer_id, self.at)


def claim(tx: Transaction, request_id: str, body: Any, now: datetime, kind: str = "d") -> Claim:
    """The id under which this request is answered, and whether it is new. Writes nothing.

    The id follows from the request id and the instant, so a replay of the same requests writes the
    same records, and a request id that was forgotten after a day can be used again. Ids begin with
    the instant, so that new ones are the last of every index. Raises `Conflict` for the
    same request id with another body.
    """
    asked = msgspec.json.encode([type(body).__name__, body], order="deterministic")
    digest = sha256(asked).hexdigest()
    at = max(now, tx.decisions.last_instant())
    answered = tx.requests.answered(request_id, digest)
    if answered is not None:
        return Claim(request_id, digest, answered, at, new=False)
    instant = f"{to_micros(at):014x}"
    answer_id = f"{kind}-{instant}{sha256(f'{instant} {request_id}'.encode()).hexdigest()[:18]}"
    return Claim(request_id, digest, answer_id, at, new=True)
