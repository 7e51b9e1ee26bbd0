"""`strategy ledger erase`: a person asked to be forgotten."""

from datetime import UTC, datetime

import click

from strategy.api.v1 import portfolio_pb2 as pb
from strategy.cli.ledger.place import one_place, opened, place_options, portfolio
from strategy.erasure import Erased, erase_party


@click.command("erase")
@place_options
@click.option("--party", required=True, metavar="ID", help="Who is to be forgotten.")
def command(ledger: str | None, server: str | None, party: str) -> None:
    """Remove a person: accounts, addresses, events, records of decisions.

    Attempts stay under a pseudonym, because caps count them. Backups keep the person: see
    docs/ledger.md.
    """
    one_place(ledger, server)
    if ledger is not None:
        with opened(ledger) as file:
            done = erase_party(file, party, datetime.now(UTC))
    else:
        with portfolio(server or "") as stub:
            told = stub.EraseParty(pb.ErasePartyRequest(party_id=party))
        done = Erased(told.pseudonym, told.attempts_kept, told.records_removed, told.complete)
    click.echo(f"erased; {done.records_removed:,} records of decisions removed")
    click.echo(f"{done.attempts_kept:,} attempts stay as {done.pseudonym}")
    if not done.complete:
        click.echo("older states may still stand in the database's files: see docs/ledger.md")
