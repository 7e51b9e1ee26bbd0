"""What the use cases ask of a ledger, whichever database it lies in."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, TypeVar

from strategy.ledger.transaction import Transaction

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Keys:
    """By which ids a piece of work reads and writes. All of these are locked and fetched for it,
    with everybody who owes the accounts, everybody whom the attempts were made to, and their past.

    A ledger with one writer needs no keys. Where there are several, work that touches what its keys
    do not reach sees it as absent.
    """

    accounts: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    attempts: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    requests: tuple[str, ...] = ()
    plans: bool = False


PLANS = Keys(plans=True)
"""Only plans, their assignments and request ids: such work runs beside decisions."""


class Reader(Protocol):
    """Raises `LedgerUnavailable` where it cannot answer."""

    def read(self, work: Callable[[Transaction], T]) -> T:
        """Run the work against one committed moment. It cannot write."""


class Ledger(Reader, Protocol):
    """Raises `LedgerUnavailable` where it cannot answer."""

    def write(self, work: Callable[[Transaction], T], keys: Keys | None = None) -> T:
        """Run the work as if alone and return its result once it is durable.

        What the work raises is raised here, and then nothing of it is stored. It may be run more
        than once. Without keys it may touch everything, and where there are several writers all
        others wait for it.
        """

    def holding(self, name: str) -> AbstractContextManager[None]:
        """Let other servers on this ledger know, meanwhile, that this one is at work on it."""

    def held(self, name: str) -> bool:
        """Whether another server, and one that lives, is at work on it."""

    def healthy(self) -> bool:
        """Whether a write can be made durable now."""

    def close(self) -> None:
        """Finish what is waiting. Safe to call twice."""
