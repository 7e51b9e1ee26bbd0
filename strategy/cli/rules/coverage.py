"""`strategy rules coverage`: which rules fire on a portfolio."""

from pathlib import Path

import click

from strategy.cli.rules.folders import folders
from strategy.portfolio import folder
from strategy.publish import publish
from strategy.rule_coverage import cover
from strategy.rule_files import read_rule_files


@click.command("coverage")
@folders
@click.option("--portfolio", type=click.Path(path_type=Path), required=True)
@click.option("--fail-under", type=click.FloatRange(0, 100), default=0.0, metavar="PERCENT")
def command(dirs: tuple[Path, ...], portfolio: Path, fail_under: float) -> None:
    """Count the accounts of a portfolio for which each rule in DIRS fires.

    Exits with 2 when a smaller part of the rules fires than --fail-under.
    """
    found = cover(publish(read_rule_files(dirs)), folder.load(portfolio))
    for rule, count in sorted(found.fired, key=lambda one: -one[1]):
        click.echo(f"{count:>9,}  {rule.ref.id:<20} {rule.ref.title}")
    for segment, count in found.segments:
        click.echo(f"{count:>9,}  segment {segment}")
    click.echo(
        f"{found.share:.0%} of {len(found.fired)} rules fired for any of {found.accounts:,} "
        f"accounts; no pack covers {found.refused:,} of them"
    )
    if found.share * 100 < fail_under:
        raise SystemExit(2)
