"""`strategy rules show`: one rule with its whole history, or a list of all rules."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from strategy.cli.rules.day import Day
from strategy.cli.rules.folders import folders
from strategy.cli.words import dates
from strategy.rule_files import read_rule_files
from strategy.rule_forms import PARSERS
from strategy.rules.catalogue import Catalogue
from strategy.rules.draft import compile_rules
from strategy.rules.language import Language
from strategy.rules.rule import Rule, in_force
from strategy.rules.say import closest
from strategy.rules.write_yaml import rule_data, write_rule
from strategy.sentences.write import Writer


@click.command("show")
@folders
@click.option("--rule", "rule_id", help="Only this rule, with all its versions.")
@click.option("--as-of", type=Day(), help="Only what is in force that day.")
def command(dirs: tuple[Path, ...], rule_id: str | None, as_of: date | None) -> None:
    """List the rules in DIRS, or show the history of one of them: each version as YAML, and in
    English and Chinese with brackets wherever `and` and `or` meet."""
    draft = compile_rules(read_rule_files(dirs), PARSERS)
    rules = draft.rules
    if rule_id is not None and all(rule.ref.id != rule_id for rule in rules):
        hint = closest(rule_id, [rule.ref.id for rule in rules])
        raise click.ClickException(f"there is no rule `{rule_id}`; {hint}")
    if as_of is not None:
        rules = in_force(rules, as_of)
    if rule_id is not None:
        versions = [rule for rule in rules if rule.ref.id == rule_id]
        if not versions:
            click.echo(f"# {rule_id} is not in force on {as_of}")
        _history(versions, draft.fields)
        return
    for rule in rules:
        when = "" if dates(rule.ref) == "at all times" else f" ({dates(rule.ref)})"
        click.echo(f"{rule.ref.id:<20} {rule.ref.force:<12} {rule.ref.title}{when}")


def _history(versions: Sequence[Rule], fields: Catalogue) -> None:
    for rule in sorted(versions, key=lambda rule: rule.ref.valid_from or date.min):
        click.echo(f"# {rule.ref.source}: in force {dates(rule.ref)}, {rule.ref.citation}")
        click.echo(write_rule(rule))
        for language in Language:
            click.echo(f"  # {Writer(language, fields).rule(rule_data(rule))}")
