"""The eight tables of a portfolio folder: column types, what may be empty, and known words."""

from enum import StrEnum

import polars as pl

from strategy.domain.account import Product
from strategy.domain.attempt import Purpose
from strategy.domain.channel import Channel
from strategy.domain.contact_point import ContactKind, Owner
from strategy.domain.event import EventKind
from strategy.domain.outcome import Outcome

INSTANT = pl.Datetime("us", "UTC")
TEXT, CENTS, TEXTS = pl.String(), pl.Int64(), pl.List(pl.String())

SCHEMAS: dict[str, dict[str, pl.DataType]] = {
    "parties": {
        "id": TEXT,
        "jurisdiction": TEXT,
        "zones": TEXTS,
        "language": TEXT,
        "history_from": INSTANT,
    },
    "contact_points": {
        "id": TEXT,
        "party_id": TEXT,
        "kind": TEXT,
        "owner": TEXT,
        "address": TEXT,
        "valid": pl.Boolean(),
    },
    "consents": {
        "party_id": TEXT,
        "channel": TEXT,
        "granted_at": INSTANT,
        "until": INSTANT,
        "any_hour": pl.Boolean(),
    },
    "wishes": {
        "party_id": TEXT,
        "channels": TEXTS,
        "windows": TEXTS,
        "kinds": TEXTS,
        "until": INSTANT,
    },
    "accounts": {
        "id": TEXT,
        "party_id": TEXT,
        "product": TEXT,
        "balance_cents": CENTS,
        "overdue_cents": CENTS,
        "due_date": pl.Date(),
        "liable": TEXTS,
    },
    "attributes": {
        "account_id": TEXT,
        "name": TEXT,
        "whole": pl.Int64(),
        "flag": pl.Boolean(),
        "word": TEXT,
    },
    "attempts": {
        "id": TEXT,
        "party_id": TEXT,
        "account_id": TEXT,
        "contact_point_id": TEXT,
        "channel": TEXT,
        "at": INSTANT,
        "outcome": TEXT,
        "purpose": TEXT,
        "agency": TEXT,
    },
    "events": {
        "id": TEXT,
        "party_id": TEXT,
        "kind": TEXT,
        "at": INSTANT,
        "account_id": TEXT,
        "channel": TEXT,
        "contact_point_id": TEXT,
        "due": pl.Date(),
        "amount_cents": CENTS,
    },
}
"""Table name to columns and types, in file order. Instants are UTC, money is in cents, windows of
local time are written `21:00-08:30`. An attribute has one of `whole`, `flag` and `word`."""

ATTRIBUTE_VALUES = ("whole", "flag", "word")

MAY_BE_EMPTY = {
    ("parties", "history_from"),
    ("consents", "until"),
    ("wishes", "until"),
    *(("attributes", column) for column in ATTRIBUTE_VALUES),
    *(
        ("events", column)
        for column in ("account_id", "channel", "contact_point_id", "due", "amount_cents")
    ),
}

WORDS: dict[tuple[str, str], type[StrEnum]] = {
    ("contact_points", "kind"): ContactKind,
    ("contact_points", "owner"): Owner,
    ("consents", "channel"): Channel,
    ("accounts", "product"): Product,
    ("attempts", "channel"): Channel,
    ("attempts", "outcome"): Outcome,
    ("attempts", "purpose"): Purpose,
    ("events", "kind"): EventKind,
    ("events", "channel"): Channel,
}

WORD_LISTS: dict[tuple[str, str], type[StrEnum]] = {
    ("wishes", "channels"): Channel,
    ("wishes", "kinds"): ContactKind,
}

UNIQUE = ("parties", "contact_points", "accounts", "attempts", "events")

REFERENCES: tuple[tuple[str, str, str], ...] = (
    ("attempts", "account_id", "accounts"),
    ("attempts", "contact_point_id", "contact_points"),
    ("events", "account_id", "accounts"),
    ("events", "contact_point_id", "contact_points"),
)
"""(table, column, table it points into): the row pointed at must be of the same party."""

Frames = dict[str, pl.DataFrame]
