"""Planning the next day, and handing out its work."""

from collections.abc import Iterator
from threading import Event

import grpc

from strategy.api.v1 import plan_pb2 as pb
from strategy.api.v1 import plan_pb2_grpc
from strategy.changes import changes_after
from strategy.errors import LedgerUnavailable
from strategy.plans import compare, create_plan, work
from strategy.service import plan_messages as messages
from strategy.service.backend import Backend
from strategy.service.planning import Planning

LOOKS_EVERY_S = 0.25
"""How often a follower looks for changes: they are rare, and any server may have made them."""


class PlanService(plan_pb2_grpc.PlanServiceServicer):
    """strategy.api.v1.PlanService."""

    def __init__(self, backend: Backend, planning: Planning, stopping: Event) -> None:
        self._backend, self._planning, self._stopping = backend, planning, stopping

    def CreatePlan(self, message: pb.CreatePlanRequest, _: grpc.ServicerContext) -> pb.Plan:
        b = self._backend
        asked = messages.plan_asked(message)
        record, new = create_plan(
            b.ledger,
            b.shelf.current,
            asked.request_id,
            asked.capacity_yaml,
            asked.at,
            b.clock(),
            asked.change,
        )
        if new:
            self._planning.start(record.plan_id)
        return messages.plan_message(record)

    def GetPlan(self, message: pb.GetPlanRequest, _: grpc.ServicerContext) -> pb.Plan:
        return messages.plan_message(self._planning.record(messages.plan_id(message)))

    def WatchPlan(
        self, message: pb.WatchPlanRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.Plan]:
        plan_id = messages.plan_id(message)
        context.add_callback(self._planning.wake)
        for record in self._planning.follow(plan_id, context.is_active):
            yield messages.plan_message(record)

    def StopPlan(self, message: pb.StopPlanRequest, _: grpc.ServicerContext) -> pb.Plan:
        return messages.plan_message(self._planning.stop(messages.plan_id(message)))

    def ComparePlans(
        self, message: pb.ComparePlansRequest, _: grpc.ServicerContext
    ) -> Iterator[pb.PlanDifference]:
        b = self._backend
        old, new = messages.plans_compared(message)
        yield from messages.difference_messages(
            compare(b.ledger, b.shelf.current, old, new, b.zone)
        )

    def ListWork(
        self, message: pb.ListWorkRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.WorkItem]:
        asked = messages.work_asked(message)
        ledger, which = self._backend.ledger, (asked.channel, asked.start, asked.end)
        for item in work(ledger, *which, asked.after):
            if not context.is_active():
                return
            yield messages.work_message(item, asked.question)

    def WatchChanges(
        self, message: pb.WatchChangesRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.Change]:
        after, follow = messages.changes_asked(message)
        gone = Event()
        context.add_callback(gone.set)

        def wait() -> bool:
            if self._stopping.is_set():
                raise LedgerUnavailable("the server is stopping")
            return not gone.wait(LOOKS_EVERY_S)

        for change in changes_after(self._backend.ledger, after, wait if follow else None):
            yield messages.change_message(change)
