"""`strategy rules fmt`: the same rules as YAML, as English or as Chinese."""

from pathlib import Path

import click

from strategy.rule_files import read_rule_file, read_rule_files
from strategy.rule_forms import PARSERS
from strategy.rules.draft import compile_rules
from strategy.rules.language import Language
from strategy.rules.rule import PackKind, Rule
from strategy.rules.write_yaml import write_rule
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
    """Print the rules of FILE, which may be a table, as YAML, English or Chinese.

    Comments are not kept. Fields, calendars, segments and scripts stay where they are: only rules
    are sentences.
    """
    own = read_rule_file(file)
    names = {one.name for one in own}
    others = [other for other in read_rule_files(beside) if other.name not in names]
    compiled = compile_rules([*own, *others], PARSERS)
    rules = [rule for rule in compiled.rules if rule.ref.source.rsplit(":", 1)[0] in names]
    if not rules:
        raise click.ClickException(f"`{file}` has no rules")
    if len({rule.pack for rule in rules}) > 1:
        raise click.ClickException(f"the sheets of `{file}` belong to several packs")
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
