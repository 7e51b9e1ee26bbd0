"""A dialer's first half hour, played against a running server through a real channel."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import grpc
import numpy as np

from strategy.api.v1 import decision_pb2, plan_pb2, relief_pb2, types_pb2
from strategy.api.v1.plan_pb2_grpc import PlanServiceStub
from strategy.api.v1.relief_pb2_grpc import ReliefServiceStub
from strategy.cli.connection import Connection
from strategy.cli.dialer import Dial, Dialer
from strategy.domain.channel import VOICE
from strategy.domain.contact_point import SUITABLE
from strategy.domain.local_time import local
from strategy.domain.outcome import Outcome
from strategy.domain.slot import Slot
from strategy.errors import StrategyError
from strategy.plan import PlannedDay
from strategy.plan_folder import Inputs
from strategy.report.plan_page import RefusalCount

EAGER, SECOND_DIALER_EVERY, REPEAT_EVERY = 5, 6, 20


@dataclass
class Played:
    """What happened: counts, and every refusal with its first example."""

    planned: int = 0
    permits: int = 0
    early_tried: int = 0
    early_refused: int = 0
    duplicates_tried: int = 0
    duplicates_refused: int = 0
    repeats_tried: int = 0
    repeats_same: int = 0
    forbidden_tried: int = 0
    forbidden_refused: int = 0
    asked_for_help: str = ""
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], tuple[str, types_pb2.Reason]] = field(default_factory=dict)

    def refusals(self) -> tuple[RefusalCount, ...]:
        return tuple(
            RefusalCount(code, rule, reason.source, count, account, _untitled(reason))
            for (code, rule), count in self.refused.most_common()
            for account, reason in [self.examples[code, rule]]
        )

    def note(self, dial: Dial, response: decision_pb2.RequestPermitResponse) -> bool:
        """Count the refusal's reasons; True if it was one."""
        for reason in response.reasons:
            self.refused[reason.code, reason.rule_id] += 1
            self.examples.setdefault((reason.code, reason.rule_id), (dial.account_id, reason))
        return not response.HasField("permit")


def play(
    address: str,
    inputs: Inputs,
    day: PlannedDay,
    slot: Slot,
    head_start: timedelta,
    seed: int,
    progress: Callable[[str, float], None],
) -> Played:
    """Work through the slot's list; try duplicates and forbidden dials on purpose.

    The server's clock must be `head_start` before the slot begins.
    """
    began = time.monotonic()
    played = Played()
    with Connection(address).open() as channel:
        first = Dialer("first", channel, np.random.default_rng(seed))
        second = Dialer("second", channel, np.random.default_rng(seed + 1))
        work = _pull(channel, slot)
        played.planned = len(work)
        progress("an eager dialer, before the hour", 0.0)
        calls = [dial for dial in map(Dial.of, work) if dial.channel in VOICE]
        played.early_tried = len(calls[:EAGER])
        for dial in calls[:EAGER]:
            played.early_refused += played.note(dial, first.ask(dial))
        time.sleep(max(0.0, head_start.total_seconds() - (time.monotonic() - began) + 0.5))
        due = f"{local(slot.start, inputs.capacity.zone) + timedelta(days=3):%Y-%m-%d}"
        for number, item in enumerate(work):
            progress("dialling", number / len(work))
            _work_one(played, Dial.of(item), number, first, second, due)
        for number, dial in enumerate(_forbidden(day, inputs)):
            progress("forbidden dials", 0.0)
            played.forbidden_tried += 1
            answer = second.ask(dial, f"forbidden-{number}")
            played.forbidden_refused += played.note(dial, answer)
        played.asked_for_help = _ask_for_help(channel, played, second, day, slot)
    return played


def _untitled(reason: types_pb2.Reason) -> str:
    """The message without the rule's title, which stands beside it."""
    return reason.message.partition(": ")[2] if reason.rule_id else reason.message


def _pull(channel: grpc.Channel, slot: Slot) -> list[plan_pb2.WorkItem]:
    request = plan_pb2.ListWorkRequest()
    getattr(request, "from").FromDatetime(slot.start)
    request.to.FromDatetime(slot.end)
    work = list(PlanServiceStub(channel).ListWork(request))
    if not work:
        raise StrategyError("the server has no work for the first planned half hour")
    return work


def _work_one(
    played: Played, dial: Dial, number: int, first: Dialer, second: Dialer, due: str
) -> None:
    response = first.ask(dial, f"work-{number}")
    if played.note(dial, response):
        return
    played.permits += 1
    if number % SECOND_DIALER_EVERY == 0:
        played.duplicates_tried += 1
        played.duplicates_refused += played.note(dial, second.ask(dial))
    if number % REPEAT_EVERY == 0:
        played.repeats_tried += 1
        played.repeats_same += first.ask(dial, f"work-{number}") == response
    played.outcomes[first.make(response.permit, due)] += 1


def _forbidden(day: PlannedDay, inputs: Inputs) -> Iterator[Dial]:
    """A dial for each rule that closed a channel to somebody, to the first it closed it to."""
    scripts = {s.channel: s.id for s in reversed(inputs.rulebook.scripts.values())}
    seen: set[tuple[str, str]] = set()
    for (account_id, channel), openings in day.openings.items():
        keys = {(r.code, r.rule.id if r.rule else "") for r in openings.reasons}
        party = day.cases[account_id].party
        point = openings.point or next(
            (p for p in party.contact_points if p.kind in SUITABLE[channel]), None
        )
        if point is None or channel not in scripts or keys <= seen:
            continue
        seen |= keys
        yield Dial(account_id, point.id, channel, scripts[channel])


def _ask_for_help(
    channel: grpc.Channel, played: Played, dialer: Dialer, day: PlannedDay, slot: Slot
) -> str:
    """Somebody planned for later asks for help now; the call that was planned is refused."""
    later = next((a for a in day.plan.assignments if a.slot.start > slot.start), None)
    if later is None:
        return "nobody is planned for later"
    relief = ReliefServiceStub(channel).RequestRelief(
        relief_pb2.RequestReliefRequest(request_id="help-1", account_id=later.account_id)
    )
    dial = Dial(later.account_id, later.contact_point_id, later.channel, later.script)
    refused = played.note(dial, dialer.ask(dial, "after-help-1"))
    offered = ", ".join(
        f"{o.kind.replace('_', ' ')} up to {o.max_months} months"
        if o.max_months
        else f"{o.kind.replace('_', ' ')} up to {o.max_waiver_bp / 100:g}%"
        for o in relief.options
    )
    then = "the planned attempt is now refused" if refused else "contact stays allowed"
    return f"{later.account_id}: {offered or 'a person will look at it'}; {then}"
