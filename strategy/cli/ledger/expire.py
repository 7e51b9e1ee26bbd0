"""`strategy ledger expire`: what is old enough goes."""

from datetime import UTC, datetime, timedelta

import click

from strategy.api.v1 import portfolio_pb2 as pb
from strategy.cli.ledger.place import one_place, opened, place_options, portfolio
from strategy.erasure import MOST_DAYS, SHORTEST, Expired, expire


@click.command("expire")
@place_options
@click.option(
    "--older-than",
    "days",
    required=True,
    metavar="DAYS",
    type=click.IntRange(SHORTEST.days, MOST_DAYS),
)
def command(ledger: str | None, server: str | None, days: int) -> None:
    """Remove attempts and records of decisions older than so many days, at least 366."""
    one_place(ledger, server)
    if ledger is not None:
        with opened(ledger) as file:
            done = expire(file, timedelta(days=days), datetime.now(UTC))
    else:
        with portfolio(server or "") as stub:
            told = stub.ExpireRecords(pb.ExpireRecordsRequest(older_than_days=days))
        done = Expired(told.attempts_removed, told.records_removed)
    click.echo(f"removed {done.attempts:,} attempts and {done.records:,} records of decisions")
