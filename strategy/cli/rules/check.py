"""`strategy rules check`: compile, prove, and say what is probably not meant."""

from pathlib import Path

import click

from strategy.cli.rules.folders import folders
from strategy.publish import publish
from strategy.rule_files import read_rule_files
from strategy.rule_forms import PARSERS
from strategy.rules.advice import advise
from strategy.rules.draft import compile_rules


@click.command("check")
@folders
@click.option("--strict", is_flag=True, help="Advice counts as a fault: exit with 2.")
def command(dirs: tuple[Path, ...], strict: bool) -> None:
    """Compile and prove the rule files in DIRS. Every mistake is reported at once."""
    files = read_rule_files(dirs)
    rulebook = publish(files)
    advice = advise(compile_rules(files, PARSERS))
    for one in advice:
        click.echo(f"advice: {one}", err=True)
    click.echo(
        f"{len(rulebook.rules)} rules and {len(rulebook.scripts)} scripts for "
        f"{', '.join(sorted(rulebook.jurisdictions))}: proven, rulebook {rulebook.hash[:16]}"
    )
    if strict and advice:
        raise SystemExit(2)
