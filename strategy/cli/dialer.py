"""A dialer for rehearsals: asks for permits over gRPC, and simulates what came of attempts."""

from dataclasses import dataclass, field

import grpc
import numpy as np

from strategy.api.v1 import decision_pb2 as pb
from strategy.api.v1 import plan_pb2, types_pb2
from strategy.api.v1.decision_pb2_grpc import DecisionServiceStub
from strategy.domain.channel import VOICE, Channel
from strategy.domain.outcome import Outcome
from strategy.portfolio import rates
from strategy.portfolio.sample_history import SAID, UNANSWERED
from strategy.service.words import CHANNELS, channel_number, outcome_number


@dataclass(frozen=True, slots=True)
class Dial:
    """An attempt somebody wants to make."""

    account_id: str
    contact_point_id: str
    channel: Channel
    script: str

    @classmethod
    def of(cls, item: plan_pb2.WorkItem) -> "Dial":
        return cls(item.account_id, item.contact_point_id, CHANNELS[item.channel], item.script)


@dataclass
class Dialer:
    """One dialer; `name` keeps its request ids apart from those of others."""

    name: str
    channel: grpc.Channel
    random: np.random.Generator
    asked: int = field(default=0)

    def __post_init__(self) -> None:
        self._stub = DecisionServiceStub(self.channel)

    def ask(self, dial: Dial, request_id: str | None = None) -> pb.RequestPermitResponse:
        """May this attempt be made now?"""
        self.asked += 1
        response: pb.RequestPermitResponse = self._stub.RequestPermit(
            pb.RequestPermitRequest(
                request_id=request_id or f"{self.name}-{self.asked}",
                account_id=dial.account_id,
                contact_point_id=dial.contact_point_id,
                channel=channel_number(dial.channel),
                script=dial.script,
            )
        )
        return response

    def make(self, permit: types_pb2.Permit, promise_due: str) -> Outcome:
        """Place the attempt and report what came of it; the outcome is simulated."""
        self._stub.ConfirmPermit(pb.ConfirmPermitRequest(permit_id=permit.permit_id))
        outcome = self._outcome(CHANNELS[permit.channel])
        report = pb.AttemptOutcome(permit_id=permit.permit_id, outcome=outcome_number(outcome))
        if outcome is Outcome.PROMISE_TO_PAY:
            report.promise_due = promise_due
        (result,) = self._stub.ReportOutcomes(pb.ReportOutcomesRequest(outcomes=[report])).results
        if not result.accepted:
            raise RuntimeError(f"outcome of {permit.permit_id} not accepted: {result.message}")
        return outcome

    def _outcome(self, channel: Channel) -> Outcome:
        if channel not in VOICE:
            delivered = self.random.random() < rates.MESSAGE_DELIVERED.value
            return Outcome.DELIVERED if delivered else Outcome.UNDELIVERED
        if self.random.random() >= rates.ANSWERED_FIRST.value:
            return self._draw(UNANSWERED, rates.UNANSWERED)
        answered = (None, Outcome.WRONG_PARTY, Outcome.DROPPED)
        by = answered[self._place(rates.ANSWERED_BY)]
        return by or self._draw(SAID, rates.SAID)

    def _draw(self, outcomes: tuple[Outcome, ...], rate: rates.Rate) -> Outcome:
        return outcomes[self._place(rate)]

    def _place(self, rate: rates.Rate) -> int:
        weights = np.array(rate.values)
        return int(self.random.choice(len(weights), p=weights / weights.sum()))
