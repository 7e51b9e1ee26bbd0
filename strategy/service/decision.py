"""What a dialer calls before and after every attempt."""

from collections.abc import Callable, Iterator

import grpc

from strategy import decide, explain, outcomes
from strategy.api.v1 import decision_pb2 as pb
from strategy.api.v1 import decision_pb2_grpc
from strategy.domain.permit import Answer
from strategy.errors import NotFound, StrategyError
from strategy.outcomes import AttemptOutcome
from strategy.service import decision_messages as messages
from strategy.service import tenant
from strategy.service.backend import Backend
from strategy.service.batch_messages import batch_items, batch_response
from strategy.service.faults import BadMessage


class DecisionService(decision_pb2_grpc.DecisionServiceServicer):
    """strategy.api.v1.DecisionService."""

    def __init__(self, backend: Backend, watch: Callable[[Answer], None]) -> None:
        """`watch` is called with every answer to Decide and RequestPermit, by themselves or in
        batches, when it is durable."""
        self._backend, self._watch = backend, watch

    def Decide(self, message: pb.DecideRequest, _: grpc.ServicerContext) -> pb.DecideResponse:
        b = self._backend
        request = tenant.own_question(messages.decide_request(message))
        answer = decide.decide(b.ledger, b.shelf.current, request, b.clock(), b.zone)
        self._watch(answer)
        return messages.decide_response(answer)

    def DecideBatch(
        self, message: pb.DecideBatchRequest, _: grpc.ServicerContext
    ) -> pb.DecideBatchResponse:
        return self._batch(message, "DecideBatch")

    def DecideStream(
        self, batches: Iterator[pb.DecideBatchRequest], _: grpc.ServicerContext
    ) -> Iterator[pb.DecideBatchResponse]:
        for message in batches:  # gRPC reads the next one when the answer was taken
            yield self._batch(message, "DecideStream")

    def _batch(self, message: pb.DecideBatchRequest, method: str) -> pb.DecideBatchResponse:
        b = self._backend
        items = batch_items(message)
        asked = [item for item in items if not isinstance(item, StrategyError)]
        answers = decide.answer_each(b.ledger, b.shelf.current, asked, b.clock(), b.zone)
        for answer in answers:
            if not isinstance(answer, Exception):
                self._watch(answer)
        return batch_response(items, answers, method)

    def RequestPermit(
        self, message: pb.RequestPermitRequest, _: grpc.ServicerContext
    ) -> pb.RequestPermitResponse:
        b = self._backend
        request = tenant.own_dial(messages.permit_request(message))
        answer = decide.request_permit(b.ledger, b.shelf.current, request, b.clock(), b.zone)
        self._watch(answer)
        return messages.permit_response(answer)

    def ConfirmPermit(
        self, message: pb.ConfirmPermitRequest, _: grpc.ServicerContext
    ) -> pb.ConfirmPermitResponse:
        b = self._backend
        permit_id = messages.permit_id(message)
        tenant.check_permit(b.ledger, permit_id)
        outcomes.confirm(b.ledger, permit_id, b.clock())
        return pb.ConfirmPermitResponse()

    def ReleasePermit(
        self, message: pb.ReleasePermitRequest, _: grpc.ServicerContext
    ) -> pb.ReleasePermitResponse:
        b = self._backend
        permit_id = messages.permit_id(message)
        tenant.check_permit(b.ledger, permit_id)
        outcomes.release(b.ledger, permit_id, b.clock())
        return pb.ReleasePermitResponse()

    def ReportOutcomes(
        self, message: pb.ReportOutcomesRequest, _: grpc.ServicerContext
    ) -> pb.ReportOutcomesResponse:
        messages.check_outcomes(message)
        results: list[pb.OutcomeResult | None] = []
        readable: list[AttemptOutcome] = []
        for item in message.outcomes:
            try:
                outcome = messages.attempt_outcome(item)
                tenant.check_permit(self._backend.ledger, outcome.permit_id)
                readable.append(outcome)
                results.append(None)
            except (BadMessage, NotFound) as bad:
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
        return messages.explanation(tenant.own_decision(record))
