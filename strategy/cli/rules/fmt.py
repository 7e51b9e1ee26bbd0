"""`strategy rules fmt`: the same rules as YAML, as English or as Chinese."""

from pathlib import Path

import click

from strategy.rule_files import read_rule_file, read_rule_files
from strategy.rules.draft import compile_rules
from strategy.rules.language import Language
from strategy.rules.rule import PackKind, Rule
from strategy.rules.write_yaml import write_rule
from strategy.sentences.parser import PARSERS
from strategy.sentences.write import write_file


@click.command("fmt")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--to", "form", type=click.Choice(["yaml", "en", "zh"]), required=True)
@click.option(
    "--with",
    "beside",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Folders whose fields, calendars, segments and scripts the rules speak of.",
)
def command(file: Path, form: str, beside: tuple[Path, ...]) -> None:
    """Print the rules of FILE as YAML, English or Chinese; comments are not kept.

    Fields, calendars, segments and scripts stay where they are: only rules are sentences.
    """
    one = read_rule_file(file)
    others = [other for other in read_rule_files(beside) if Path(other.name) != file]
    compiled = compile_rules([one, *others], PARSERS)
    rules = [rule for rule in compiled.rules if rule.ref.source.rsplit(":", 1)[0] == one.name]
    if not rules:
        raise click.ClickException(f"`{file}` has no rules")
    kind = PackKind.LAW if rules[0].jurisdictions else PackKind.HOUSE
    if form == "yaml":
        click.echo(_yaml(rules, kind))
    else:
        click.echo(write_file(rules, rules[0].pack, kind, Language(form)))


def _yaml(rules: list[Rule], kind: PackKind) -> str:
    lines = ["schema: collections-rules/1", f"pack: {rules[0].pack}", f"kind: {kind}"]
    if kind is PackKind.LAW:
        lines.append(f"jurisdictions: [{', '.join(sorted(rules[0].jurisdictions))}]")
    return "\n".join([*lines, "", "rules:", "\n\n".join(write_rule(rule) for rule in rules)])
