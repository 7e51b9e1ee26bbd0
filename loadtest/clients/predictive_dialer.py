"""Asks for a permit for this very attempt, dials, and reports what came of it."""

from loadtest.clients.client import Client
from loadtest.clients.outcomes import report, request_id
from loadtest.work import Item
from strategy.api.v1 import decision_pb2, types_pb2
from strategy.api.v1.decision_pb2_grpc import DecisionServiceStub


class PredictiveDialer(Client):
    profile = "predictive_dialer"

    def act(self, due: int) -> None:
        request = permit_request(next(self.floor.items))
        answer = self.ask(DecisionServiceStub, "RequestPermit", request, due)
        if answer is not None and answer.HasField("permit"):
            self.after_talk(self.hang_up, answer.permit.permit_id)

    def hang_up(self, permit_id: str, due: int) -> None:
        report(self, [permit_id], due)


def permit_request(item: Item) -> decision_pb2.RequestPermitRequest:
    return decision_pb2.RequestPermitRequest(
        request_id=request_id(),
        account_id=item.account_id,
        contact_point_id=item.contact_point_id,
        channel=types_pb2.Channel.Value(f"CHANNEL_{item.channel.upper()}"),
        script=item.script,
    )
