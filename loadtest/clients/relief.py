"""People who ask for help."""

from loadtest.clients.client import Client
from loadtest.clients.outcomes import request_id
from strategy.api.v1 import relief_pb2
from strategy.api.v1.relief_pb2_grpc import ReliefServiceStub


class Relief(Client):
    profile = "relief"

    def act(self, due: int) -> None:
        account = next(self.floor.items).account_id
        request = relief_pb2.RequestReliefRequest(request_id=request_id(), account_id=account)
        self.ask(ReliefServiceStub, "RequestRelief", request, due)
