"""`strategy audit verify`: is the record of decisions whole."""

import click

from strategy.audit.verify import verify
from strategy.errors import InputError
from strategy.ledger.opening import ledger_to_read


@click.command("verify")
@click.argument("ledger")
@click.option(
    "--noted",
    metavar="NUMBER:HASH",
    help="A place of the chain as this command printed it earlier; it must still be there.",
)
def command(ledger: str, noted: str | None) -> None:
    """Walk the audit chain of LEDGER and say whether anything was changed, removed or put in.

    Exits with 2 and names the first entry that does not fit. Note down the last line elsewhere:
    only that shows, later, that the whole chain was not written anew.
    """
    anchor = _anchor(noted)
    with ledger_to_read(ledger) as reader:
        found = verify(reader, anchor)
    if found.before:
        click.echo(f"{found.before:,} decisions from before the chain: nothing guards them")
    if found.fault is not None:
        click.echo(f"error: {found.fault}", err=True)
        raise SystemExit(2)
    gone = f"; {found.removed:,} records were removed, and entries say so" if found.removed else ""
    click.echo(f"{found.entries:,} entries, each follows the one before it{gone}")
    click.echo(f"note down: {found.entries}:{found.head}")


def _anchor(noted: str | None) -> tuple[int, str] | None:
    if noted is None:
        return None
    number, colon, hash_ = noted.partition(":")
    if not (colon and number.isdecimal() and len(hash_) == 64):
        raise InputError("--noted", f"`{noted}` is no place of a chain: write NUMBER:HASH")
    return int(number), hash_.lower()
