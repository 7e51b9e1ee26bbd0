"""An agent opens an account and asks what to do; calls if there is a permit, and reports."""

from loadtest.clients.client import Client
from loadtest.clients.outcomes import report, request_id
from strategy.api.v1 import decision_pb2
from strategy.api.v1.decision_pb2_grpc import DecisionServiceStub


class PreviewDialer(Client):
    profile = "preview_dialer"

    def act(self, due: int) -> None:
        account = next(self.floor.items).account_id
        request = decision_pb2.DecideRequest(request_id=request_id(), account_id=account)
        answer = self.ask(DecisionServiceStub, "Decide", request, due)
        if answer is not None and answer.HasField("permit"):
            self.after_talk(self.hang_up, answer.permit.permit_id)

    def hang_up(self, permit_id: str, due: int) -> None:
        report(self, [permit_id], due)
