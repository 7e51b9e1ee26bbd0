"""`strategy audit`: what auditors need, one verb a file. All read beside a running server."""

import click

from strategy.cli.audit import export, replay, verify


@click.group("audit")
def command() -> None:
    """Verify, export and replay the decisions of a ledger."""


for verb in (verify.command, export.command, replay.command):
    command.add_command(verb)
