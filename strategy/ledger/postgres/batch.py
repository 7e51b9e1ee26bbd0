"""One batch of work in one transaction: one call, then one message with all that it wrote."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from itertools import chain
from typing import Any

from strategy.errors import LedgerUnavailable
from strategy.ledger.ledger import Keys
from strategy.ledger.postgres.connection import Connection
from strategy.ledger.postgres.functions import OPEN, SEAL
from strategy.ledger.postgres.workspace import Changes, Row
from strategy.ledger.pseudonyms import pseudonym_of
from strategy.ledger.requests import KEPT

MOST_APART_S = 5.0
"""A machine whose clock differs from the database's by more decides nothing (policy)."""

_MICROS = 1_000_000
_KEPT = KEPT // timedelta(microseconds=1)

_TYPES = {
    "party": ("text", "bytea"),
    "account": ("text", "text", "bytea"),
    "attempt": (*("text",) * 7, *("bigint",) * 3, *("text",) * 3),
    "event": ("text", "text", "bigint", "bytea"),
    "request": ("text", "text", "text", "bigint"),
    "fired": ("bytea", "bytea"),
}
_KINDS = ("accounts", "parties", "attempts", "events", "requests")
"""Of keys, in the order in which `open_batch` takes them."""

_REPLACED = {
    "party": ("body",),
    "account": ("party_id", "body"),
    "attempt": (
        *("party_id", "account_id", "contact_point_id", "channel", "script", "state"),
        *("granted_at", "expires_at", "at", "outcome", "purpose", "agency"),
    ),
}
"""Tables whose rows may change; the same id twice in another is an error that starts anew."""

_FORGET = (
    "DELETE FROM request WHERE id IN (SELECT id FROM request WHERE at < %s ORDER BY at"
    " LIMIT %s FOR UPDATE SKIP LOCKED)"
)


def opened(
    db: Connection, keys: Iterable[Keys], salt: bytes, clock: Callable[[], float]
) -> list[Row]:
    """Begin, lock everything these keys reach, and read it. `salt` is that of pseudonyms.

    Raises `LedgerUnavailable` where this machine's clock (seconds since 1970 UTC) and the
    database's differ too much.
    """
    all_keys = list(keys)
    imported = [k for k in all_keys if k.imported]
    reached = {name: _all(all_keys, name) for name in _KINDS}
    reached["attempts"] |= {pseudonym_of(id_, salt) for id_ in _all(imported, "attempts")}
    pseudonyms = {
        pseudonym_of(id_, salt) for id_ in _all(imported, "accounts") | _all(imported, "parties")
    }
    before = clock()
    rows = db.execute(OPEN, [*map(list, reached.values()), list(pseudonyms)]).fetchall()
    after = clock()
    theirs = next(row[11] for row in rows if row[0] == "clock") / _MICROS
    if not before - MOST_APART_S <= theirs <= after + MOST_APART_S:
        raise LedgerUnavailable(
            f"this machine's clock is {after - theirs:+.1f} s off the database's; set both by NTP"
        )
    return rows


def commit(db: Connection, changes: Changes) -> None:
    """Write and commit, in one message. Returns when it is durable."""
    with db.pipeline():
        for table, ids in changes.removed.items():
            if ids:
                db.execute(f"DELETE FROM {table} WHERE id = ANY(%s)".encode(), (ids,))
        for table, rows in changes.rows.items():
            if rows:
                db.execute(_INSERT[table], _by_column(rows))
        if requests := changes.rows["request"]:
            oldest = max(row[3] for row in requests) - _KEPT
            db.execute(_FORGET, (oldest, 4 * len(requests)))
        if (last := changes.last_instant) is not None:
            db.execute("UPDATE last_instant SET at = %s WHERE at < %s", (last, last))
        if changes.entries:
            others = _by_column(changes.others) or [[], []]
            db.execute(SEAL, [*_by_column(changes.entries), *others])
        db.commit()


def _all(keys: Iterable[Keys], kind: str) -> set[str]:
    return {*chain.from_iterable(getattr(k, kind) for k in keys)}


def _by_column(rows: Sequence[Row]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _insert(table: str) -> bytes:
    places = ", ".join(f"%{'b' if t == 'bytea' else 's'}::{t}[]" for t in _TYPES[table])
    sql = f"INSERT INTO {table} SELECT * FROM unnest({places})"
    if table in _REPLACED:
        changed = ", ".join(f"{name} = excluded.{name}" for name in _REPLACED[table])
        sql += f" ON CONFLICT (id) DO UPDATE SET {changed}"
    if table == "fired":  # the same for most decisions
        sql += " ON CONFLICT (hash) DO NOTHING"
    return sql.encode()


_INSERT = {table: _insert(table) for table in _TYPES}
