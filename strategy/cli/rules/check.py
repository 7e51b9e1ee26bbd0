"""`strategy rules check`: compile, prove, and say what is probably not meant."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from strategy.cli.rules.day import Day
from strategy.cli.rules.folders import folders
from strategy.publish import publish
from strategy.rule_files import read_rule_files
from strategy.rule_forms import PARSERS
from strategy.rules.advice import advise
from strategy.rules.diagnostic import Diagnostic, RuleError
from strategy.rules.draft import compile_rules
from strategy.rules.language import Language
from strategy.rules.rule import in_force

_ADVICE = {Language.EN: "advice", Language.ZH: "提示"}


@click.command("check")
@folders
@click.option("--strict", is_flag=True, help="Advice counts as a fault: exit with 2.")
@click.option("--as-of", type=Day(), help="Advice on what is in force that day.")
def command(dirs: tuple[Path, ...], strict: bool, as_of: date | None) -> None:
    """Compile and prove the rule files in DIRS. Every mistake is reported at once.

    Mistakes are told in the language of their file: that of its sentences, or Chinese in YAML with
    `language: zh`.
    """
    files = read_rule_files(dirs)
    try:
        rulebook = publish(files)
    except RuleError as error:
        click.echo(f"error: {error}\n{_pages(error.diagnostics)}", err=True)
        raise SystemExit(1) from error
    advice = advise(compile_rules(files, PARSERS), as_of)
    for one in advice:
        click.echo(f"{_ADVICE[one.language]}: {one}", err=True)
    if advice:
        click.echo(_pages(advice), err=True)
    if as_of is not None:
        click.echo(f"{len(in_force(rulebook.rules, as_of))} rules are in force on {as_of}")
    click.echo(
        f"{len(rulebook.rules)} rules and {len(rulebook.scripts)} scripts for "
        f"{', '.join(sorted(rulebook.jurisdictions))}: proven, rulebook {rulebook.hash[:16]}"
    )
    if strict and advice:
        raise SystemExit(2)


def _pages(found: Sequence[Diagnostic]) -> str:
    """Where the codes are explained, in the repository."""
    chinese = all(one.language is Language.ZH for one in found)
    pages = dict.fromkeys(f"docs/errors/{one.code}.md" for one in found)
    return f"{'详见' if chinese else 'see'}: {', '.join(pages)}"
