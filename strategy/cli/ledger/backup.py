"""`strategy ledger backup`: a copy that was checked."""

from pathlib import Path

import click

from strategy.audit.verify import verify
from strategy.ledger.backup import copy_ledger
from strategy.ledger.reader import ledger_reader


@click.command("backup")
@click.argument("ledger", type=click.Path(path_type=Path))
@click.argument("to", type=click.Path(path_type=Path))
def command(ledger: Path, to: Path) -> None:
    """Copy LEDGER to the new file TO, also while a server runs on it, and check the copy.

    Exits with 2 where the copy is whole but its audit chain does not fit: so does the ledger's.
    """
    copy_ledger(ledger, to)
    with ledger_reader(to) as reader:
        found = verify(reader)
    if found.fault is not None:
        click.echo(f"error: the copy is like the ledger, but: {found.fault}", err=True)
        raise SystemExit(2)
    click.echo(f"{to}: {to.stat().st_size:,} bytes, whole; {found.entries:,} audit entries fit")
