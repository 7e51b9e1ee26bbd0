"""`strategy rules fmt`: the same file as YAML, as English or as Chinese."""

from dataclasses import replace
from pathlib import Path

import click

from strategy.errors import StrategyError
from strategy.rule_files import read_rule_file, read_rule_files
from strategy.rule_forms import PARSERS, comments
from strategy.rules.difference import rule_changes
from strategy.rules.draft import Draft, compile_rules, parse_all
from strategy.rules.source import Table
from strategy.rules.yaml_text import data
from strategy.sentences.conversion import Form, convert


@click.command("fmt")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--to", "form", type=click.Choice([form.value for form in Form]), required=True)
@click.option(
    "--with",
    "beside",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Folders whose fields, calendars, segments and scripts the rules speak of.",
)
def command(file: Path, form: str, beside: tuple[Path, ...]) -> None:
    """Print FILE, which may be a table, as YAML, English or Chinese, with all that it declares.

    A comment goes above the item in which it stands. The result is read again before it is printed:
    it means the same, or nothing is printed.
    """
    own = read_rule_file(file)
    names = {Path(one.name).resolve() for one in own}
    others = [one for one in read_rule_files(beside) if Path(one.name).resolve() not in names]
    before = compile_rules([*own, *others], PARSERS)
    trees = {one.name: tree for one, _, tree in parse_all([*own, *others], PARSERS)}
    sources = []
    for one in own:
        tree = trees[one.name]
        assert isinstance(tree, Table)  # it compiles
        sources.append((tree, comments(one)))
    if len({data(tree)["pack"] for tree, _ in sources}) > 1:
        raise click.ClickException(f"the sheets of `{file}` belong to several packs")
    again = convert(file.as_posix(), sources, Form(form), before.fields)
    if not _same(before, compile_rules([again, *others], PARSERS)):
        raise StrategyError(f"`{file}` would not mean the same in this form: a fault of fmt")
    click.echo(again.text, nl=False)


def _same(one: Draft, other: Draft) -> bool:
    """Whether two sets of files mean the same, wherever it is written."""
    return not rule_changes(one.rules, other.rules) and _declared(one) == _declared(other)


def _declared(draft: Draft) -> tuple[object, ...]:
    segments = [replace(segment, source="") for segment in draft.segments]
    scripts = {script.id: script for script in draft.scripts}
    return segments, scripts, draft.fields, draft.closed, draft.jurisdictions
