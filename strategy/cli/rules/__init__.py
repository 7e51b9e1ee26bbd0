"""`strategy rules`: what rule authors need, one verb a file."""

import click

from strategy.cli.rules import check, coverage, diff, explain, fmt, preview, publish, schema, show
from strategy.cli.rules import test as test_


@click.group("rules")
def command() -> None:
    """Check, test, preview and publish rules."""


for verb in (
    check.command,
    test_.command,
    fmt.command,
    show.command,
    explain.command,
    schema.command,
    coverage.command,
    diff.command,
    preview.command,
    preview.key_command,
    publish.command,
    publish.rollback_command,
    publish.changes_command,
):
    command.add_command(verb)
