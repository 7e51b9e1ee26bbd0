"""`strategy ledger`: copies of a ledger, and what is removed from it, one verb a file."""

import click

from strategy.cli.ledger import backup, erase, expire


@click.group("ledger")
def command() -> None:
    """Back up a ledger, and remove from it what must go."""


for verb in (backup.command, erase.command, expire.command):
    command.add_command(verb)
