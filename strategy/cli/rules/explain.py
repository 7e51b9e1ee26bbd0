"""`strategy rules explain`: why each rule fires for somebody, or does not."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from math import inf
from pathlib import Path

import click

from strategy.cli.rules.cases import cases
from strategy.cli.rules.day import Day
from strategy.cli.rules.explained_json import as_json
from strategy.cli.rules.explained_text import as_lines
from strategy.cli.rules.folders import folders
from strategy.domain.instant import parse_instant
from strategy.errors import InputError
from strategy.portfolio import folder
from strategy.publish import publish
from strategy.rule_explanation import (
    RulesExplained,
    Subject,
    explain_day,
    explain_instant,
    subject_of_account,
    subject_of_test,
)
from strategy.rule_files import read_rule_files
from strategy.rule_tests.case import RuleTest
from strategy.rules.rulebook import Rulebook
from strategy.rules.say import closest


@click.command("explain")
@folders
@click.option("--case", "case", metavar="FILE:LINE|NAME", help="A case of the tests beside them.")
@click.option("--portfolio", type=click.Path(path_type=Path), help="A portfolio folder.")
@click.option("--account", help="One of its accounts.")
@click.option("--rule", "rule_id", help="Only this rule, with all its versions.")
@click.option("--at", metavar="INSTANT", help="Then, and what the limits say then.")
@click.option("--as-of", type=Day(), help="On that day of the person's calendar.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def command(
    dirs: tuple[Path, ...],
    case: str | None,
    portfolio: Path | None,
    account: str | None,
    rule_id: str | None,
    at: str | None,
    as_of: date | None,
    form: str,
) -> None:
    """Say of every rule in DIRS whether it fires for one person, and why.

    The person is a --case of the tests beside the rules, at the instant of the case, or an
    --account of a --portfolio, at the instant of the portfolio.
    """
    if (case is None) is (portfolio is None) or (portfolio is None) is not (account is None):
        raise click.ClickException("give --case, or --portfolio and --account")
    if at is not None and as_of is not None:
        raise click.ClickException("--at is an instant and --as-of a day: give one of them")
    rulebook = publish(read_rule_files(dirs))
    if portfolio is not None:
        subject = subject_of_account(folder.load(portfolio), str(account))
        whose = f"account {account}"
    else:
        test = _named(str(case), cases(dirs, rulebook))
        subject, whose = subject_of_test(test), f"case {test.source} {test.name}"
    found = _explained(rulebook, subject, at, as_of)
    if rule_id is not None:
        rules = tuple(one for one in found.rules if one.rule.ref.id == rule_id)
        if not rules:
            hint = closest(rule_id, [rule.ref.id for rule in rulebook.rules])
            raise click.ClickException(f"there is no rule `{rule_id}`; {hint}")
        found = replace(found, rules=rules)
    if form == "json":
        click.echo(json.dumps(as_json(found, whose), ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(as_lines(found, whose)))


def _explained(
    rulebook: Rulebook, subject: Subject, at: str | None, as_of: date | None
) -> RulesExplained:
    try:
        if as_of is not None:
            return explain_day(rulebook, subject, as_of)
        if at is not None:
            subject = subject.moved(parse_instant(at, "--at"))
        limits = at is not None or subject.asked is not None
        return explain_instant(rulebook, subject, limits=limits)
    except ValueError as error:  # a time zone that nobody knows
        raise InputError("time zone", str(error)) from error


def _named(name: str, tests: Sequence[RuleTest]) -> RuleTest:
    """The case of that name, or the one that the line of `FILE:LINE` is part of."""
    file, _, line = name.rpartition(":")
    found = [test for test in tests if test.name == name]
    if not found and line.isdecimal():
        begun = [test for test in tests if _begins(test, file) <= int(line)]
        found = sorted(begun, key=lambda test: _begins(test, file))[-1:]
    if len(found) == 1:
        return found[0]
    if found:
        places = ", ".join(test.source for test in found)
        raise click.ClickException(f"`{name}` names several cases: say which of {places}")
    hint = closest(name, [test.name for test in tests])
    raise click.ClickException(f"the tests beside these rules have no case `{name}`; {hint}")


def _begins(test: RuleTest, file: str) -> float:
    """The line on which the case begins in that file; it never does in another."""
    place, line = test.source.rsplit(":", 1)
    return int(line) if place == file else inf
