"""Good messages, and what a call's status says."""

from datetime import UTC, datetime

import grpc
from examples import LONG_AGO, shanghai
from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from strategy.api.v1 import decision_pb2, plan_pb2, portfolio_pb2, relief_pb2, types_pb2

AGENT, ROBOT, SMS = (
    types_pb2.CHANNEL_AGENT_CALL,
    types_pb2.CHANNEL_ROBOT_CALL,
    types_pb2.CHANNEL_SMS,
)

CAPACITY = """\
zone: Asia/Shanghai
horizon: {from: "09:00", to: "12:00"}
channels: {agent_call: 4, robot_call: 4, sms: 4}
expected_complaints: 5
"""


def stamp(instant: datetime) -> Timestamp:
    made = Timestamp()
    made.FromDatetime(instant.astimezone(UTC))
    return made


def a_person(number: object = 1, **changes) -> portfolio_pb2.ImportAccountsRequest:
    """Party P<n> with account A<n> and mobile M<n>, reachable by every rule we ship."""
    values = {
        "party_id": f"P{number}",
        "jurisdiction": "CN",
        "zones": ["Asia/Shanghai"],
        "language": "zh",
        "contact_points": [
            portfolio_pb2.ContactPoint(
                contact_point_id=f"M{number}",
                kind="mobile",
                owner="debtor",
                address=f"token-{number}",
                valid=True,
            )
        ],
        "history_from": stamp(LONG_AGO),
    } | changes
    return portfolio_pb2.ImportAccountsRequest(
        party=portfolio_pb2.Party(**values), accounts=[an_account(number)]
    )


def an_account(number: object = 1, **changes) -> portfolio_pb2.Account:
    values = {
        "account_id": f"A{number}",
        "product": "consumer_loan",
        "currency": "CNY",
        "balance_cents": 1_000_000,
        "overdue_cents": 200_000,
        "due_date": "2026-02-20",
    } | changes
    return portfolio_pb2.Account(**values)


def a_dial(request_id: str = "r1", number: object = 1, **changes):
    values = {
        "request_id": request_id,
        "account_id": f"A{number}",
        "contact_point_id": f"M{number}",
        "channel": AGENT,
        "script": "agent-solution",
    } | changes
    return decision_pb2.RequestPermitRequest(**values)


def an_outcome(permit_id: str, outcome: int = types_pb2.OUTCOME_NO_ANSWER, **changes):
    one = decision_pb2.AttemptOutcome(permit_id=permit_id, outcome=outcome, **changes)
    return decision_pb2.ReportOutcomesRequest(outcomes=[one])


def an_event(kind: str = "dispute", **changes) -> portfolio_pb2.RecordEventRequest:
    values = {
        "event_id": f"e-{kind}",
        "party_id": "P1",
        "kind": kind,
        "at": stamp(shanghai("2026-03-10 09:30")),
    } | changes
    return portfolio_pb2.RecordEventRequest(event=portfolio_pb2.Event(**values))


def a_past_attempt(**changes) -> portfolio_pb2.PastAttempt:
    values = {
        "attempt_id": "old-1",
        "party_id": "P1",
        "account_id": "A1",
        "contact_point_id": "M1",
        "channel": AGENT,
        "at": stamp(shanghai("2026-03-10 09:10")),
        "outcome": types_pb2.OUTCOME_BUSY,
    } | changes
    return portfolio_pb2.PastAttempt(**values)


def a_plan_request(request_id: str = "plan-1", **changes) -> plan_pb2.CreatePlanRequest:
    values = {"capacity_yaml": CAPACITY, "at": stamp(shanghai("2026-03-11 09:00"))} | changes
    return plan_pb2.CreatePlanRequest(request_id=request_id, **values)


def a_relief_request(request_id: str = "help-1") -> relief_pb2.RequestReliefRequest:
    return relief_pb2.RequestReliefRequest(request_id=request_id, account_id="A1")


def error_of(call, *arguments, **options) -> grpc.RpcError:
    """The error a call ends with; a call that succeeds is the test's failure."""
    try:
        answer = call(*arguments, **options)
        if isinstance(answer, grpc.Call):  # a stream fails when it is read
            answer = list(answer)
    except grpc.RpcError as error:
        return error
    raise AssertionError(f"answered {answer}")


def detail(error: grpc.RpcError, kind):
    """The detail message of this kind, or None."""
    found = kind()
    status = rpc_status.from_call(error)
    for box in status.details if status else ():
        if box.Unpack(found):
            return found
    return None


def fields(error: grpc.RpcError) -> list[str]:
    """The fields that the error names."""
    bad = detail(error, error_details_pb2.BadRequest)
    return [v.field for v in bad.field_violations] if bad else []


def codes(answer) -> list[str]:
    return [reason.code for reason in answer.reasons]
