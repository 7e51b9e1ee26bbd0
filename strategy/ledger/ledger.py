"""What the use cases ask of a ledger, whichever database it lies in."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, TypeVar

from strategy.ledger.transaction import Transaction

T = TypeVar("T")

MOST_IN_A_BATCH = 256
"""Pieces of work in one commit."""

Work = Callable[[Transaction], T]


@dataclass(frozen=True, slots=True)
class Keys:
    """By which ids a piece of work reads and writes. All of these are locked and fetched for it,
    with everybody who owes the accounts, everybody whom the attempts were made to, and their past.

    A ledger with one writer needs no keys. Where there are several, work that touches what its keys
    do not reach sees it as absent, unless it raises `BeyondKeys`.

    `room`: what is left of a plan's capacity is read as well, and is there when the work commits.
    `imported`: the ids come from another system, and may be of somebody who was erased before; what
    lies under their pseudonyms is reached as well.
    """

    accounts: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    attempts: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    requests: tuple[str, ...] = ()
    plans: bool = False
    room: bool = False
    imported: bool = False


PLANS = Keys(plans=True)
"""Only plans, their assignments and request ids: such work runs beside decisions."""


class Reader(Protocol):
    """Raises `LedgerUnavailable` where it cannot answer."""

    def read(self, work: Work[T]) -> T:
        """Run the work against one committed moment. It cannot write."""


class Ledger(Reader, Protocol):
    """Raises `LedgerUnavailable` where it cannot answer.

    `place` is where it lies, as `ledger_to_read` takes it. `watch` is told of each commit: how many
    writes shared it, and the seconds it took.
    """

    place: str
    watch: Callable[[int, float], None]

    def write(self, work: Work[T], keys: Keys | None = None) -> T:
        """Run the work as if alone and return its result once it is durable.

        What the work raises is raised here, and then nothing of it is stored. It may be run more
        than once. Without keys it may touch everything, and where there are several writers all
        others wait for it.
        """

    def write_each(self, works: Sequence[Work[T]], keys: Sequence[Keys]) -> list[T | Exception]:
        """Many pieces of work in their order, each with its keys, in one commit where it can be.

        For decisions: a piece of work must raise before it writes anything, since making each
        undoable may cost as much as deciding. One that writes and then raises takes the whole batch
        with it. What a piece of work raises stands in its place; so does `LedgerUnavailable` where
        only some could be stored. Raises it where nothing could.
        """

    def truncate_log(self) -> bool:
        """Empty the log in which older states of erased rows may stand. False: it goes later."""

    def holding(self, name: str) -> AbstractContextManager[None]:
        """Let other servers on this ledger know, meanwhile, that this one is at work on it."""

    def held(self, name: str) -> bool:
        """Whether another server, and one that lives, is at work on it."""

    def healthy(self) -> bool:
        """Whether a write can be made durable now."""

    def close(self) -> None:
        """Finish what is waiting. Safe to call twice."""
