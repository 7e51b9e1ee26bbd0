"""`strategy rules`: what rule authors need, one verb a file."""

import click

from strategy.cli.rules import check, coverage, diff, fmt, preview, schema, show
from strategy.cli.rules import test as test_


@click.group("rules")
def command() -> None:
    """Check, test and look at rule files."""


for verb in (
    check.command,
    test_.command,
    fmt.command,
    show.command,
    schema.command,
    coverage.command,
    diff.command,
    preview.command,
    preview.key_command,
):
    command.add_command(verb)
