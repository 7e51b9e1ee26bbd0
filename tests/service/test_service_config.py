"""A client with the published service config repeats what may be repeated, and nothing else."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import grpc
import pytest
from running import ROOT, TEN
from test_access import OURS
from wire_messages import a_dial, error_of

from strategy.api.v1.decision_pb2_grpc import DecisionServiceStub
from strategy.errors import LedgerUnavailable
from strategy.service import decision

TEXT = (ROOT / "docs" / "operations" / "service-config.json").read_text(encoding="utf-8")
REPEATED = {
    f"/{name['service']}/{name['method']}"
    for config in json.loads(TEXT)["methodConfig"]
    for name in config["name"]
    if "retryPolicy" in config
}


class FailsOnce(grpc.GenericRpcHandler):
    """Every method: the first call ends with this status, later ones well."""

    def __init__(self, status):
        self._status, self.calls = status, []

    def service(self, call):
        def run(requests, context):
            self.calls.append(call.method)
            next(requests, None)
            if self.calls.count(call.method) == 1:
                context.abort(self._status, "the first time")
            yield b""

        return grpc.stream_stream_rpc_method_handler(run)


@contextmanager
def failing(status):
    handler = FailsOnce(status)
    server = grpc.server(ThreadPoolExecutor(4), handlers=[handler])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    options = [("grpc.service_config", TEXT)]
    with grpc.insecure_channel(f"127.0.0.1:{port}", options=options) as channel:
        yield channel, handler
    server.stop(0).wait()


def outcome(channel, method):
    call = channel.unary_stream(method)(b"", timeout=5)
    try:
        list(call)
        return grpc.StatusCode.OK
    except grpc.RpcError as error:
        return error.code()


def test_after_unavailable_exactly_the_calls_of_the_config_are_repeated():
    with failing(grpc.StatusCode.UNAVAILABLE) as (channel, server):
        ended = {method: outcome(channel, method) for method in OURS}

    assert {m for m, code in ended.items() if code is grpc.StatusCode.OK} == REPEATED
    assert {m for m in OURS if server.calls.count(m) == 2} == REPEATED


@pytest.mark.parametrize("status", ["INTERNAL", "FAILED_PRECONDITION", "RESOURCE_EXHAUSTED"])
def test_after_other_errors_nothing_is_repeated(status):
    with failing(grpc.StatusCode[status]) as (channel, server):
        ended = {outcome(channel, method) for method in OURS}

    assert ended == {grpc.StatusCode[status]}
    assert len(server.calls) == len(OURS)


def test_a_permit_whose_answer_was_lost_is_given_once(served, monkeypatch):
    served.people(1)
    given, real = [], decision.decide.request_permit

    def loses_the_first(*arguments):
        given.append(real(*arguments))
        if len(given) == 1:
            raise LedgerUnavailable("after it was written")
        return given[-1]

    monkeypatch.setattr(decision.decide, "request_permit", loses_the_first)
    options = [("grpc.service_config", TEXT)]
    with grpc.insecure_channel(served.address, options=options) as channel:
        answer = DecisionServiceStub(channel).RequestPermit(a_dial(), timeout=10)
    without = error_of(
        DecisionServiceStub(served.channel).RequestPermit, a_dial("r2", 99), timeout=10
    )

    assert len(given) == 2
    assert answer.permit.permit_id == given[0].permit.id
    assert len(served.ledger.read(lambda tx: tx.attempts.of_party("P1", TEN))[0]) == 1
    assert without.code() is grpc.StatusCode.NOT_FOUND
