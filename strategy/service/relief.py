"""A person who asks for help gets relief, not another call."""

import grpc

from strategy.api.v1 import relief_pb2 as pb
from strategy.api.v1 import relief_pb2_grpc
from strategy.relief import request_relief
from strategy.service import relief_messages as messages
from strategy.service.backend import Backend
from strategy.service.tenant import own_id


class ReliefService(relief_pb2_grpc.ReliefServiceServicer):
    """strategy.api.v1.ReliefService."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def RequestRelief(
        self, message: pb.RequestReliefRequest, _: grpc.ServicerContext
    ) -> pb.RequestReliefResponse:
        b = self._backend
        asked = messages.relief_request(message)
        answer = request_relief(
            b.ledger, b.shelf.current, own_id(asked.request_id), asked.account_id, b.clock(), b.zone
        )
        return messages.relief_response(answer)
