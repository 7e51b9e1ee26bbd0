"""Ledgers for tests that hold for both databases."""

import pytest

from loadtest.own_postgres import PostgresServer, missing
from strategy.ledger.opening import open_ledger


@pytest.fixture(scope="session")
def postgres():
    """One server for all tests of the session."""
    if why := missing():
        pytest.skip(why)
    server = PostgresServer()
    yield server
    server.remove()


@pytest.fixture
def url(postgres):
    """Of an empty ledger on PostgreSQL."""
    return postgres.empty()


@pytest.fixture
def replicas(url):
    """Two services on one database."""
    opened = [open_ledger(url), open_ledger(url)]
    yield opened
    for one in opened:
        one.close()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def new_place(request, tmp_path_factory):
    """Makes places of empty ledgers, as `--ledger` names them."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgres").empty
    return lambda: f"sqlite:{tmp_path_factory.mktemp('ledger') / 'ledger'}"


@pytest.fixture
def place(new_place):
    """Where an empty ledger is."""
    return new_place()
