"""`strategy tokens`: who may call a server."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from strategy.errors import InputError, StrategyError
from strategy.token_file import Role, Token, entry, hashed, new_token, parse_tokens, read_tokens


@click.group("tokens")
def command() -> None:
    """Make tokens for those who call a server, and list them."""


@command.command("new")
@click.option("--name", required=True, help="Who calls; stands in logs and beside rule changes.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([role.value for role in Role]),
    help="May repeat.",
)
@click.option(
    "--file",
    type=click.Path(path_type=Path),
    required=True,
    help="The server's --tokens; added to.",
)
@click.option("--agency", default="", help="Bound to this agency: only requests in its name.")
@click.option("--days", default=365, show_default=True, type=click.IntRange(1, 3650))
@click.option("--rate", type=click.IntRange(1, 10**6), help="Calls a second.")
def new_command(
    name: str, roles: tuple[str, ...], file: Path, agency: str, days: int, rate: int | None
) -> None:
    """Add a token to FILE, which keeps only its hash, and print the token: once, here."""
    before = _text(file)
    secret, now = new_token(), datetime.now(UTC).replace(microsecond=0)
    token = Token(
        name,
        frozenset(map(Role, roles)),
        hashed(secret),
        now,
        now + timedelta(days=days),
        agency,
        rate,
    )
    text = before + ("" if not before or before.endswith("\n") else "\n") + entry(token)
    parse_tokens(text, str(file))
    _replace(file, text)
    click.echo(secret)
    click.echo(f"added to {file}; it is good for {days} days; send the server SIGHUP", err=True)


@command.command("list")
@click.option("--file", type=click.Path(path_type=Path), required=True, help="A tokens file.")
def list_command(file: Path) -> None:
    """Show names, roles and when they end; a token itself is nowhere."""
    for token in read_tokens(file):
        ends = f"until {token.end:%Y-%m-%d %H:%M} UTC" if token.end else "without end"
        agency = f"agency {token.agency}" if token.agency else ""
        roles = ", ".join(sorted(token.roles))
        click.echo(f"{token.name:<24} {roles:<32} {ends} {agency}".rstrip())


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8") if file.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"`{file}`", f"cannot be read: {error}") from error


def _replace(file: Path, text: str) -> None:
    """In one step, so that a server that reads it now reads all of it."""
    beside = file.with_name(file.name + ".new")
    try:
        beside.touch(mode=0o600)
        beside.write_text(text, encoding="utf-8")
        if file.exists():
            beside.chmod(file.stat().st_mode & 0o777)
        beside.replace(file)
    except OSError as error:
        raise StrategyError(f"cannot write `{file}`: {error.strerror}") from error
