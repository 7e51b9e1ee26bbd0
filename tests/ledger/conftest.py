"""Services on one PostgreSQL."""

import pytest


@pytest.fixture
def url(postgres):
    return postgres.empty()


@pytest.fixture
def replicas(url):
    """Two services on one database."""
    from strategy.ledger.postgres.ledger import PostgresLedger

    opened = [PostgresLedger(url), PostgresLedger(url)]
    yield opened
    for one in opened:
        one.close()
