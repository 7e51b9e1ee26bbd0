"""Reads the party, the account and the past of a test."""

import re
from datetime import UTC, datetime, timedelta

from strategy.domain.account import Account, Product
from strategy.domain.attempt import Attempt, Purpose
from strategy.domain.channel import Channel
from strategy.domain.contact_point import ContactKind, ContactPoint, Owner
from strategy.domain.event import Event, EventKind
from strategy.domain.history import History
from strategy.domain.instant import parse_instant
from strategy.domain.local_time import is_aware, zone
from strategy.domain.outcome import Outcome
from strategy.domain.party import Consent, Party, Wish
from strategy.rules.reader import Entries, Reader
from strategy.rules.source import Item

ACCOUNT, PARTY, POINT = "A1", "P1", "asked"
_OTHER = "P2"
_LONG_AGO = "2000-01-01T00:00:00Z"
_WALL = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?) ([A-Za-z_]+(?:/[A-Za-z_]+)+)")
_MONEY = re.compile(r"([0-9]{1,12})\.([0-9]{2}) ([A-Z]{3})")
_ACCOUNT_KEYS = ("product", "balance", "overdue", "due_date")
_PARTY_KEYS = ("jurisdiction", "zones", "language", "history_from", "points", "consents", "wishes")


def read_instant(reader: Reader, item: Item) -> datetime:
    """`2026-11-24 22:00 Asia/Shanghai` on the wall there, or an instant with `Z`; as UTC."""
    stand_in = parse_instant(_LONG_AGO, "")
    text = reader.text(item, "instant")
    if not text:
        return stand_in
    found = _WALL.fullmatch(text)
    try:
        wall = datetime.fromisoformat(found[1] if found else text)
    except ValueError:
        reader.add(item, "bad-date.instant", text=text)
        return stand_in
    if found:
        try:
            return wall.replace(tzinfo=zone(found[2])).astimezone(UTC)
        except ValueError:
            reader.add(item, "bad-date.zone", zone=found[2])
    elif is_aware(wall):
        return wall.astimezone(UTC)
    else:
        reader.add(item, "bad-date.no-zone", text=text)
    return stand_in


def read_account(reader: Reader, item: Item, account_id: str = ACCOUNT) -> Account:
    """An account with the values given, and unremarkable ones for the others."""
    e = reader.entries(item, "an account", (), _ACCOUNT_KEYS)
    balance, currency = _money(reader, e, "balance", 1_000_000)
    overdue, _ = _money(reader, e, "overdue", 200_000)
    due = reader.day(e["due_date"], "day") if "due_date" in e else None
    return Account(
        account_id,
        PARTY,
        reader.word(e["product"], "product", Product) if "product" in e else Product.CONSUMER_LOAN,
        currency,
        balance,
        overdue,
        due or parse_instant("2026-01-01T00:00:00Z", "").date(),
    )


def read_party(reader: Reader, item: Item, asked: ContactPoint) -> Party:
    """A person with the contact point that is asked about, and the others given."""
    e = reader.entries(item, "a party", (), _PARTY_KEYS)
    zones = _list(reader, e, "zones")
    points = [_point(reader, one) for one in _list(reader, e, "points")]
    if all(point.id != asked.id for point in points):
        points.insert(0, asked)
    since = read_instant(reader, e["history_from"]) if "history_from" in e else None
    return Party(
        PARTY,
        reader.text(e["jurisdiction"], "jurisdiction") if "jurisdiction" in e else "CN",
        tuple(reader.text(one, "time zone") for one in zones)
        if "zones" in e
        else ("Asia/Shanghai",),
        reader.text(e["language"], "language") if "language" in e else "zh",
        tuple(points),
        tuple(_consent(reader, one) for one in _list(reader, e, "consents")),
        since or parse_instant(_LONG_AGO, ""),
        tuple(_wish(reader, one) for one in _list(reader, e, "wishes")),
    )


def read_history(reader: Reader, e: Entries) -> History:
    """The past of the person asked about, from the entries of a case. `others` is what concerns
    somebody else who owes the account."""
    own = History(_made(reader, e, PARTY), _said(reader, e, PARTY))
    if "others" not in e:
        return own
    o = reader.entries(e["others"], "`others`", (), ("attempts", "events", "history_from"))
    since = read_instant(reader, o["history_from"]) if "history_from" in o else None
    person = Party(_OTHER, "", (), "", (), history_from=since or parse_instant(_LONG_AGO, ""))
    about = [one for one in _made(reader, o, _OTHER) if one.account_id == ACCOUNT]
    return own.beside(ACCOUNT, [person], about, _said(reader, o, _OTHER))


