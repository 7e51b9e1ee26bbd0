"""What a dialer calls before and after every attempt."""

from collections.abc import Callable

import grpc

from strategy import decide, explain, outcomes
from strategy.api.v1 import decision_pb2 as pb
from strategy.api.v1 import decision_pb2_grpc
from strategy.domain.permit import Answer
from strategy.outcomes import AttemptOutcome
from strategy.service import decision_messages as messages
from strategy.service.backend import Backend
from strategy.service.faults import BadMessage


class DecisionService(decision_pb2_grpc.DecisionServiceServicer):
    """strategy.api.v1.DecisionService."""

    def __init__(self, backend: Backend, watch: Callable[[Answer], None]) -> None:
        """`watch` is called with every answer to Decide and RequestPermit, when it is durable."""
        self._backend, self._watch = backend, watch

    def Decide(self, message: pb.DecideRequest, _: grpc.ServicerContext) -> pb.DecideResponse:
        b = self._backend
        request = messages.decide_request(message)
        answer = decide.decide(b.ledger, b.shelf.current, request, b.clock(), b.zone)
        self._watch(answer)
        return messages.decide_response(answer)

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
