"""`strategy rules check`: compile, prove, and say what is probably not meant."""

from datetime import date
from pathlib import Path

import click

from strategy.cli.rules.day import Day
from strategy.cli.rules.folders import folders
from strategy.publish import publish
from strategy.rule_files import read_rule_files
from strategy.rule_forms import PARSERS
from strategy.rules.advice import advise
from strategy.rules.draft import compile_rules
from strategy.rules.rule import in_force


@click.command("check")
@folders
@click.option("--strict", is_flag=True, help="Advice counts as a fault: exit with 2.")
@click.option("--as-of", type=Day(), help="Advice on what is in force that day.")
def command(dirs: tuple[Path, ...], strict: bool, as_of: date | None) -> None:
    """Compile and prove the rule files in DIRS. Every mistake is reported at once."""
    files = read_rule_files(dirs)
    rulebook = publish(files)
    advice = advise(compile_rules(files, PARSERS), as_of)
    for one in advice:
        click.echo(f"advice: {one}", err=True)
    if as_of is not None:
        click.echo(f"{len(in_force(rulebook.rules, as_of))} rules are in force on {as_of}")
    click.echo(
        f"{len(rulebook.rules)} rules and {len(rulebook.scripts)} scripts for "
        f"{', '.join(sorted(rulebook.jurisdictions))}: proven, rulebook {rulebook.hash[:16]}"
    )
    if strict and advice:
        raise SystemExit(2)
