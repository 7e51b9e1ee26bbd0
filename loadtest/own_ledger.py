"""The run's own ledger: a file for one server, a database of its own for several."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile
from typing import Protocol

from loadtest.own_postgres import PostgresServer, missing
from loadtest.settings import LEDGER
from strategy.errors import StrategyError


class OwnLedger(Protocol):
    """`place` as `--ledger` of a server names it."""

    @property
    def place(self) -> str: ...

    def copied(self, folder: Path) -> AbstractContextManager[str]:
        """The place of a copy, while no server is at work on the ledger; it goes in the end."""


@contextmanager
def own_ledger(folder: Path, replicas: int) -> Iterator[OwnLedger]:
    """Raises `StrategyError` where several servers are wanted and PostgreSQL is not there."""
    if replicas == 1:
        yield _File(folder)
        return
    if why := missing():
        raise StrategyError(f"{replicas} replicas need PostgreSQL on this machine: {why}")
    server = PostgresServer(on_disk=True)
    try:
        yield _Database(server)
    finally:
        server.remove()


@dataclass
class _File:
    folder: Path

    @property
    def place(self) -> str:
        return f"sqlite:{self.folder / LEDGER}"

    @contextmanager
    def copied(self, folder: Path) -> Iterator[str]:
        copyfile(self.folder / LEDGER, folder / LEDGER)
        try:
            yield f"sqlite:{folder / LEDGER}"
        finally:
            (folder / LEDGER).unlink()


@dataclass
class _Database:
    server: PostgresServer

    @property
    def place(self) -> str:
        return self.server.url()

    def copied(self, folder: Path) -> AbstractContextManager[str]:
        return self.server.copied(folder.name.replace("-", "_"))
