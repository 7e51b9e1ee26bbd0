"""Brings a portfolio into a running server, as a lender's own systems would: over gRPC."""

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import click
import grpc
from rich.console import Console

from strategy.api.v1 import portfolio_pb2 as pb
from strategy.api.v1 import types_pb2
from strategy.api.v1.portfolio_pb2_grpc import PortfolioServiceStub
from strategy.cli.connection import Connection, connected_to, connection_options
from strategy.domain.account import Account
from strategy.domain.attempt import Attempt
from strategy.domain.book import Book
from strategy.domain.channel import Channel
from strategy.domain.event import Event
from strategy.errors import StrategyError
from strategy.portfolio.folder import load
from strategy.service.portfolio_messages import account_message, party_message
from strategy.service.words import channel_number, outcome_number, stamp

Progress = Callable[[str, float], None]
_TOGETHER = 500


@click.command("upload")
@click.argument("folder", type=click.Path(path_type=Path))
@connection_options
def command(folder: Path, connection: Connection) -> None:
    """Bring the portfolio in FOLDER into a running server: people, debts, history, events."""
    book = load(folder)
    with connected_to(connection) as channel, Console(stderr=True).status("") as status:
        upload(channel, book, lambda phase, share: status.update(f"{phase} {share:.0%}"))
    click.echo(f"{len(book.accounts):,} accounts of {len(book.parties):,} people are in the ledger")


def upload(channel: grpc.Channel, book: Book, progress: Progress) -> None:
    """Parties and accounts, then past attempts, then events. Raises where any is rejected."""
    stub = PortfolioServiceStub(channel)
    _accepted(stub.ImportAccounts(_people(book, progress)), "accounts")
    _accepted(stub.ImportAttempts(_attempts(book, progress)), "attempts")
    events = [event for history in book.histories.values() for event in history.events]
    for number, event in enumerate(events):
        if number % 200 == 0:
            progress("recording events", number / len(events))
        stub.RecordEvent(pb.RecordEventRequest(event=event_message(event)))


def event_message(event: Event) -> pb.Event:
    unspecified = types_pb2.CHANNEL_UNSPECIFIED
    return pb.Event(
        event_id=event.id,
        party_id=event.party_id,
        kind=event.kind,
        at=stamp(event.at),
        account_id=event.account_id or "",
        channel=channel_number(Channel(event.channel)) if event.channel else unspecified,
        contact_point_id=event.contact_point_id or "",
        due=event.due.isoformat() if event.due else "",
        amount_cents=event.amount_cents or 0,
    )


def _people(book: Book, progress: Progress) -> Iterator[pb.ImportAccountsRequest]:
    accounts: dict[str, list[Account]] = {}
    for account in book.accounts.values():
        accounts.setdefault(account.party_id, []).append(account)
    for number, party in enumerate(book.parties.values()):
        if number % _TOGETHER == 0:
            progress("importing accounts", number / len(book.parties))
        yield pb.ImportAccountsRequest(
            party=party_message(party),
            accounts=[account_message(a) for a in accounts.get(party.id, ())],
        )


def _attempts(book: Book, progress: Progress) -> Iterator[pb.ImportAttemptsRequest]:
    made = iter([a for history in book.histories.values() for a in history.attempts])
    total, sent = sum(len(h.attempts) for h in book.histories.values()), 0
    while batch := list(islice(made, _TOGETHER)):
        yield pb.ImportAttemptsRequest(attempts=[_attempt_message(a) for a in batch])
        sent += len(batch)
        progress("importing past attempts", sent / total)


def _attempt_message(attempt: Attempt) -> pb.PastAttempt:
    return pb.PastAttempt(
        attempt_id=attempt.id,
        party_id=attempt.party_id,
        account_id=attempt.account_id,
        contact_point_id=attempt.contact_point_id,
        channel=channel_number(attempt.channel),
        at=stamp(attempt.at),
        outcome=outcome_number(attempt.outcome),
        purpose=attempt.purpose,
        agency=attempt.agency,
    )


def _accepted(response: pb.ImportResponse, what: str) -> None:
    if response.rejected:
        first = response.faults[0]
        raise StrategyError(
            f"the server rejected {response.rejected} {what}; the first, number {first.index}: "
            f"{first.field}: {first.message}"
        )
