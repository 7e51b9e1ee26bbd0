"""`strategy rules fmt`: the same file as YAML, as English or as Chinese."""

from dataclasses import replace
from pathlib import Path

import click

from strategy.errors import StrategyError
from strategy.rule_files import read_rule_file, read_rule_files
from strategy.rules.difference import rule_changes
from strategy.rules.draft import Draft, compile_rules, parse_all
from strategy.rules.source import Table
from strategy.sentences.conversion import Form, convert
from strategy.sentences.parser import PARSERS


@click.command("fmt")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--to", "form", type=click.Choice([form.value for form in Form]), required=True)
@click.option(
    "--with",
    "beside",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Folders whose fields, calendars, segments and scripts the rules speak of.",
)
def command(file: Path, form: str, beside: tuple[Path, ...]) -> None:
    """Print FILE as YAML, English or Chinese, with all that it declares.

    A comment goes above the item in which it stands. The result is read again before it is printed:
    it means the same, or nothing is printed.
    """
    own = read_rule_file(file)
    others = [one for one in read_rule_files(beside) if Path(one.name).resolve() != file.resolve()]
    before = compile_rules([own, *others], PARSERS)
    trees = {one.name: tree for one, _, tree in parse_all([own, *others], PARSERS)}
    tree = trees[own.name]
    assert isinstance(tree, Table)  # it compiles
    again = convert(own, tree, Form(form), before.fields)
    if not _same(before, compile_rules([again, *others], PARSERS)):
        raise StrategyError(f"`{file}` would not mean the same in this form: a fault of fmt")
    click.echo(again.text, nl=False)


def _same(one: Draft, other: Draft) -> bool:
    """Whether two sets of files mean the same, wherever it is written."""
    pair = (one, other)
    segments = [[replace(segment, source="") for segment in draft.segments] for draft in pair]
    declared = [(d.scripts, d.fields, d.closed, d.jurisdictions) for d in pair]
    return (
        not rule_changes(one.rules, other.rules)
        and segments[0] == segments[1]
        and declared[0] == declared[1]
    )