def _made(reader: Reader, e: Entries, party_id: str) -> tuple[Attempt, ...]:
    """Attempts, oldest first; `times` and `every_minutes` stand for several alike."""
    items = _list(reader, e, "attempts")
    made = [a for item in items for a in _attempts(reader, item, len(items), party_id)]
    return tuple(sorted(made, key=lambda attempt: attempt.at))


def _said(reader: Reader, e: Entries, party_id: str) -> tuple[Event, ...]:
    items = enumerate(_list(reader, e, "events"))
    said = [_event(reader, item, f"{party_id}-e{n}", party_id) for n, item in items]
    return tuple(sorted(said, key=lambda one: one.at))


def _event(reader: Reader, item: Item, event_id: str, party_id: str) -> Event:
    optional = ("account", "channel", "point", "due")
    e = reader.entries(item, "an event", ("kind", "at"), optional)
    return Event(
        event_id,
        party_id,
        reader.word(e["kind"], "event", EventKind),
        read_instant(reader, e["at"]),
        reader.text(e["account"], "account") if "account" in e else None,
        reader.word(e["channel"], "channel", Channel).value if "channel" in e else None,
        reader.text(e["point"], "point") if "point" in e else None,
        reader.day(e["due"], "day") if "due" in e else None,
    )


def _attempts(reader: Reader, item: Item, number: int, party_id: str) -> list[Attempt]:
    optional = ("outcome", "account", "point", "purpose", "agency", "times", "every_minutes")
    e = reader.entries(item, "an attempt", ("channel", "at"), optional)
    at, channel = read_instant(reader, e["at"]), reader.word(e["channel"], "channel", Channel)
    times = reader.whole(e["times"], "`times`", 1, 1_000) if "times" in e else 1
    apart = reader.whole(e["every_minutes"], "`every_minutes`", 1, 50_000) if times > 1 else 0
    outcome = reader.word(e["outcome"], "outcome", Outcome) if "outcome" in e else Outcome.NO_ANSWER
    return [
        Attempt(
            f"t{item.line}-{number}-{n}",
            party_id,
            reader.text(e["account"], "account") if "account" in e else ACCOUNT,
            reader.text(e["point"], "point") if "point" in e else POINT,
            channel,
            at + timedelta(minutes=n * apart),
            outcome,
            reader.word(e["purpose"], "purpose", Purpose) if "purpose" in e else Purpose.COLLECTION,
            reader.text(e["agency"], "agency") if "agency" in e else "",
        )
        for n in range(times)
    ]


def _money(reader: Reader, e: Entries, key: str, otherwise: int) -> tuple[int, str]:
    if key not in e:
        return otherwise, "CNY"
    text = reader.text(e[key], f"`{key}`", _MONEY.pattern, "500.00 CNY")
    found = _MONEY.fullmatch(text)
    return (int(found[1]) * 100 + int(found[2]), found[3]) if found else (otherwise, "CNY")


def _point(reader: Reader, item: Item) -> ContactPoint:
    e = reader.entries(item, "a contact point", ("id",), ("kind", "owner", "valid"))
    return ContactPoint(
        reader.text(e["id"], "point"),
        PARTY,
        reader.word(e["kind"], "kind", ContactKind) if "kind" in e else ContactKind.MOBILE,
        reader.word(e["owner"], "owner", Owner) if "owner" in e else Owner.DEBTOR,
        "-",
        reader.flag(e["valid"], "`valid`") if "valid" in e else True,
    )


def _consent(reader: Reader, item: Item) -> Consent:
    e = reader.entries(item, "a consent", ("channel", "granted"), ("until", "any_hour"))
    return Consent(
        reader.word(e["channel"], "channel", Channel),
        read_instant(reader, e["granted"]),
        read_instant(reader, e["until"]) if "until" in e else None,
        reader.flag(e["any_hour"], "`any_hour`") if "any_hour" in e else False,
    )


def _wish(reader: Reader, item: Item) -> Wish:
    e = reader.entries(item, "a wish", (), ("channels", "windows", "kinds", "until"))
    return Wish(
        reader.channels(e["channels"]) if "channels" in e else frozenset(),
        tuple(reader.window(one) for one in _list(reader, e, "windows")),
        reader.words(e["kinds"], "kind", ContactKind) if "kinds" in e else frozenset(),
        read_instant(reader, e["until"]) if "until" in e else None,
    )


def _list(reader: Reader, e: Entries, key: str) -> tuple[Item, ...]:
    return reader.items(e[key], f"`{key}`") if key in e else ()
