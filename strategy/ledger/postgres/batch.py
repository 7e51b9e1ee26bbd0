"""One batch of work in one transaction: one call, then one message with all that it wrote.

Counters of a plan's capacity are shared by everybody, so nobody holds them while deciding: what a
batch promised is compared with them again when it commits, and `NoRoom` raised if others were
quicker. Such commits take turns. The batch then runs again with the counters locked from the start.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from itertools import chain
from typing import Any

from strategy.domain.room import Basis
from strategy.errors import LedgerUnavailable
from strategy.ledger.ledger import Keys
from strategy.ledger.plan_use import PlanUse
from strategy.ledger.postgres.connection import Chat, Connection, send
from strategy.ledger.postgres.functions import OPEN, SEAL, TAKE_TURNS
from strategy.ledger.postgres.workspace import COUNTED, Changes, Promises, Row
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
    "permit_use": ("text", "text", "text", "bigint", "text", "text", "bigint", "bigint"),
    "assignment": ("text", "text", "text", "bigint", "bytea", "text"),
    "slot_taken": ("bigint", "text", "text", "bigint", "bigint", "bigint"),
    "slot_kept": ("text", "bigint", "text", "text", "bigint", "bigint", "bigint"),
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
    "assignment": ("permit_id",),
}
"""Tables whose rows may change; the same id twice in another is an error that starts anew."""

_FORGET = (
    "DELETE FROM request WHERE id IN (SELECT id FROM request WHERE at < %s ORDER BY at"
    " LIMIT %s FOR UPDATE SKIP LOCKED)"
)


class NoRoom(Exception):
    """Others took what the batch promised, while it was running."""


def opened(
    db: Connection,
    keys: Iterable[Keys],
    salt: bytes,
    clock: Callable[[], float],
    terms_of: str,
    alone: bool,
) -> list[Row]:
    """Begin, lock everything these keys reach, and read it. `salt` is that of pseudonyms, and
    `terms_of` the plan whose terms are known. `alone`: nobody else promises room meanwhile.

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
    room = any(k.room for k in all_keys)
    asked = [*map(list, reached.values()), list(pseudonyms), room, alone, terms_of]
    rows = db.execute(OPEN, asked).fetchall()
    after = clock()
    theirs = next(row[11] for row in rows if row[0] == "clock") / _MICROS
    if not before - MOST_APART_S <= theirs <= after + MOST_APART_S:
        raise LedgerUnavailable(
            f"this machine's clock is {after - theirs:+.1f} s off the database's; set both by NTP"
        )
    return rows


def commit(db: Connection, changes: Changes, alone: bool) -> None:
    """Write and commit, in one message, or in a few where room was promised. Returns when it is
    durable. Raises `NoRoom` where what was promised is no longer there; not where it ran `alone`.
    """
    promises = None if alone else changes.promises
    with db.pipeline():
        if promises is not None:
            send(db, TAKE_TURNS)
        for table, ids in changes.removed.items():
            if ids:
                send(db, f"DELETE FROM {table} WHERE id = ANY(%s)".encode(), (ids,))
        for table, rows in changes.rows.items():
            if rows:
                send(db, _INSERT[table], _by_column(rows))
        for table, rows in changes.added.items():
            if rows:
                send(db, _ADD[table], _by_column(rows))
        if promises is not None and _overspent(db, promises):
            raise NoRoom
        if requests := changes.rows["request"]:
            oldest = max(row[3] for row in requests) - _KEPT
            send(db, _FORGET, (oldest, 4 * len(requests)))
        if (last := changes.last_instant) is not None:
            send(db, "UPDATE last_instant SET at = %s WHERE at < %s", (last, last))
        if changes.entries:
            others = _by_column(changes.others) or [[], []]
            send(db, SEAL, [*_by_column(changes.entries), *others])
        db.commit()


def _overspent(db: Connection, promises: Promises) -> bool:
    use, terms = PlanUse(Chat(db)), promises.terms
    starts = [slot.start for slot in terms.capacity.slots]
    for start in {taken.slot_start for taken in promises.taken}:
        room = use.room(promises.plan_id, terms, starts.index(start))
        here = [taken for taken in promises.taken if taken.slot_start == start]
        if any(room.overspent(taken.use, taken.basis is Basis.PLAN) for taken in here):
            return True
    return False


def _all(keys: Iterable[Keys], kind: str) -> set[str]:
    return {*chain.from_iterable(getattr(k, kind) for k in keys)}


def _by_column(rows: Sequence[Row]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _insert(table: str) -> bytes:
    sql = _into(table)
    if table in _REPLACED:
        changed = ", ".join(f"{name} = excluded.{name}" for name in _REPLACED[table])
        id_ = "plan_id, account_id, slot_start" if table == "assignment" else "id"
        sql += f" ON CONFLICT ({id_}) DO UPDATE SET {changed}"
    if table == "fired":  # the same for most decisions
        sql += " ON CONFLICT (hash) DO NOTHING"
    return sql.encode()


def _add(table: str) -> bytes:
    names = ("slot_start", "channel", "robot")
    named = ", ".join(names if table == "slot_taken" else ("plan_id", *names))
    sums = ", ".join(f"{c} = {table}.{c} + excluded.{c}" for c in ("attempts", "cents", "micro"))
    return f"{_into(table)} ON CONFLICT ({named}) DO UPDATE SET {sums}".encode()


def _into(table: str) -> str:
    places = ", ".join(f"%{'b' if t == 'bytea' else 's'}::{t}[]" for t in _TYPES[table])
    return f"INSERT INTO {table} SELECT * FROM unnest({places})"


_ADD = {table: _add(table) for table in COUNTED}
_INSERT = {table: _insert(table) for table in _TYPES if table not in COUNTED}
