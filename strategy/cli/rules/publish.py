"""`strategy rules publish`, `rollback` and `changes`: the rules of a running server."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from strategy.api.v1 import rulebook_pb2 as pb
from strategy.api.v1.rulebook_pb2_grpc import RulebookServiceStub
from strategy.cli.connection import Connection, connected_to, connection_options
from strategy.errors import InputError
from strategy.signing import read_key, rollback_text, signature

_PART = 1024 * 1024
_SHORTEST_HASH = 8

_by = click.option(
    "--by",
    default="",
    metavar="NAME",
    help="Who does it; kept for good. With a token: its name, which is known without --by.",
)
_signed_by = click.option(
    "--by",
    required=True,
    metavar="NAME",
    help="Who does it; kept for good. With a token: its name.",
)


@click.command("publish")
@click.argument("preview", type=click.Path(path_type=Path))
@connection_options
@_by
def command(preview: Path, connection: Connection, by: str) -> None:
    """Put exactly the rules of PREVIEW (preview.json) in force.

    The server refuses where other rules came into force since the preview was made.
    """
    try:
        data = preview.read_bytes()
    except OSError as error:
        raise InputError(f"`{preview}`", f"cannot be read: {error.strerror}") from error
    with _server(connection) as stub:
        before = stub.GetRulebook(pb.GetRulebookRequest()).hash
        change = stub.PublishRulebook(_parts(by, data))
    click.echo(
        f"rulebook {change.hash[:12]} is in force at {connection.address}; before it {before[:12]}"
    )


@click.command("rollback")
@click.argument("rulebook", required=False)
@connection_options
@_signed_by
@click.option("--key", type=click.Path(path_type=Path), required=True, help="See `rules key`.")
def rollback_command(rulebook: str | None, connection: Connection, by: str, key: Path) -> None:
    """Put an earlier rulebook back in force.

    RULEBOOK is its hash or the beginning of it; without it, the one before the present one.
    """
    secret = read_key(key)
    with _server(connection) as stub:
        before = stub.GetRulebook(pb.GetRulebookRequest()).hash
        changes = stub.ListRulebookChanges(pb.ListRulebookChangesRequest()).changes
        earlier = [change.hash for change in changes if change.hash != before]
        target = _one(rulebook, set(earlier)) if rulebook else _latest(earlier)
        change = stub.RollbackRulebook(
            pb.RollbackRulebookRequest(
                from_hash=before,
                to_hash=target,
                by=by,
                signature=signature(rollback_text(before, target, by), secret),
            )
        )
    click.echo(
        f"rulebook {change.hash[:12]} is in force at {connection.address}; before it {before[:12]}"
    )


@click.command("changes")
@connection_options
def changes_command(connection: Connection) -> None:
    """List the rulebooks that came into force at a server, the newest first."""
    with _server(connection) as stub:
        changes = stub.ListRulebookChanges(pb.ListRulebookChangesRequest()).changes
        refusal = stub.GetRulebook(pb.GetRulebookRequest()).last_refusal
    for change in changes:
        at = f"{change.at.ToDatetime():%Y-%m-%d %H:%M:%S} UTC"
        click.echo(f"{change.hash[:12]}  {at}  {change.how:<12} {change.by}".rstrip())
    if refusal:
        click.echo(f"the latest change was refused: {refusal}")


@contextmanager
def _server(connection: Connection) -> Iterator[RulebookServiceStub]:
    with connected_to(connection) as channel:
        yield RulebookServiceStub(channel)


def _parts(by: str, data: bytes) -> Iterator[pb.PublishRulebookRequest]:
    yield pb.PublishRulebookRequest(by=by)
    for start in range(0, len(data), _PART):
        yield pb.PublishRulebookRequest(preview=data[start : start + _PART])


def _latest(earlier: list[str]) -> str:
    if not earlier:
        raise InputError("rulebook", "no other rulebook was ever in force at this server")
    return earlier[0]


def _one(begins: str, hashes: set[str]) -> str:
    found = [one for one in hashes if one.startswith(begins)]
    if len(begins) < _SHORTEST_HASH or len(found) != 1:
        what = f"`{begins}` names {len(found)} earlier rulebooks; give {_SHORTEST_HASH} letters or"
        raise InputError("rulebook", f"{what} more, as `strategy rules changes` shows them")
    return found[0]
