"""Where a ledger is changed: in its file or database, or by a server that holds it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import grpc

from strategy.api.v1.portfolio_pb2_grpc import PortfolioServiceStub
from strategy.errors import InputError, StrategyError
from strategy.ledger.ledger import Ledger
from strategy.ledger.opening import POSTGRESQL, SQLITE, open_ledger


def place_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--ledger FILE` or a PostgreSQL URL, or `--server HOST:PORT`."""
    of_file = click.option(
        "--ledger",
        help="The file, where no server runs on it; or a postgresql:// URL, beside its servers.",
    )
    of_server = click.option("--server", metavar="HOST:PORT", help="The server that runs on it.")
    return of_file(of_server(command))


def one_place(ledger: str | None, server: str | None) -> None:
    """Raises `InputError` unless exactly one is given, and for a file that is not there."""
    if (ledger is None) == (server is None):
        raise InputError("--ledger", "give either --ledger FILE or --server HOST:PORT")
    if ledger is None or ledger.startswith(POSTGRESQL):
        return
    if not Path(ledger.removeprefix(SQLITE)).is_file():
        raise InputError("--ledger", f"there is no ledger `{ledger}`")


@contextmanager
def opened(place: str) -> Iterator[Ledger]:
    ledger = open_ledger(place)
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
