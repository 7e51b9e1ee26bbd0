"""A team's desk pulls the work of the active plan."""

from loadtest.clients.client import Client
from strategy.api.v1 import plan_pb2
from strategy.api.v1.plan_pb2_grpc import PlanServiceStub


class WorkList(Client):
    profile = "work_list"

    def act(self, due: int) -> None:
        self.calls.call(PlanServiceStub, "ListWork", plan_pb2.ListWorkRequest(), due)
