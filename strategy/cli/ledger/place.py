"""Where a ledger is changed: in its file, or by the server that holds it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import grpc

from strategy.api.v1.portfolio_pb2_grpc import PortfolioServiceStub
from strategy.errors import InputError, StrategyError
from strategy.ledger.sqlite import SqliteLedger


def place_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--ledger FILE` or `--server HOST:PORT`."""
    of_file = click.option(
        "--ledger", type=click.Path(path_type=Path), help="The file, where no server runs on it."
    )
    of_server = click.option("--server", metavar="HOST:PORT", help="The server that runs on it.")
    return of_file(of_server(command))


def one_place(ledger: Path | None, server: str | None) -> None:
    """Raises `InputError` unless exactly one is given, and for a file that is not there."""
    if (ledger is None) == (server is None):
        raise InputError("--ledger", "give either --ledger FILE or --server HOST:PORT")
    if ledger is not None and not ledger.is_file():
        raise InputError("--ledger", f"there is no ledger `{ledger}`")


@contextmanager
def opened(path: Path) -> Iterator[SqliteLedger]:
    ledger = SqliteLedger.open(str(path))
    try:
        yield ledger
    finally:
        ledger.close()


@contextmanager
def portfolio(server: str) -> Iterator[PortfolioServiceStub]:
    try:
        with grpc.insecure_channel(server) as channel:
            yield PortfolioServiceStub(channel)
    except grpc.RpcError as error:
        raise StrategyError(f"the server at {server} says: {error.details()}") from error
