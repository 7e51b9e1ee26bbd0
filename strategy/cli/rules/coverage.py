"""`strategy rules coverage`: which rules fire on a portfolio."""

from datetime import date
from pathlib import Path

import click

from strategy.cli.rules.day import Day
from strategy.cli.rules.folders import folders
from strategy.cli.words import dates
from strategy.portfolio import folder
from strategy.publish import publish
from strategy.rule_coverage import cover
from strategy.rule_files import read_rule_files


@click.command("coverage")
@folders
@click.option("--portfolio", type=click.Path(path_type=Path), required=True)
@click.option("--fail-under", type=click.FloatRange(0, 100), default=0.0, metavar="PERCENT")
@click.option("--as-of", type=Day(), help="That day instead of the portfolio's own.")
def command(dirs: tuple[Path, ...], portfolio: Path, fail_under: float, as_of: date | None) -> None:
    """Count the accounts of a portfolio for which each rule in DIRS fires.

    Exits with 2 when a smaller part of the rules in force fires than --fail-under.
    """
    found = cover(publish(read_rule_files(dirs)), folder.load(portfolio), as_of)
    for rule, count in sorted(found.fired, key=lambda one: -one[1]):
        click.echo(f"{count:>9,}  {rule.ref.id:<20} {rule.ref.title}")
    for segment, count in found.segments:
        click.echo(f"{count:>9,}  segment {segment}")
    for rule in found.dormant:
        click.echo(f"not in force  {rule.ref.id:<20} {rule.ref.title} ({dates(rule.ref)})")
    click.echo(
        f"{found.share:.0%} of {len(found.fired)} rules in force on {found.day} fired for any of "
        f"{found.accounts:,} accounts; no pack covers {found.refused:,} of them"
    )
    if found.share * 100 < fail_under:
        raise SystemExit(2)
