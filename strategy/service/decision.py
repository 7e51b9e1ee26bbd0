"""What a dialer calls before and after every attempt."""

from collections.abc import Callable, Iterator

import grpc

from strategy import decide, explain, outcomes
from strategy.api.v1 import decision_pb2 as pb
from strategy.api.v1 import decision_pb2_grpc
from strategy.domain.permit import Answer
from strategy.outcomes import AttemptOutcome
from strategy.service import decision_messages as messages
from strategy.service.backend import Backend
from strategy.service.batch_messages import batch_items, batch_response
from strategy.service.faults import BadMessage
from strategy.service.places import Places, read_in_time


class DecisionService(decision_pb2_grpc.DecisionServiceServicer):
    """strategy.api.v1.DecisionService."""

    def __init__(
        self, backend: Backend, watch: Callable[[Answer], None], most_streams: int
    ) -> None:
        """`watch` is called with every answer to Decide and RequestPermit, when it is durable."""
        self._backend, self._watch = backend, watch
        self._streams = Places(most_streams, "stream decisions")

    def Decide(self, message: pb.DecideRequest, _: grpc.ServicerContext) -> pb.DecideResponse:
        b = self._backend
        request = messages.decide_request(message)
        answer = decide.decide(b.ledger, b.shelf.current, request, b.clock(), b.zone)
        self._watch(answer)
        return messages.decide_response(answer)

    def DecideBatch(
        self, message: pb.DecideBatchRequest, _: grpc.ServicerContext
    ) -> pb.DecideBatchResponse:
        return self._batch(message, "DecideBatch")

    def DecideStream(
        self, batches: Iterator[pb.DecideBatchRequest], context: grpc.ServicerContext
    ) -> Iterator[pb.DecideBatchResponse]:
        with self._streams.one():
            for message in batches:  # gRPC reads the next one when the answer was taken
                response = self._batch(message, "DecideStream")
                with read_in_time(context):
                    yield response

    def _batch(self, message: pb.DecideBatchRequest, method: str) -> pb.DecideBatchResponse:
        b = self._backend
        items = batch_items(message)
        asked = [item for item in items if not isinstance(item, BadMessage)]
        answers = decide.decide_batch(b.ledger, b.shelf.current, asked, b.clock(), b.zone)
        for answer in answers:
            if not isinstance(answer, Exception):
                self._watch(answer)
        return batch_response(items, answers, method)

    def RequestPermit(
        self, message: pb.RequestPermitRequest, _: grpc.ServicerContext
    ) -> pb.RequestPermitResponse:
        b = self._backend
        request = messages.permit_request(message)
        answer = decide.request_permit(b.ledger, b.shelf.current, request, b.clock(), b.zone)
        self._watch(answer)
        return messages.permit_response(answer)

    def ConfirmPermit(
        self, message: pb.ConfirmPermitRequest, _: grpc.ServicerContext
    ) -> pb.ConfirmPermitResponse:
        b = self._backend
        outcomes.confirm(b.ledger, messages.permit_id(message), b.clock())
        return pb.ConfirmPermitResponse()

    def ReleasePermit(
        self, message: pb.ReleasePermitRequest, _: grpc.ServicerContext
    ) -> pb.ReleasePermitResponse:
        b = self._backend
        outcomes.release(b.ledger, messages.permit_id(message), b.clock())
        return pb.ReleasePermitResponse()

    def ReportOutcomes(
        self, message: pb.ReportOutcomesRequest, _: grpc.ServicerContext
    ) -> pb.ReportOutcomesResponse:
        messages.check_outcomes(message)
        results: list[pb.OutcomeResult | None] = []
        readable: list[AttemptOutcome] = []
        for item in message.outcomes:
            try:
                readable.append(messages.attempt_outcome(item))
                results.append(None)
            except BadMessage as bad:
                refused = pb.OutcomeResult(permit_id=item.permit_id, message=str(bad))
                results.append(refused)
        stored = iter(outcomes.report(self._backend.ledger, readable, self._backend.clock()))
        return pb.ReportOutcomesResponse(
            results=[r or messages.outcome_result(next(stored)) for r in results]
        )

    def ExplainDecision(
        self, message: pb.ExplainDecisionRequest, _: grpc.ServicerContext
    ) -> pb.ExplainDecisionResponse:
        record = explain.recorded_decision(self._backend.ledger, messages.decision_id(message))
        return messages.explanation(record)
