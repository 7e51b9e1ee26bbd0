"""`strategy rules preview`: what a change will do before it is live."""

import secrets
from pathlib import Path

import click

from strategy.cli.plan import currency_of
from strategy.cli.words import money
from strategy.domain.instant import parse_instant
from strategy.plan_folder import load_inputs
from strategy.preview import preview
from strategy.preview_artefact import sign
from strategy.publish import publish
from strategy.report.preview_page import preview_page
from strategy.rule_files import read_rule_files
from strategy.signing import read_key


@click.command("preview")
@click.option("--old", type=click.Path(path_type=Path), multiple=True, required=True)
@click.option("--new", type=click.Path(path_type=Path), multiple=True, required=True)
@click.option("--portfolio", type=click.Path(path_type=Path), required=True)
@click.option("--capacity", type=click.Path(path_type=Path), required=True)
@click.option("--at", required=True, metavar="INSTANT", help="Any instant of the day to plan.")
@click.option("--out", type=click.Path(path_type=Path), required=True)
@click.option("--key", type=click.Path(path_type=Path), required=True, help="See `rules key`.")
@click.option("--seed", default=0, show_default=True)
def command(
    old: tuple[Path, ...],
    new: tuple[Path, ...],
    portfolio: Path,
    capacity: Path,
    at: str,
    out: Path,
    key: Path,
    seed: int,
) -> None:
    """Plan a day under the rules in --old and in --new; repeat both for several folders.

    Writes preview.html to read and preview.json, signed, which holds the new rules themselves.
    """
    secret = read_key(key)
    files = read_rule_files(new)
    after = publish(files)
    inputs = load_inputs(portfolio, capacity, old, parse_instant(at, "--at"))
    found = preview(
        inputs.book,
        inputs.capacity,
        inputs.rulebook,
        after,
        digests=inputs.digests,
        seed=seed,
        progress=lambda what: click.echo(what, err=True),
    )
    out.mkdir(parents=True, exist_ok=True)
    (out / "preview.json").write_bytes(sign(found, files, secret))
    currency = currency_of(inputs)
    (out / "preview.html").write_text(preview_page(found, currency), encoding="utf-8")
    gain, lose = (
        sum(getattr(s, word) for s in found.contact.segments) for word in ("gain", "lose")
    )
    value = money(found.new.value_cents - found.old.value_cents, currency)
    complaints = (found.new.complaints_micro - found.old.complaints_micro) / 1_000_000
    click.echo(
        f"{len(found.rules)} rules differ; {gain} accounts gain contact, {lose} lose it; "
        f"value {value}, complaints {complaints:+.3f} (simulated): {out / 'preview.html'}"
    )


@click.command("key")
@click.argument("file", type=click.Path(path_type=Path))
def key_command(file: Path) -> None:
    """Make a key that signs previews; a server with the same key publishes them. Keep it secret."""
    if file.exists():
        raise click.ClickException(f"`{file}` is there already; it is not overwritten")
    file.touch(mode=0o600)
    file.write_text(secrets.token_hex(32) + "\n", encoding="ascii")
    click.echo(f"wrote {file}")
