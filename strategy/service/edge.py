"""Where the server meets its callers: who they are, and how much they may send."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from strategy.service.clients import Clients
from strategy.service.transport import Certificates

KIB = 1024


def _nobody_is_named() -> Clients:
    return Clients(None, None, lambda: datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Edge:
    """`certificates` None: plain text. Sizes in bytes: of a message of a bulk method (imports,
    rule files, previews) and of another. `silence_s`: how long a stream may send or read nothing.
    """

    clients: Clients = field(default_factory=_nobody_is_named)
    certificates: Certificates | None = None
    reflection: bool = True
    silence_s: float = 30.0
    most_bulk_bytes: int = 4096 * KIB
    most_bytes: int = 256 * KIB
    connections: int = 1000

    def most(self, bulk: bool) -> int:
        return self.most_bulk_bytes if bulk else self.most_bytes

    def reload(self) -> None:
        """Read certificate and tokens again."""
        self.clients.reload()
        if self.certificates is not None:
            self.certificates.reload()

    def certificate_left_s(self, now: Callable[[], datetime]) -> float | None:
        if self.certificates is None:
            return None
        return (self.certificates.files.ends - now()).total_seconds()
