"""`strategy rules`: what rule authors need, one verb a file."""

import click

from strategy.cli.commands import Commands

PLACES = {
    "check": "rules.check",
    "test": "rules.test",
    "fmt": "rules.fmt",
    "show": "rules.show",
    "explain": "rules.explain",
    "schema": "rules.schema",
    "coverage": "rules.coverage",
    "diff": "rules.diff",
    "preview": "rules.preview",
    "key": "rules.preview:key_command",
    "publish": "rules.publish",
    "rollback": "rules.publish:rollback_command",
    "changes": "rules.publish:changes_command",
}


@click.group("rules", cls=Commands, places=PLACES)
def command() -> None:
    """Check, test, preview and publish rules."""
