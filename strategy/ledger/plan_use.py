"""How much of each slot permits have taken, and what is kept for planned attempts to come.

Counters, written in the transaction that gives, releases or counts a permit again: whoever reads
them next, in this process or after a restart, sees every permit before it. `slot_taken` belongs to
no plan, so a plan that replaces another in the middle of a day finds what is gone already.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from strategy.domain.channel import Channel
from strategy.domain.contact_plan import Assignment
from strategy.domain.instant import to_micros
from strategy.domain.permit import Permit
from strategy.domain.plan_terms import PlanTerms
from strategy.domain.room import Basis, Room, SlotCount, Taken, Use, room_of
from strategy.errors import BeyondKeys
from strategy.ledger.database import Database

_assignment = msgspec.json.Decoder(Assignment)
_SUMS = (
    "SELECT channel, robot, sum(CASE WHEN slot_start = ? THEN attempts ELSE 0 END), sum(attempts),"
    " sum(cents), sum(micro) FROM"
)
_TAKE = (
    "INSERT INTO slot_taken VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (slot_start, channel, robot)"
    " DO UPDATE SET attempts = slot_taken.attempts + excluded.attempts,"
    " cents = slot_taken.cents + excluded.cents, micro = slot_taken.micro + excluded.micro"
)
_KEEP = (
    "INSERT INTO slot_kept VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (plan_id, slot_start, channel,"
    " robot) DO UPDATE SET attempts = slot_kept.attempts + excluded.attempts,"
    " cents = slot_kept.cents + excluded.cents, micro = slot_kept.micro + excluded.micro"
)


class PlanUse:
    """Counters by slot, channel and robot type."""

    def __init__(self, db: Database, *, counted: bool = True) -> None:
        """Not `counted`: the counters of what others took and what is kept are not here."""
        self._db, self._counted = db, counted
        self.promised: list[Taken] = []
        """What was given because there was room for it."""

    def room(self, plan_id: str, terms: PlanTerms, place: int) -> Room:
        """What is left in slot `place`. Raises `BeyondKeys` where the counters are not here."""
        if not self._counted:
            raise BeyondKeys
        slots = terms.capacity.slots
        slot = slots[place].start
        taken = self.taken(slot, slots[0].start, slots[-1].start)
        return room_of(terms.capacity, place, taken, self.kept(plan_id, slot))

    def taken(self, slot: datetime, first: datetime, last: datetime) -> list[SlotCount]:
        """By permits in the slots that start in [first, last]; `now` is the slot at `slot`."""
        rows = self._db.execute(
            f"{_SUMS} slot_taken WHERE slot_start BETWEEN ? AND ? GROUP BY channel, robot",
            (to_micros(slot), to_micros(first), to_micros(last)),
        )
        return [_count(row) for row in rows]

    def kept(self, plan_id: str, slot: datetime) -> list[SlotCount]:
        """For the plan's attempts that have not come, in this slot and later ones: what was
        planned for a slot that is over is nobody's any more."""
        rows = self._db.execute(
            f"{_SUMS} slot_kept WHERE plan_id = ? AND slot_start >= ? GROUP BY channel, robot",
            (to_micros(slot), plan_id, to_micros(slot)),
        )
        return [_count(row) for row in rows]

    def keep(
        self, plan_id: str, assignments: Sequence[Assignment], robots: Mapping[str, str]
    ) -> None:
        """Keep what the plan's own attempts will use."""
        self._db.executemany(
            _KEEP,
            (
                (plan_id, *_row(a.slot.start, planned_use(a, robots.get(a.script, ""))))
                for a in assignments
            ),
        )

    def keep_no_more(self, plan_id: str, planned: Assignment, robots: Mapping[str, str]) -> None:
        """The planned attempt will not come, and nothing is kept for it any more."""
        self._keep(plan_id, planned, robots.get(planned.script, ""), -1)

    def take(self, plan_id: str, permit: Permit, taken: Taken, robots: Mapping[str, str]) -> None:
        """The permit takes its part. Where it is for an account planned in this very slot, what
        was kept for that is no longer needed, whatever is done instead."""
        slot, use = to_micros(taken.slot_start), taken.use
        collected = self._db.execute(
            "UPDATE assignment SET permit_id = ? WHERE plan_id = ? AND account_id = ?"
            " AND slot_start = ? AND permit_id = ''",
            (permit.id, plan_id, permit.account_id, slot),
        )
        robot = ""
        if collected.rowcount == 1:
            planned = self._planned(plan_id, permit.account_id, slot)
            robot = robots.get(planned.script, "")
            self._keep(plan_id, planned, robot, -1)
        self._db.execute(
            "INSERT INTO permit_use VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                permit.id,
                plan_id,
                robot,
                slot,
                use.channel,
                use.robot,
                use.cents,
                use.complaint_micro,
            ),
        )
        self._db.execute(_TAKE, _row(taken.slot_start, use))
        if taken.basis is not Basis.REQUEST:
            self.promised.append(taken)

    def give_back(self, permit: Permit) -> None:
        """The attempt was not made: its part is free again, and kept again where it was kept."""
        self._move(permit, -1)

    def count_again(self, permit: Permit) -> None:
        """The attempt was made after all, although it was given back: it counts, even where the
        slot is full by now."""
        self._move(permit, 1)

    def forget(self, permit_ids: Sequence[str]) -> None:
        """Drop the parts of those permits that are known no more; sums of their slots stay."""
        marks = ", ".join("?" * len(permit_ids))
        self._db.execute(
            f"DELETE FROM permit_use WHERE permit_id IN ({marks})"
            " AND NOT EXISTS (SELECT 1 FROM attempt WHERE id = permit_id)",
            tuple(permit_ids),
        )

    def _move(self, permit: Permit, sign: int) -> None:
        found = self._db.execute(
            "SELECT plan_id, planned_robot, slot_start, channel, robot, cents, micro"
            " FROM permit_use WHERE permit_id = ?",
            (permit.id,),
        ).fetchone()
        if found is None:  # given while no plan was active
            return
        plan_id, planned_robot, slot, *use = found
        channel, robot, cents, micro = use
        self._db.execute(_TAKE, (slot, channel, robot, sign, sign * int(cents), sign * int(micro)))
        holder, waits = (permit.id, "") if sign < 0 else ("", permit.id)
        moved = self._db.execute(
            "UPDATE assignment SET permit_id = ? WHERE plan_id = ? AND account_id = ?"
            " AND slot_start = ? AND permit_id = ?",
            (waits, plan_id, permit.account_id, slot, holder),
        )
        if moved.rowcount == 1:
            planned = self._planned(plan_id, permit.account_id, slot)
            self._keep(plan_id, planned, planned_robot, -sign)

    def _keep(self, plan_id: str, planned: Assignment, robot: str, sign: int) -> None:
        use = planned_use(planned, robot)
        row = (sign * use.attempts, sign * use.cents, sign * use.complaint_micro)
        slot = to_micros(planned.slot.start)
        self._db.execute(_KEEP, (plan_id, slot, use.channel, use.robot, *row))

    def _planned(self, plan_id: str, account_id: str, slot: int) -> Assignment:
        row = self._db.execute(
            "SELECT body FROM assignment WHERE plan_id = ? AND account_id = ? AND slot_start = ?",
            (plan_id, account_id, slot),
        ).fetchone()
        return _assignment.decode(row[0])


def planned_use(planned: Assignment, robot: str) -> Use:
    return Use(planned.channel, robot, 1, planned.cost_cents, planned.complaint_micro)


def _row(slot_start: datetime, use: Use) -> tuple[object, ...]:
    sums = (use.attempts, use.cents, use.complaint_micro)
    return (to_micros(slot_start), use.channel, use.robot, *sums)


def _count(row: tuple[str, str, int, int, int, int]) -> SlotCount:
    channel, robot, now, attempts, cents, micro = row
    return SlotCount(int(now), Use(Channel(channel), robot, int(attempts), int(cents), int(micro)))
