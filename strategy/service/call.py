"""One call, from its arrival to its end, and what is told of it. Never a person or an account."""

from time import perf_counter
from typing import Any, Protocol

from google.rpc import code_pb2

from strategy.errors import StrategyError
from strategy.service.admission import TooMany
from strategy.service.clients import Client, Metadata, NoIdentity


class Watcher(Protocol):
    """Is told of calls."""

    def began(self, waited_s: float) -> None:
        """A call got its thread."""

    def ended(self, call: "Call", status: str, seconds: float) -> None:
        """`seconds` since it got its thread."""


class Call:
    """`client` None: not known, and refused. `waited_s`: seconds until it got its thread."""

    def __init__(
        self, method: str, client: Client | None, watcher: Watcher, metadata: Metadata = ()
    ) -> None:
        self.method, self.client, self.metadata = method, client, metadata
        self.decision_id, self.peer, self.why = "", "", ""
        self.waited_s = 0.0
        self._watcher = watcher
        self._arrived = self._began = perf_counter()

    def begins(self) -> None:
        self._began = perf_counter()
        self.waited_s = self._began - self._arrived
        self._watcher.began(self.waited_s)

    def answered(self, response: Any) -> None:
        self.decision_id = getattr(response, "decision_id", "")

    def stalled(self) -> None:
        """Its client kept us waiting for too long."""
        self.why = "stalled"

    def refused(self, refusal: StrategyError, peer: str) -> None:
        """`peer`: the address it came from, so that somebody can look there."""
        self.peer = peer
        self.why = refusal.why if isinstance(refusal, NoIdentity | TooMany) else "role"

    def ends(self, status: int) -> None:
        seconds = perf_counter() - self._began
        self._watcher.ended(self, code_pb2.Code.Name(status), seconds)
