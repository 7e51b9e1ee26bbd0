"""Plans and their assignments in the ledger."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

import msgspec

from strategy.domain.account import Account
from strategy.domain.channel import Channel
from strategy.domain.contact_plan import Assignment
from strategy.domain.instant import from_micros, to_micros
from strategy.domain.plan_record import PlanRecord, PlanState
from strategy.domain.plan_terms import PlanTerms
from strategy.ledger.database import Database
from strategy.ledger.plan_use import PlanUse

_plan = msgspec.json.Decoder(PlanRecord)
_assignment = msgspec.json.Decoder(Assignment)


class Plans:
    """Plans made and being made; at most one is active."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, plan_id: str) -> PlanRecord | None:
        row = self._db.execute("SELECT body FROM plan WHERE id = ?", (plan_id,)).fetchone()
        return _plan.decode(row[0]) if row else None

    def request(self, plan_id: str) -> tuple[str, datetime]:
        """The capacity text and the instant the plan was asked for with."""
        row = self._db.execute("SELECT capacity, at FROM plan WHERE id = ?", (plan_id,)).fetchone()
        return str(row[0]), from_micros(row[1])

    def active(self) -> PlanRecord | None:
        row = self._db.execute("SELECT body FROM plan WHERE state = 'active'").fetchone()
        return _plan.decode(row[0]) if row else None

    def unfinished(self) -> tuple[PlanRecord, ...]:
        rows = self._db.execute("SELECT body FROM plan WHERE state = 'running' ORDER BY id")
        return tuple(_plan.decode(body) for (body,) in rows)

    def add(self, record: PlanRecord, capacity: str, at: datetime) -> None:
        self._db.execute(
            "INSERT INTO plan VALUES (?, ?, ?, ?, ?)",
            (record.plan_id, record.state, capacity, to_micros(at), msgspec.json.encode(record)),
        )

    def update(self, record: PlanRecord) -> None:
        self._db.execute(
            "UPDATE plan SET state = ?, body = ? WHERE id = ?",
            (record.state, msgspec.json.encode(record), record.plan_id),
        )

    def activate(
        self,
        record: PlanRecord,
        assignments: Sequence[Assignment],
        terms: PlanTerms | None = None,
    ) -> None:
        """Store the assignments and put this plan in force; the one before it retires. Without
        terms, capacity is not counted and only planned treatments are given."""
        if (before := self.active()) is not None:
            self.update(replace(before, state=PlanState.RETIRED))
        self._db.executemany(
            "INSERT INTO assignment (plan_id, account_id, channel, slot_start, body)"
            " VALUES (?, ?, ?, ?, ?)",
            (
                (record.plan_id, a.account_id, a.channel, to_micros(a.slot.start), _encode(a))
                for a in assignments
            ),
        )
        if terms is not None:
            self._db.execute(
                "INSERT INTO plan_terms VALUES (?, ?)",
                (record.plan_id, msgspec.json.encode(terms)),
            )
            PlanUse(self._db).keep(record.plan_id, assignments, terms.robots)
        self.update(record)

    def terms(self, plan_id: str) -> PlanTerms | None:
        """What the plan was made with; None for plans made before that was kept."""
        row = self._db.execute(
            "SELECT body FROM plan_terms WHERE plan_id = ?", (plan_id,)
        ).fetchone()
        return _terms(row[0]) if row else None

    def others_to_come(self, plan_id: str, account: Account, since: datetime) -> int:
        """Planned attempts to the account's own party for its other accounts, in slots that start
        after `since`, that have not come yet."""
        row = self._db.execute(
            "SELECT count(*) FROM account c JOIN assignment a ON a.account_id = c.id"
            " WHERE c.party_id = ? AND c.id <> ? AND a.plan_id = ? AND a.slot_start > ?"
            " AND a.permit_id = ''",
            (account.party_id, account.id, plan_id, to_micros(since)),
        ).fetchone()
        return int(row[0])

    def forget(self, account_id: str) -> None:
        """No plan plans for it any more; what was kept for that is anybody's."""
        of_account = "FROM assignment WHERE plan_id IN (SELECT id FROM plan) AND account_id = ?"
        rows = self._db.execute(f"SELECT plan_id, permit_id, body {of_account}", (account_id,))
        for plan_id, permit_id, body in rows.fetchall():
            terms = self.terms(plan_id)
            if terms is not None and not permit_id:
                PlanUse(self._db).keep_no_more(plan_id, _assignment.decode(body), terms.robots)
        self._db.execute(f"DELETE {of_account}", (account_id,))

    def assignment(self, plan_id: str, account_id: str, at: datetime) -> Assignment | None:
        """The account's first attempt whose slot is not over at a UTC instant; its last where all
        are."""
        rows = self._db.execute(
            "SELECT body FROM assignment WHERE plan_id = ? AND account_id = ? ORDER BY slot_start",
            (plan_id, account_id),
        )
        found = [_assignment.decode(body) for (body,) in rows]
        coming = (a for a in found if at < a.slot.end)
        return next(coming, found[-1] if found else None)

    def assignments(self, plan_id: str) -> list[Assignment]:
        """All of a plan, by account and then by slot."""
        rows = self._db.execute(
            "SELECT body FROM assignment WHERE plan_id = ? ORDER BY account_id, slot_start",
            (plan_id,),
        )
        return [_assignment.decode(body) for (body,) in rows]

    def work(
        self,
        plan_id: str,
        channel: Channel | None,
        start: datetime | None,
        end: datetime | None,
        after: tuple[datetime, str] | None,
        most: int,
    ) -> list[Assignment]:
        """Up to `most` assignments with slot start in [start, end), in order, after a place."""
        where, values = ["plan_id = ?"], [plan_id]  # type: tuple[list[str], list[object]]
        if channel is not None:
            where.append("channel = ?")
            values.append(channel)
        if start is not None:
            where.append("slot_start >= ?")
            values.append(to_micros(start))
        if end is not None:
            where.append("slot_start < ?")
            values.append(to_micros(end))
        if after is not None:
            where.append("(slot_start, account_id) > (?, ?)")
            values.extend((to_micros(after[0]), after[1]))
        rows = self._db.execute(
            f"SELECT body FROM assignment WHERE {' AND '.join(where)}"
            " ORDER BY slot_start, account_id LIMIT ?",
            (*values, most),
        )
        return [_assignment.decode(body) for (body,) in rows]


@lru_cache(maxsize=4)
def _terms(body: bytes) -> PlanTerms:
    """A plan's terms never change, and every decision reads them."""
    return msgspec.json.decode(body, type=PlanTerms)


def _encode(assignment: Assignment) -> bytes:
    return msgspec.json.encode(assignment)
