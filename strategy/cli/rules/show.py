"""`strategy rules show`: one rule, or a list of all of them."""

from datetime import datetime
from pathlib import Path

import click

from strategy.cli.rules.folders import folders
from strategy.rule_files import read_rule_files
from strategy.rules.draft import compile_rules
from strategy.rules.reader import closest
from strategy.rules.rule import Rule
from strategy.rules.write_yaml import rule_data, write_rule
from strategy.sentences.lexicon import Language
from strategy.sentences.parser import PARSERS
from strategy.sentences.write import Writer


@click.command("show")
@folders
@click.option("--rule", "rule_id", help="Only this rule, with all its versions.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Only what is in force that day.")
def command(dirs: tuple[Path, ...], rule_id: str | None, as_of: datetime | None) -> None:
    """List the rules in DIRS, or show one of them as it was read: as YAML, and in English and
    Chinese with brackets wherever `and` and `or` meet."""
    draft = compile_rules(read_rule_files(dirs), PARSERS)
    rules = draft.rules
    if rule_id is not None and all(rule.ref.id != rule_id for rule in rules):
        hint = closest(rule_id, [rule.ref.id for rule in rules])
        raise click.ClickException(f"there is no rule `{rule_id}`; {hint}")
    if as_of is not None:
        day = as_of.date()
        rules = tuple(rule for rule in rules if rule.ref.in_force(day, day))
    for rule in rules:
        if rule_id is None:
            click.echo(f"{rule.ref.id:<20} {rule.ref.force:<12} {rule.ref.title}{_dates(rule)}")
        elif rule.ref.id == rule_id:
            click.echo(f"# {rule.ref.source}\n{write_rule(rule)}")
            for language in Language:
                click.echo(f"# {Writer(language, draft.fields).rule(rule_data(rule))}")


def _dates(rule: Rule) -> str:
    begins, ends = rule.ref.valid_from, rule.ref.valid_to
    said = [f"from {begins}"] if begins else []
    said += [f"to {ends}"] if ends else []
    return f" ({' '.join(said)})" if said else ""
