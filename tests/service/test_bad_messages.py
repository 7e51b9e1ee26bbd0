"""Whatever a message lacks or holds: never UNKNOWN or INTERNAL, and the field is named."""

import grpc
import pytest
from google.protobuf.descriptor import FieldDescriptor
from wire_messages import (
    a_dial,
    a_plan_request,
    a_relief_request,
    an_event,
    an_outcome,
    error_of,
    fields,
)

from strategy.api.v1 import decision_pb2, plan_pb2, portfolio_pb2, rulebook_pb2

OK, INVALID = grpc.StatusCode.OK, grpc.StatusCode.INVALID_ARGUMENT
UNFIT = {grpc.StatusCode.UNKNOWN, grpc.StatusCode.INTERNAL, grpc.StatusCode.DEADLINE_EXCEEDED}

# Every unary request: stub, method, a good message, and the fields that must not be missing.
REQUESTS = {
    "RequestPermit": (
        "decisions",
        a_dial(),
        {"request_id", "account_id", "contact_point_id", "channel", "script"},
    ),
    "Decide": (
        "decisions",
        decision_pb2.DecideRequest(request_id="d1", account_id="A1", channels=[1]),
        {"request_id", "account_id"},
    ),
    "DecideBatch": (
        "decisions",
        decision_pb2.DecideBatchRequest(items=[decision_pb2.DecideItem(permit=a_dial())]),
        {"items"},
    ),
    "ConfirmPermit": (
        "decisions",
        decision_pb2.ConfirmPermitRequest(permit_id="p1"),
        {"permit_id"},
    ),
    "ReleasePermit": (
        "decisions",
        decision_pb2.ReleasePermitRequest(permit_id="p1"),
        {"permit_id"},
    ),
    "ReportOutcomes": ("decisions", an_outcome("p1"), {"outcomes"}),
    "ExplainDecision": (
        "decisions",
        decision_pb2.ExplainDecisionRequest(decision_id="d1"),
        {"decision_id"},
    ),
    "CreatePlan": ("plans", a_plan_request(), {"request_id", "capacity_yaml", "at"}),
    "GetPlan": ("plans", plan_pb2.GetPlanRequest(plan_id="x"), {"plan_id"}),
    "StopPlan": ("plans", plan_pb2.StopPlanRequest(plan_id="x"), {"plan_id"}),
    "ComparePlans": (
        "plans",
        plan_pb2.ComparePlansRequest(old_plan_id="x", new_plan_id="y"),
        {"old_plan_id", "new_plan_id"},
    ),
    "WatchPlan": ("plans", plan_pb2.WatchPlanRequest(plan_id="x"), {"plan_id"}),
    "WatchChanges": ("plans", plan_pb2.WatchChangesRequest(after=0), set()),
    "ListWork": ("plans", plan_pb2.ListWorkRequest(channel=1), set()),
    "GetAccount": ("portfolio", portfolio_pb2.GetAccountRequest(account_id="A1"), {"account_id"}),
    "RecordEvent": ("portfolio", an_event(), {"event"}),
    "EraseParty": ("portfolio", portfolio_pb2.ErasePartyRequest(party_id="P404"), {"party_id"}),
    "ExpireRecords": (
        "portfolio",
        portfolio_pb2.ExpireRecordsRequest(older_than_days=400),
        {"older_than_days"},
    ),
    "RequestRelief": ("relief", a_relief_request(), {"request_id", "account_id"}),
    "GetRulebook": ("rulebook", rulebook_pb2.GetRulebookRequest(), set()),
    "CheckRules": ("rulebook", rulebook_pb2.CheckRulesRequest(), set()),
    "RollbackRulebook": (
        "rulebook",
        rulebook_pb2.RollbackRulebookRequest(from_hash="a", to_hash="b", by="c", signature="d"),
        {"from_hash", "to_hash", "by", "signature"},
    ),
    "ListRulebookChanges": ("rulebook", rulebook_pb2.ListRulebookChangesRequest(), set()),
}
# Told item by item: test_portfolio_service.py, test_publishing.py, test_batches.py.
STREAMS = {"ImportAccounts", "ImportAttempts", "PublishRulebook", "DecideStream"}

BAD_TEXTS = ["x" * 129, "tab\tinside", "line\nbreak", "\u0000"]
BAD_CAPACITIES = [
    "x" * 70_000,
    "\u0000",
    "zone: [",
    "zone: Mars/Base",
    "- 1",
    "a: &a [*a]",
    "!!python/none x",
]


def ask(served, method, message):
    """The status of the call, and the fields it names."""
    stub, _, _ = REQUESTS[method]
    try:
        answer = getattr(getattr(served, stub), method)(message, timeout=10)
        if isinstance(answer, grpc.Call):
            list(answer)
    except grpc.RpcError as error:
        return error.code(), fields(error)
    return OK, []


