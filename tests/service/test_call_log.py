"""The log tells of every call and names nobody."""

import io
import json
import logging
from contextlib import contextmanager, suppress

import grpc
import pytest
from google.protobuf import message_factory
from google.protobuf.descriptor import FieldDescriptor
from hypothesis import given, settings
from hypothesis import strategies as st
from running import Tokens, serving
from wire_messages import (
    a_dial,
    a_past_attempt,
    a_person,
    a_relief_request,
    an_event,
    an_outcome,
    error_of,
)

from strategy.api.v1 import decision_pb2, plan_pb2, portfolio_pb2, relief_pb2, rulebook_pb2
from strategy.service import decision
from strategy.service.admission import TooMany
from strategy.service.call import Call
from strategy.service.call_log import CallLog, JsonLines, TextLines
from strategy.service.clients import Client
from strategy.service.metrics import Metrics
from strategy.token_file import Role

FILES = (decision_pb2, plan_pb2, portfolio_pb2, relief_pb2, rulebook_pb2)
METHODS = [
    method
    for file in FILES
    for service in file.DESCRIPTOR.services_by_name.values()
    for method in service.methods
]
SECRETS = st.from_regex(r"[QX]{4}-[0-9]{11}", fullmatch=True)


@contextmanager
def logged(form=JsonLines):
    """Everything that is logged from now on, as a server would write it."""
    text, root = io.StringIO(), logging.getLogger()
    sink, level = logging.StreamHandler(text), root.level
    sink.setFormatter(form())
    root.addHandler(sink)
    root.setLevel(logging.DEBUG)
    try:
        yield text
    finally:
        root.removeHandler(sink)
        root.setLevel(level)


def filled(descriptor, word, depth=5):
    """A message in which every text, of itself and of what is in it, is this word."""
    made = message_factory.GetMessageClass(descriptor)()
    for field in descriptor.fields if depth else ():
        if field.message_type is None:
            text = {FieldDescriptor.TYPE_STRING: word, FieldDescriptor.TYPE_BYTES: word.encode()}
            value = text.get(field.type)
            if value is None:
                continue
        elif field.message_type.full_name.startswith("strategy.") and not (
            field.message_type.GetOptions().map_entry
        ):
            value = filled(field.message_type, word, depth - 1)
        else:
            continue
        if field.is_repeated:
            getattr(made, field.name).append(value)
        elif field.message_type is None:
            setattr(made, field.name, value)
        else:
            getattr(made, field.name).CopyFrom(value)
    return made


@pytest.fixture(scope="module")
def seen(tmp_path_factory, shelf):
    """A server, called with a token, and the name of the token."""
    folder = tmp_path_factory.mktemp("log")
    tokens = Tokens(folder)
    token = tokens.add("li-na", *Role)
    with serving(folder, shelf, tokens.file) as served, served.seen_by(token) as they:
        yield they


@pytest.mark.parametrize("form", [JsonLines, TextLines])
@given(word=SECRETS)
@settings(max_examples=5, deadline=None)
def test_no_text_of_any_request_of_any_method_is_logged(seen, form, word):
    with logged(form) as text:
        for method in METHODS:
            path = f"/{method.containing_service.full_name}/{method.name}"
            data = filled(method.input_type, word).SerializeToString()
            call = seen.channel.stream_stream(path)(iter([data]), timeout=20)
            with suppress(grpc.RpcError):
                list(call)
            assert call.code() is not grpc.StatusCode.DEADLINE_EXCEEDED, path

    assert word not in text.getvalue()
    assert text.getvalue().count("RequestPermit") == 1  # there was a log to look into


@given(word=SECRETS)
@settings(max_examples=5, deadline=None)
def test_nobody_who_is_dialled_is_named_whatever_comes_of_it(seen, word):
    with logged() as text:
        person = a_person(word)
        person.party.contact_points[0].address = f"+86 {word}"
        seen.portfolio.ImportAccounts(iter([person, a_person(word, zones=["Mars/Base"])]))
        answers = [seen.decisions.RequestPermit(a_dial(f"{n} {word}", word)) for n in range(2)]
        permit_id = answers[0].permit.permit_id
        seen.decisions.ReportOutcomes(an_outcome(permit_id))
        seen.portfolio.RecordEvent(an_event(party_id=f"P{word}", event_id=word))
        error_of(seen.portfolio.RecordEvent, an_event(party_id=word, event_id=f"other {word}"))
        seen.portfolio.ImportAttempts(
            iter([portfolio_pb2.ImportAttemptsRequest(attempts=[a_past_attempt(party_id=word)])])
        )
        error_of(seen.relief.RequestRelief, a_relief_request(word))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(decision.decide, "request_permit", lambda *_: {}[f"{word} is unknown"])
            broken = error_of(seen.decisions.RequestPermit, a_dial(f"3 {word}", word))

    assert answers[0].HasField("permit")
    assert broken.code() is grpc.StatusCode.INTERNAL
    assert "KeyError" in text.getvalue()
    assert word not in text.getvalue()


def test_a_line_tells_method_status_seconds_client_and_decision(seen):
    with logged() as text:
        seen.people("line")
        answer = seen.decisions.RequestPermit(a_dial("line", "line"))
        error_of(seen.decisions.RequestPermit, a_dial("line-2", "nobody"))
    lines = [json.loads(line) for line in text.getvalue().splitlines()]
    permit, unknown = (one for one in lines if one.get("method", "").endswith("/RequestPermit"))

    assert permit["method"] == "DecisionService/RequestPermit"
    assert (permit["status"], permit["client"]) == ("OK", "li-na")
    assert permit["decision"] == answer.decision_id
    assert 0 < permit["seconds"] < 60
    assert unknown["status"] == "NOT_FOUND"


def test_a_call_that_is_refused_is_a_warning_with_its_reason_and_address(tmp_path, shelf, tokens):
    tokens.add("li-na", *Role)
    with logged() as text, serving(tmp_path, shelf, tokens.file) as served:
        secret = (("authorization", "Bearer cst_not-known"),)
        error_of(served.decisions.RequestPermit, a_dial(), metadata=secret)
    lines = [json.loads(line) for line in text.getvalue().splitlines()]
    (line,) = (one for one in lines if one["logger"] == "call")

    assert (line["level"], line["why"], line["status"]) == ("warning", "unknown", "UNAUTHENTICATED")
    assert line["peer"].startswith("ipv4:127.0.0.1")
    assert "not-known" not in text.getvalue()


def test_who_sends_too_much_does_not_fill_the_log():
    now, log = [100.0], CallLog(lambda: now[0])

    def refused(client, why):
        call = Call("/strategy.api.v1.DecisionService/Decide", client, Metrics())
        call.refused(TooMany(why, "slow down"), "ipv4:10.0.0.1:9")
        log.ended(call, "RESOURCE_EXHAUSTED", 0.0)

    one, two = Client("one", frozenset()), Client("two", frozenset())
    with logged() as text:
        for _ in range(1000):
            refused(one, "rate")
        refused(one, "calls")
        refused(two, "rate")
        now[0] += 1
        refused(one, "rate")
    lines = [json.loads(line) for line in text.getvalue().splitlines()]

    assert [(line["client"], line["why"]) for line in lines] == [
        ("one", "rate"),
        ("one", "calls"),
        ("two", "rate"),
        ("one", "rate"),
    ]
