"""Messages of the plan service, to domain and back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from strategy.api.v1 import plan_pb2 as pb
from strategy.domain.change import Change
from strategy.domain.channel import Channel
from strategy.domain.plan_record import PlanChange, PlanRecord
from strategy.plan_difference import PlanDifference
from strategy.plans import WorkItem, WorkPlace
from strategy.service.form import Form
from strategy.service.resume_token import place_of, question_of, token_of
from strategy.service.words import CHANNELS, channel_number, plan_state_number, stamp

MOST_CAPACITY = 65_536
"""Characters of a capacity document."""

MOST_PINS = 2_000_000
"""Characters of the text of what stays in a plan."""

ACCOUNTS_A_MESSAGE = 1000


@dataclass(frozen=True, slots=True)
class PlanAsked:
    """What to plan: the capacity text, a UTC instant of the day, and the plan to change if any."""

    request_id: str
    capacity_yaml: str
    at: datetime
    change: PlanChange | None


@dataclass(frozen=True, slots=True)
class WorkAsked:
    """Which work: a channel (None: all) and slots that start in [start, end), after a place.
    `question` names all but the place."""

    channel: Channel | None
    start: datetime | None
    end: datetime | None
    question: str
    after: WorkPlace | None


def plan_asked(message: pb.CreatePlanRequest) -> PlanAsked:
    with Form() as form:
        return PlanAsked(
            request_id=form.text("request_id", message.request_id),
            capacity_yaml=form.document("capacity_yaml", message.capacity_yaml, MOST_CAPACITY),
            at=form.instant("at", message),
            change=_change(form, message),
        )


def _change(form: Form, message: pb.CreatePlanRequest) -> PlanChange | None:
    most, pins = message.most_changed_bp, message.pins_csv
    if not message.from_plan_id:
        given = {
            "most_changed_bp": message.HasField("most_changed_bp"),
            "change_cents": message.change_cents,
            "pins_csv": pins,
        }
        for name in (name for name, value in given.items() if value):
            form.fault(name, "is about changing a plan: name the plan in `from_plan_id`")
        return None
    if not 0 <= most <= 10_000:
        form.fault("most_changed_bp", "must be from 0 to 10000")
    return PlanChange(
        form.text("from_plan_id", message.from_plan_id),
        most if message.HasField("most_changed_bp") else 10_000,
        form.cents("change_cents", message.change_cents),
        form.document("pins_csv", pins, MOST_PINS) if pins else "",
    )


def plan_id(message: pb.GetPlanRequest | pb.WatchPlanRequest | pb.StopPlanRequest) -> str:
    with Form() as form:
        return form.text("plan_id", message.plan_id)


def work_asked(message: pb.ListWorkRequest) -> WorkAsked:
    with Form() as form:
        channel = form.optional_choice("channel", message.channel, CHANNELS)
        start = form.optional_instant("from", message)
        end = form.optional_instant("to", message)
        if start and end and start >= end:
            form.fault("to", "is not after `from`")
        question, after, token = question_of(channel, start, end), None, message.resume_token
        if token:
            try:
                after = place_of(token, question)
            except ValueError as error:
                form.fault("resume_token", str(error))
    return WorkAsked(channel, start, end, question, after)


def change_message(change: Change) -> pb.Change:
    return pb.Change(
        number=change.number, at=stamp(change.at), kind=change.kind, subject=change.subject
    )


def changes_asked(message: pb.WatchChangesRequest) -> tuple[int, bool]:
    """The number to go on after, and whether changes to come are wanted."""
    with Form() as form:
        if message.after < 0:
            form.fault("after", "is negative")
    return message.after, message.follow


def plans_compared(message: pb.ComparePlansRequest) -> tuple[str, str]:
    """The old plan and the new one."""
    with Form() as form:
        return (
            form.text("old_plan_id", message.old_plan_id),
            form.text("new_plan_id", message.new_plan_id),
        )


def difference_messages(found: PlanDifference) -> Iterator[pb.PlanDifference]:
    yield pb.PlanDifference(
        segments=[
            pb.SegmentChange(
                segment=s.segment, accounts=s.accounts, gain=s.gain, lose=s.lose, other=s.other
            )
            for s in found.segments
        ]
    )
    for first in range(0, len(found.accounts), ACCOUNTS_A_MESSAGE):
        page = found.accounts[first : first + ACCOUNTS_A_MESSAGE]
        yield pb.PlanDifference(
            accounts=[
                pb.AccountChange(
                    account_id=c.account_id, segment=c.segment, before=c.before, after=c.after
                )
                for c in page
            ]
        )


def plan_message(record: PlanRecord) -> pb.Plan:
    return pb.Plan(
        plan_id=record.plan_id,
        state=plan_state_number(record.state),
        phase=record.phase,
        accounts=record.accounts,
        attempts=record.attempts,
        value_cents=record.value_cents,
        bound_cents=record.bound_cents,
        gap=record.gap,
        seconds=record.seconds,
        rulebook_hash=record.rulebook_hash,
        changed_people=record.changed_people,
        floors=[
            pb.FloorResult(
                name=floor.name,
                asked=floor.asked,
                reached=floor.reached,
                most=floor.most,
                price_cents=floor.price_cents,
                cost_cents=floor.cost_cents,
                why_missed=floor.why_missed(),
            )
            for floor in record.floors
        ],
        floors_cost_cents=record.floors_cost_cents,
    )


def work_message(item: WorkItem, question: str) -> pb.WorkItem:
    planned = item.assignment
    place = WorkPlace(item.plan_id, planned.slot.start, planned.account_id)
    return pb.WorkItem(
        plan_id=item.plan_id,
        account_id=planned.account_id,
        party_id=planned.party_id,
        contact_point_id=planned.contact_point_id,
        channel=channel_number(planned.channel),
        script=planned.script,
        slot_start=stamp(planned.slot.start),
        slot_end=stamp(planned.slot.end),
        value_cents=planned.value_cents,
        resume_token=token_of(question, place),
        touch=planned.touch,
    )
