"""A book as tables, and back. The tables have been checked before they become a book."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

import polars as pl

from strategy.domain.account import Account, Product
from strategy.domain.attempt import Attempt, Purpose
from strategy.domain.book import Book
from strategy.domain.channel import Channel
from strategy.domain.contact_point import ContactKind, ContactPoint, Owner
from strategy.domain.event import Event, EventKind
from strategy.domain.history import History
from strategy.domain.instant import from_micros, to_micros
from strategy.domain.outcome import Outcome
from strategy.domain.party import Consent, Party, Wish
from strategy.portfolio.tables import INSTANT, SCHEMAS, TEXTS, Frames
from strategy.portfolio.values import hours


def to_frames(book: Book) -> Frames:
    """The tables, rows in the book's own order; instants become UTC microseconds."""
    parties = list(book.parties.values())
    histories = list(book.histories.values())
    return {
        "parties": _frame("parties", parties),
        "contact_points": _frame("contact_points", (c for p in parties for c in p.contact_points)),
        "consents": _of_parties("consents", [(p.id, c) for p in parties for c in p.consents]),
        "wishes": _of_parties("wishes", [(p.id, w) for p in parties for w in p.wishes]),
        "accounts": _frame("accounts", book.accounts.values()),
        "attributes": _attributes(book.accounts.values()),
        "attempts": _frame("attempts", (a for h in histories for a in h.attempts)),
        "events": _frame("events", (e for h in histories for e in h.events)),
    }


def _frame(table: str, things: Iterable[Any]) -> pl.DataFrame:
    read = attrgetter(*SCHEMAS[table])
    rows = [read(thing) for thing in things]
    columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * len(SCHEMAS[table])
    return _typed(table, columns)


def _of_parties(table: str, pairs: Sequence[tuple[str, Any]]) -> pl.DataFrame:
    """Things that do not know whose they are, each with the id of its party."""
    _, *names = SCHEMAS[table]
    columns = [[getattr(thing, name) for _, thing in pairs] for name in names]
    return _typed(table, [[party_id for party_id, _ in pairs], *columns])


def _attributes(accounts: Iterable[Account]) -> pl.DataFrame:
    rows = [
        (
            account.id,
            name,
            value if type(value) is int else None,
            value if type(value) is bool else None,
            value if type(value) is str else None,
        )
        for account in accounts
        for name, value in sorted(account.attributes.items())
    ]
    return _typed("attributes", list(zip(*rows, strict=True)) or [()] * 5)


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
    if dtype == TEXTS:  # sets have no order of their own
        lists = [map(str, sorted(v) if isinstance(v, frozenset) else v) for v in values]
        return pl.Series(name, [list(one) for one in lists], dtype)
    return pl.Series(name, values, dtype)


def from_frames(frames: Frames, as_of: datetime, zone: str, currency: str) -> Book:
    """The book of tables that `checks.faults` found good. Takes them out of `frames`, so that a big
    book is not there twice.

    Equal ids, words, days and consents are one object each: of a million accounts they are many.
    """
    same = _Same()
    points: dict[str, list[ContactPoint]] = defaultdict(list)
    for i, party, kind, owner, address, valid in _rows(frames, "contact_points"):
        whose = same[party]
        point = ContactPoint(same[i], whose, _KIND[kind], _OWNER[owner], address, valid)
        points[whose].append(point)
    consents: dict[str, list[Consent]] = defaultdict(list)
    given: dict[tuple[object, ...], Consent] = {}
    for party, channel, granted, until, any_hour in _rows(frames, "consents"):
        consent = given.get((channel, granted, until, any_hour))
        if consent is None:
            consent = Consent(_CHANNEL[channel], from_micros(granted), _instant(until), any_hour)
            given[channel, granted, until, any_hour] = consent
        consents[same[party]].append(consent)
    wishes: dict[str, list[Wish]] = defaultdict(list)
    for party, channels, windows, kinds, until in _rows(frames, "wishes"):
        wishes[party].append(
            Wish(
                frozenset(_CHANNEL[c] for c in channels),
                tuple(map(hours, windows)),
                frozenset(_KIND[k] for k in kinds),
                _instant(until),
            )
        )
    attributes: dict[str, dict[str, int | bool | str]] = defaultdict(dict)
    for account, name, *values in _rows(frames, "attributes"):
        attributes[account][name] = next(v for v in values if v is not None)
    attempts: dict[str, list[Attempt]] = defaultdict(list)
    for i, party, account, point, channel, at, *rest in _rows(frames, "attempts"):
        outcome, purpose, agency = rest
        whose = same[party]
        attempts[whose].append(
            Attempt(
                i,
                whose,
                same[account],
                same[point],
                _CHANNEL[channel],
                from_micros(at),
                _OUTCOME[outcome],
                _PURPOSE[purpose],
                same[agency],
            )
        )
    events: dict[str, list[Event]] = defaultdict(list)
    for i, party, kind, at, *rest in _rows(frames, "events"):
        whose = same[party]
        events[whose].append(Event(i, whose, _EVENT[kind], from_micros(at), *rest))
    parties = {
        same[i]: Party(
            same[i],
            same[law],
            same[tuple(zones)],
            same[language],
            tuple(points.pop(i, ())),
            tuple(consents.pop(i, ())),
            _instant(since),
            tuple(wishes.pop(i, ())),
        )
        for i, law, zones, language, since in _rows(frames, "parties")
    }
    accounts = {
        same[i]: Account(
            same[i],
            same[party],
            _PRODUCT[product],
            currency,
            balance,
            overdue,
            same[due],
            attributes.get(i, {}),
            tuple(liable),
        )
        for i, party, product, balance, overdue, due, liable in _rows(frames, "accounts")
    }
    histories = {
        i: History(tuple(attempts.pop(i, ())), tuple(events.pop(i, ())))
        for i in parties
        if i in attempts or i in events
    }
    return Book(as_of, zone, parties, accounts, histories)


class _Same(dict[Any, Any]):
    """Of equal values the first."""

    def __missing__(self, value: Any) -> Any:
        self[value] = value
        return value


_SLICE = 50_000
"""Rows that are lists at a time."""

_KIND = {str(k): k for k in ContactKind}
_OWNER = {str(k): k for k in Owner}
_CHANNEL = {str(k): k for k in Channel}
_OUTCOME = {str(k): k for k in Outcome}
_EVENT = {str(k): k for k in EventKind}
_PRODUCT = {str(k): k for k in Product}
_PURPOSE = {str(k): k for k in Purpose}


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)


def _rows(frames: Frames, table: str) -> Iterator[tuple[Any, ...]]:
    """Rows in the order of the schema, with instants as integers: far faster than building zoned
    datetimes one by one. A slice at a time: a big table as lists is larger than its book.

    Attempts and events come oldest first; those of one instant keep their order in the file."""
    plain = frames.pop(table)
    if table in ("attempts", "events"):
        plain = plain.sort("at", maintain_order=True)
    plain = plain.with_columns(pl.selectors.datetime().cast(pl.Int64))
    for part in plain.iter_slices(_SLICE):
        yield from zip(*(part[name].to_list() for name in SCHEMAS[table]), strict=True)
