"""A book as six tables, and back. The tables have been checked before they become a book."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

import polars as pl

from strategy.domain.account import Account, Product
from strategy.domain.attempt import Attempt
from strategy.domain.book import Book
from strategy.domain.channel import Channel
from strategy.domain.contact_point import ContactKind, ContactPoint, Owner
from strategy.domain.event import Event, EventKind
from strategy.domain.history import History
from strategy.domain.instant import from_micros, to_micros
from strategy.domain.outcome import Outcome
from strategy.domain.party import Consent, Party
from strategy.portfolio.tables import INSTANT, SCHEMAS, Frames


def to_frames(book: Book) -> Frames:
    """The six tables, rows in the book's own order; instants become UTC microseconds."""
    parties = list(book.parties.values())
    histories = list(book.histories.values())
    return {
        "parties": _frame("parties", parties),
        "contact_points": _frame("contact_points", (c for p in parties for c in p.contact_points)),
        "consents": _consents(parties),
        "accounts": _frame("accounts", book.accounts.values()),
        "attempts": _frame("attempts", (a for h in histories for a in h.attempts)),
        "events": _frame("events", (e for h in histories for e in h.events)),
    }


def _frame(table: str, things: Iterable[Any]) -> pl.DataFrame:
    read = attrgetter(*SCHEMAS[table])
    rows = [read(thing) for thing in things]
    columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * len(SCHEMAS[table])
    return _typed(table, columns)


def _consents(parties: Sequence[Party]) -> pl.DataFrame:
    pairs = [(p.id, c) for p in parties for c in p.consents]
    return _typed(
        "consents",
        [
            [party_id for party_id, _ in pairs],
            [c.channel for _, c in pairs],
            [c.granted_at for _, c in pairs],
            [c.until for _, c in pairs],
        ],
    )


def _typed(table: str, columns: Sequence[Sequence[Any]]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            _series(name, dtype, values)
            for (name, dtype), values in zip(SCHEMAS[table].items(), columns, strict=True)
        ]
    )


def _series(name: str, dtype: pl.DataType, values: Sequence[Any]) -> pl.Series:
    if dtype == INSTANT:
        micros = [None if v is None else to_micros(v) for v in values]
        return pl.Series(name, micros, pl.Int64).cast(INSTANT)
    if dtype == pl.String:  # enumerated words are stored as plain text
        return pl.Series(name, [None if v is None else str(v) for v in values], dtype)
    return pl.Series(name, [list(v) if isinstance(v, tuple) else v for v in values], dtype)


def from_frames(frames: Frames, as_of: datetime, zone: str, currency: str) -> Book:
    """The book of tables that `checks.faults` found good."""
    points: dict[str, list[ContactPoint]] = defaultdict(list)
    for i, party, kind, owner, address, valid in _rows(frames["contact_points"]):
        points[party].append(ContactPoint(i, party, _KIND[kind], _OWNER[owner], address, valid))
    consents: dict[str, list[Consent]] = defaultdict(list)
    for party, channel, granted, until in _rows(frames["consents"]):
        consents[party].append(Consent(_CHANNEL[channel], from_micros(granted), _instant(until)))
    attempts: dict[str, list[Attempt]] = defaultdict(list)
    for i, party, account, point, channel, at, outcome in _rows(_by_time(frames["attempts"])):
        attempts[party].append(
            Attempt(i, party, account, point, _CHANNEL[channel], from_micros(at), _OUTCOME[outcome])
        )
    events: dict[str, list[Event]] = defaultdict(list)
    for i, party, kind, at, *rest in _rows(_by_time(frames["events"])):
        events[party].append(Event(i, party, _EVENT[kind], from_micros(at), *rest))
    parties = {
        i: Party(i, law, tuple(zones), language, tuple(points[i]), tuple(consents[i]), _instant(h))
        for i, law, zones, language, h in _rows(frames["parties"])
    }
    accounts = {
        i: Account(i, party, _PRODUCT[product], currency, balance, overdue, due)
        for i, party, product, balance, overdue, due in _rows(frames["accounts"])
    }
    histories = {
        i: History(tuple(attempts[i]), tuple(events[i]))
        for i in parties
        if i in attempts or i in events
    }
    return Book(as_of, zone, parties, accounts, histories)


_KIND = {str(k): k for k in ContactKind}
_OWNER = {str(k): k for k in Owner}
_CHANNEL = {str(k): k for k in Channel}
_OUTCOME = {str(k): k for k in Outcome}
_EVENT = {str(k): k for k in EventKind}
_PRODUCT = {str(k): k for k in Product}


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)


def _rows(frame: pl.DataFrame) -> Iterable[tuple[Any, ...]]:
    """Rows with instants as integers: far faster than building zoned datetimes one by one."""
    instants = [name for name, dtype in frame.schema.items() if dtype == INSTANT]
    plain = frame.with_columns(pl.col(instants).cast(pl.Int64)) if instants else frame
    return zip(*(plain[name].to_list() for name in plain.columns), strict=True)


def _by_time(frame: pl.DataFrame) -> pl.DataFrame:
    """Oldest first; rows of one instant keep their order in the file."""
    return frame.sort("at", maintain_order=True)
