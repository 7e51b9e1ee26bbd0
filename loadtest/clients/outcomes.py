"""What comes of attempts, drawn; and their report."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

from loadtest.clients.client import Client, Floor
from loadtest.journal import Reported, now
from strategy.api.v1 import decision_pb2, types_pb2
from strategy.api.v1.decision_pb2_grpc import DecisionServiceStub

_OUTCOMES = ("no_answer", "busy", "voicemail", "right_party_contact", "promise_to_pay", "refused")
_WEIGHTS = (55, 15, 10, 10, 5, 5)


def report(client: Client, permits: Sequence[str], due: int) -> None:
    """Reports an outcome of each in one message, and journals those that the server took."""
    made = [_outcome(client.floor, permit) for permit in permits]
    request, sent = decision_pb2.ReportOutcomesRequest(outcomes=made), now()
    answer = client.calls.call(DecisionServiceStub, "ReportOutcomes", request, due)
    for outcome, result in zip(made, answer.results if answer else (), strict=False):
        if result.accepted:
            word = types_pb2.Outcome.Name(outcome.outcome).removeprefix("OUTCOME_").lower()
            client.calls.journal.write(Reported(outcome.permit_id, word, sent, now()))


def _outcome(floor: Floor, permit_id: str) -> decision_pb2.AttemptOutcome:
    (outcome,) = floor.chance.choices(_OUTCOMES, _WEIGHTS)
    message = decision_pb2.AttemptOutcome(
        permit_id=permit_id, outcome=types_pb2.Outcome.Value(f"OUTCOME_{outcome.upper()}")
    )
    if outcome == "promise_to_pay":
        message.promise_due = f"{floor.settings.scenario.clock + timedelta(days=7):%Y-%m-%d}"
        message.promise_cents = 10_000
    return message


def request_id() -> str:
    """Never the same: repeated ids would make the service look faster than it is."""
    return uuid4().hex
