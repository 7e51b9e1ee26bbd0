"""`strategy generate`: the simulated sample portfolio."""

from pathlib import Path

import click
from rich.console import Console

from strategy.cli.instant import instant_or_now
from strategy.domain.local_time import zone as iana_zone
from strategy.errors import InputError
from strategy.portfolio.folder import digest, save
from strategy.portfolio.sample import NOTES, sample_book


@click.command("generate")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write.")
@click.option(
    "--accounts",
    type=click.IntRange(1, 1_000_000),
    default=10_000,
    show_default=True,
    help="How many overdue accounts; nine parties for ten accounts.",
)
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=7,
    show_default=True,
    help="Same seed and same instant: the same portfolio, byte for byte.",
)
@click.option(
    "--as-of",
    metavar="INSTANT",
    help="The instant it is a picture of, like 2026-10-12T08:00:00+08:00. Default: now.",
)
@click.option(
    "--zone", default="Asia/Shanghai", show_default=True, help="The lender's time zone (IANA)."
)
def command(out: Path, accounts: int, seed: int, as_of: str | None, zone: str) -> None:
    """Generate a simulated portfolio of overdue accounts.

    People, phones (tokens, no real numbers), consents, debts and 30 days of contact history, from
    rates that docs/sample-portfolio.md lists with their sources.
    """
    instant = instant_or_now(as_of, "--as-of")
    try:
        iana_zone(zone)
    except ValueError as error:
        raise InputError("--zone", str(error)) from None
    with Console(stderr=True).status(f"drawing {accounts:,} accounts"):
        book = sample_book(accounts, seed, instant, zone)
        save(book, out, NOTES)
    attempts = sum(len(history.attempts) for history in book.histories.values())
    click.echo(
        f"{len(book.accounts):,} accounts of {len(book.parties):,} parties with {attempts:,} past"
        f" attempts, as of {instant.isoformat()}"
    )
    for note in NOTES:
        click.echo(note)
    click.echo(f"portfolio {out}, digest {digest(out)[:12]}")
