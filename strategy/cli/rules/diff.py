"""`strategy rules diff`: what changes between two sets of rule files, or between two days."""

from datetime import date
from difflib import ndiff
from pathlib import Path

import click

from strategy.cli.rules.day import Day
from strategy.rule_files import read_rule_files
from strategy.rule_forms import PARSERS
from strategy.rules.difference import rule_changes
from strategy.rules.draft import compile_rules
from strategy.rules.rule import Rule, in_force


@click.command("diff")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path), required=False)
@click.option(
    "--as-of", type=Day(), multiple=True, help="Only what is in force that day; twice for two days."
)
def command(old: Path, new: Path | None, as_of: tuple[date, ...]) -> None:
    """Compare the rules in folder OLD with those in NEW, whatever their files are called.

    With --as-of only the rules in force that day. With OLD alone and --as-of twice, what the
    same rules say on the first day and on the second. Exits with 2 when they differ.
    """
    if len(as_of) > 2 or (new is None and len(as_of) < 2):
        raise click.ClickException("give two folders, or one folder and --as-of twice")
    before = _rules(old, as_of[0] if as_of else None)
    after = _rules(new or old, as_of[-1] if as_of else None)
    changes = rule_changes(before, after)
    for change in changes:
        click.echo(f"{change.word}: {change.rule_id}")
        lines = ndiff(change.before.splitlines(), change.after.splitlines())
        for line in lines:
            if line[0] in "+-":
                click.echo(f"  {line}")
    click.echo(f"{len(changes)} rules differ")
    if changes:
        raise SystemExit(2)


def _rules(folder: Path, day: date | None) -> tuple[Rule, ...]:
    rules = compile_rules(read_rule_files([folder]), PARSERS).rules
    return rules if day is None else in_force(rules, day)
