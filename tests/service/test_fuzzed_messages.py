"""Whatever well-formed message comes, of whatever method: an answer, or what to mend, in time."""

import re

import grpc
import pytest
from google.protobuf import message_factory
from google.protobuf.descriptor import FieldDescriptor
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from test_bad_messages import REQUESTS
from wire_messages import CAPACITY, a_past_attempt, a_person, fields

from strategy.api.v1 import decision_pb2, plan_pb2, portfolio_pb2, relief_pb2, rulebook_pb2

FILES = (decision_pb2, plan_pb2, portfolio_pb2, relief_pb2, rulebook_pb2)
METHODS = {
    f"{service.full_name}/{method.name}": method
    for file in FILES
    for service in file.DESCRIPTOR.services_by_name.values()
    for method in service.methods
}
FAULTS_OF_OURS = {
    grpc.StatusCode.INTERNAL,
    grpc.StatusCode.UNKNOWN,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.UNIMPLEMENTED,
    grpc.StatusCode.UNAVAILABLE,
}
# Words that lead deeper than what is refused at the first look.
KNOWN = ["A1", "P1", "M1", "r1", "agent-solution", "sms-reminder", "mobile", "debtor", "CN", "zh",
         "Asia/Shanghai", "consumer_loan", "CNY", "2026-02-20", "dispute", "promise", "collection",
         "legal_notice", CAPACITY, "schema: collections-rules/1\n", "rules/x.yaml", "x.en.txt",
         "x.csv", "08:00", "plan-1", "0" * 64]  # fmt: skip
STRANGE = ["", "\u0000", "a\nb", "\u202e", "é" * 200, "漢" * 100, "x" * 129, "x" * 200_000, "-1",
           "NaN", "9999-12-31", "0001-01-01", "{{7*7}}", "' OR 1=1 --", "a: &a [*a]", "../../x",
           "[" * 5_000, "eyJ9"]  # fmt: skip
INTEGERS = {
    FieldDescriptor.TYPE_INT64: (-(2**63), 2**63 - 1),
    FieldDescriptor.TYPE_INT32: (-(2**31), 2**31 - 1),
    FieldDescriptor.TYPE_UINT64: (0, 2**64 - 1),
    FieldDescriptor.TYPE_UINT32: (0, 2**32 - 1),
}
DOUBLES = [0.0, -0.0, 1e308, -1e308, 5e-324, float("inf"), float("-inf"), float("nan")]


def scalars(field):
    if field.type == FieldDescriptor.TYPE_STRING:
        plain = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
        return st.one_of(st.sampled_from(KNOWN), st.sampled_from(STRANGE), plain)
    if field.type == FieldDescriptor.TYPE_BYTES:
        return st.binary(max_size=200)
    if field.type == FieldDescriptor.TYPE_BOOL:
        return st.booleans()
    if field.type == FieldDescriptor.TYPE_ENUM:
        return st.one_of(
            st.sampled_from([value.number for value in field.enum_type.values]),
            st.sampled_from([-1, 99, 2**31 - 1, -(2**31)]),
        )
    if field.type in INTEGERS:
        least, most = INTEGERS[field.type]
        near = st.sampled_from([least, most, 0, 1, 100_000])
        return st.one_of(near, st.integers(least, most))
    assert field.type == FieldDescriptor.TYPE_DOUBLE, field.full_name
    return st.sampled_from(DOUBLES)


@st.composite
def messages(draw, descriptor):
    """Any message of this kind; instants are at times those that everybody can read."""
    made = message_factory.GetMessageClass(descriptor)()
    if descriptor.full_name == "google.protobuf.Timestamp" and draw(st.booleans()):
        made.seconds = draw(st.integers(1_772_000_000, 1_774_000_000))
        return made
    for field in descriptor.fields:
        if not draw(st.integers(0, 3)):
            continue
        if field.message_type and field.message_type.GetOptions().map_entry:
            key, value = field.message_type.fields
            name = draw(scalars(key))
            if value.message_type:
                getattr(made, field.name)[name].CopyFrom(draw(messages(value.message_type)))
            else:
                getattr(made, field.name)[name] = draw(scalars(value))
        elif field.is_repeated:
            one = messages(field.message_type) if field.message_type else scalars(field)
            getattr(made, field.name).extend(draw(st.lists(one, max_size=3)))
        elif field.message_type:
            getattr(made, field.name).CopyFrom(draw(messages(field.message_type)))
        else:
            setattr(made, field.name, draw(scalars(field)))
    return made


