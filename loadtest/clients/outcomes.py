"""What comes of an attempt, drawn; and its report."""

from datetime import timedelta
from uuid import uuid4

from loadtest.clients.client import Client
from loadtest.journal import Reported, now
from strategy.api.v1 import decision_pb2, types_pb2
from strategy.api.v1.decision_pb2_grpc import DecisionServiceStub

_OUTCOMES = ("no_answer", "busy", "voicemail", "right_party_contact", "promise_to_pay", "refused")
_WEIGHTS = (55, 15, 10, 10, 5, 5)


def report(client: Client, permit_id: str, due: int) -> None:
    """Reports one outcome, and journals it if the server took it."""
    floor = client.floor
    (outcome,) = floor.chance.choices(_OUTCOMES, _WEIGHTS)
    message = decision_pb2.AttemptOutcome(
        permit_id=permit_id, outcome=types_pb2.Outcome.Value(f"OUTCOME_{outcome.upper()}")
    )
    if outcome == "promise_to_pay":
        message.promise_due = f"{floor.settings.scenario.clock + timedelta(days=7):%Y-%m-%d}"
        message.promise_cents = 10_000
    stub, sent = DecisionServiceStub(client.calls.channel), now()
    request = decision_pb2.ReportOutcomesRequest(outcomes=[message])
    answer = client.calls.call(stub.ReportOutcomes, request, due)
    if answer is not None and answer.results[0].accepted:
        client.calls.journal.write(Reported(permit_id, outcome, sent, now()))


def request_id() -> str:
    """Never the same: repeated ids would make the service look faster than it is."""
    return uuid4().hex
