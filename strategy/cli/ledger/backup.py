"""`strategy ledger backup`: a copy that was checked."""

from pathlib import Path

import click

from strategy.audit.verify import verify
from strategy.errors import InputError
from strategy.ledger.backup import copy_ledger
from strategy.ledger.opening import POSTGRESQL, SQLITE
from strategy.ledger.reader import ledger_reader

_OF_POSTGRESQL = (
    "this copies SQLite files; back PostgreSQL up with its own base backups and archived WAL"
    " (pg_basebackup), or pg_dump: docs/deploy/README.md"
)


@click.command("backup")
@click.argument("ledger")
@click.argument("to", type=click.Path(path_type=Path))
def command(ledger: str, to: Path) -> None:
    """Copy LEDGER to the new file TO, also while a server runs on it, and check the copy.

    Exits with 2 where the copy is whole but its audit chain does not fit: so does the ledger's.
    """
    if ledger.startswith(POSTGRESQL):
        raise InputError("ledger", _OF_POSTGRESQL)
    copy_ledger(Path(ledger.removeprefix(SQLITE)), to)
    with ledger_reader(to) as reader:
        found = verify(reader)
    if found.fault is not None:
        click.echo(f"error: the copy is like the ledger, but: {found.fault}", err=True)
        raise SystemExit(2)
    click.echo(f"{to}: {to.stat().st_size:,} bytes, whole; {found.entries:,} audit entries fit")