def names_a_field(descriptor, path):
    """Whether `items[3].decide.account_id` is a path in messages of this kind; what follows a
    colon is a line inside the text of that field. `message` is all of one that is too large."""
    if path == "message":
        return True
    for part in path.partition(":")[0].split("."):
        name, index = re.fullmatch(r"([a-z_0-9]+)(\[[^\]]*\])?", part).groups()
        field = descriptor.fields_by_name.get(name) if descriptor else None
        if field is None or (index and not field.is_repeated):
            return False
        descriptor = field.message_type
    return True


@st.composite
def nearly_good(draw, good):
    """A good message with some of its fields replaced by whatever there is."""
    made, other = type(good)(), draw(messages(good.DESCRIPTOR))
    made.CopyFrom(good)
    for field in draw(
        st.lists(st.sampled_from(list(good.DESCRIPTOR.fields) or [None]), max_size=2)
    ):
        if field is not None:
            taken = type(good)()
            taken.CopyFrom(other)
            for rest in good.DESCRIPTOR.fields:
                if rest is not field:
                    taken.ClearField(rest.name)
            made.ClearField(field.name)
            made.MergeFrom(taken)
    return made


GOOD = {method: good for method, (_, good, _) in REQUESTS.items()} | {
    "ImportAccounts": a_person(),
    "ImportAttempts": portfolio_pb2.ImportAttemptsRequest(attempts=[a_past_attempt()]),
    "DecideStream": REQUESTS["DecideBatch"][1],
}


def asked(served, method, sent):
    """The answers of the call, and the error it ends with, or None."""
    kind = ("stream" if method.client_streaming else "unary") + (
        "_stream" if method.server_streaming else "_unary"
    )
    call = getattr(served.channel, kind)(
        f"/{method.containing_service.full_name}/{method.name}",
        request_serializer=lambda message: message.SerializeToString(),
        response_deserializer=message_factory.GetMessageClass(method.output_type).FromString,
    )
    try:
        answer = call(iter(sent) if method.client_streaming else sent[0], timeout=20)
        return list(answer) if method.server_streaming else [answer], None
    except grpc.RpcError as error:
        return [], error


@pytest.mark.parametrize("name", METHODS)
@given(data=st.data())
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
    ],
)
def test_any_message_is_answered_or_told_what_to_mend(served, name, data):
    served.people(1)
    method = METHODS[name]
    one = messages(method.input_type)
    if method.name in GOOD:
        one = st.one_of(one, nearly_good(GOOD[method.name]))
    streams = method.client_streaming
    sent = data.draw(st.lists(one, max_size=3) if streams else st.tuples(one), label=name)
    for message in sent:
        if method.name == "WatchChanges":
            message.follow = False  # else it is meant to go on for ever
    answers, error = asked(served, method, sent)
    event(error.code().name if error else "OK")
    if error is not None:
        assert error.code() not in FAULTS_OF_OURS, error.details()
    if error is not None and error.code() is grpc.StatusCode.INVALID_ARGUMENT:
        named = fields(error)
        assert named or "already used with another body" in error.details()
        assert [one for one in named if not names_a_field(method.input_type, one)] == []
    for answer in answers:
        for result in getattr(answer, "results", ()):
            if result.DESCRIPTOR.name == "DecideItemResult" and result.HasField("error"):
                assert result.error.code in (3, 5), result
                named = [violation.field for violation in result.error.violations]
                assert [one for one in named if not names_a_field(method.input_type, one)] == []