def bad_values(field):
    """Messages' worth of wrong values for a field, each with whether it must be refused."""
    if field.name == "capacity_yaml":
        yield from ((text, True) for text in BAD_CAPACITIES)
    elif field.type == FieldDescriptor.TYPE_STRING:
        yield from ((text, True) for text in BAD_TEXTS)
    elif field.type == FieldDescriptor.TYPE_ENUM:
        yield from ((number, True) for number in (99, -1, 2**31 - 1))
    elif field.type == FieldDescriptor.TYPE_INT64:
        yield from ((number, True) for number in (-1, 2**63 - 1))


def broken(message, path=""):
    """Copies of the message with one value broken, with the path of that value."""
    for field in message.DESCRIPTOR.fields:
        here = path + field.name
        if field.message_type and field.message_type.name == "Timestamp":
            for seconds, nanos in ((2**62, 0), (-(2**62), 0), (0, -5), (0, 2_000_000_000)):
                copy = type(message)()
                copy.CopyFrom(message)
                getattr(copy, field.name).seconds = seconds
                getattr(copy, field.name).nanos = nanos
                yield here, copy
        elif field.message_type and not field.is_repeated:
            for inner_path, inner in broken(getattr(message, field.name), here + "."):
                copy = type(message)()
                copy.CopyFrom(message)
                getattr(copy, field.name).CopyFrom(inner)
                yield inner_path, copy
        elif not field.message_type:
            for value, _ in bad_values(field):
                copy = type(message)()
                copy.CopyFrom(message)
                if field.is_repeated:
                    getattr(copy, field.name).append(value)
                    yield f"{here}[{len(getattr(message, field.name))}]", copy
                else:
                    setattr(copy, field.name, value)
                    yield here, copy


def without(message, name):
    copy = type(message)()
    copy.CopyFrom(message)
    copy.ClearField(name)
    return copy


def test_every_method_is_covered_here():
    services = [
        file.DESCRIPTOR.services_by_name.values()
        for file in (decision_pb2, plan_pb2, portfolio_pb2, rulebook_pb2)
    ]
    methods = {method.name for group in services for service in group for method in service.methods}

    assert methods | {"RequestRelief"} == REQUESTS.keys() | STREAMS


@pytest.mark.parametrize("method", REQUESTS)
def test_an_empty_message_names_all_that_is_missing_at_once(served, method):
    _, message, needed = REQUESTS[method]
    status, named = ask(served, method, type(message)())

    assert set(named) - {f"event.{x}" for x in ("event_id", "party_id", "kind", "at")} == needed
    assert status is (INVALID if needed else OK)


@pytest.mark.parametrize("method", REQUESTS)
def test_each_missing_field_is_named_alone_and_no_optional_one_is(served, method):
    served.people(1)
    _, message, needed = REQUESTS[method]
    for field in message.DESCRIPTOR.fields:
        status, named = ask(served, method, without(message, field.name))
        assert status not in UNFIT, field.name
        if field.name in needed:
            assert status is INVALID
            assert field.name in named
        else:
            assert named == []


@pytest.mark.parametrize("method", REQUESTS)
def test_each_bad_value_is_refused_and_named(served, method):
    served.people(1)
    _, message, _ = REQUESTS[method]
    for path, bad in broken(message):
        status, named = ask(served, method, bad)
        assert status is INVALID, (path, bad)
        assert len(named) == 1, (path, named)
        assert named[0].partition(":")[0] == path, bad


def test_many_faults_are_cut_so_that_they_fit_into_trailers(served):
    many = decision_pb2.DecideRequest(request_id="d1", account_id="A1", channels=[99] * 5000)
    error = error_of(served.decisions.Decide, many)

    assert error.code() is INVALID
    assert len(fields(error)) == 20
    assert "(and 4999 more)" in error.details()


def test_too_many_outcomes_at_once_are_refused_before_any_work(served):
    many = decision_pb2.ReportOutcomesRequest(outcomes=[decision_pb2.AttemptOutcome()] * 1001)
    error = error_of(served.decisions.ReportOutcomes, many)

    assert error.code() is INVALID
    assert fields(error) == ["outcomes"]


def test_bytes_that_are_no_message_and_messages_too_large_are_refused(served):
    raw = served.channel.unary_unary(
        "/strategy.api.v1.DecisionService/RequestPermit",
        request_serializer=bytes,
        response_deserializer=bytes,
    )
    assert error_of(raw, b"\x00" * (5 * 1024 * 1024)).code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert error_of(raw, b"\xff\xff\xff").code() is INVALID
