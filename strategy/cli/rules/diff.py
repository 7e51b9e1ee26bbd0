"""`strategy rules diff`: what changes from one set of rule files to another."""

from difflib import ndiff
from pathlib import Path

import click

from strategy.rule_files import read_rule_files
from strategy.rule_forms import PARSERS
from strategy.rules.difference import rule_changes
from strategy.rules.draft import compile_rules


@click.command("diff")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
def command(old: Path, new: Path) -> None:
    """Compare the rules in folder OLD with those in NEW, whatever their files are called.

    Exits with 2 when they differ.
    """
    before, after = (compile_rules(read_rule_files([one]), PARSERS) for one in (old, new))
    changes = rule_changes(before.rules, after.rules)
    for change in changes:
        click.echo(f"{change.word}: {change.rule_id}")
        lines = ndiff(change.before.splitlines(), change.after.splitlines())
        for line in lines:
            if line[0] in "+-":
                click.echo(f"  {line}")
    click.echo(f"{len(changes)} rules differ")
    if changes:
        raise SystemExit(2)
