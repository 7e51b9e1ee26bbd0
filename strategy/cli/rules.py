"""`strategy rules`: what rule authors need."""

from pathlib import Path

import click

from strategy.publish import publish
from strategy.rule_files import read_rule_files


@click.group("rules")
def command() -> None:
    """Check rule files."""


@command.command("check")
@click.argument("dirs", type=click.Path(path_type=Path), nargs=-1, required=True)
def check(dirs: tuple[Path, ...]) -> None:
    """Compile and prove the rule files in DIRS. Every mistake is reported at once."""
    rulebook = publish(read_rule_files(dirs))
    click.echo(
        f"{len(rulebook.rules)} rules and {len(rulebook.scripts)} scripts for "
        f"{', '.join(sorted(rulebook.jurisdictions))}: proven, rulebook {rulebook.hash[:16]}"
    )
