"""What goes wrong inside is told as a status a program can read, and nothing leaks."""

import logging
import threading
import time

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from wire_messages import a_dial, a_person, detail, error_of

from strategy.api.v1 import plan_pb2, types_pb2
from strategy.api.v1 import portfolio_pb2 as pb
from strategy.domain.channel import Channel
from strategy.domain.outcome import Outcome
from strategy.domain.plan_record import PlanState
from strategy.service import decision
from strategy.service.grpc_server import SERVICES
from strategy.service.portfolio import AT_ONCE


def test_what_nobody_foresaw_is_told_as_a_number_without_its_words(served, monkeypatch, caplog):
    def fails(*_):
        person = "13800138000"
        raise RuntimeError(f"no such person: {person}")

    monkeypatch.setattr(decision.decide, "request_permit", fails)
    with caplog.at_level(logging.ERROR):
        error = error_of(served.decisions.RequestPermit, a_dial())

    assert error.code() is grpc.StatusCode.INTERNAL
    number = error.details().split()[2].rstrip(";")
    assert number in caplog.text
    assert "RuntimeError" in caplog.text
    assert "such person: 1380" not in caplog.text + error.details()


def test_without_a_ledger_callers_are_told_to_come_back(served):
    served.people(1)
    served.ledger.close()
    error = error_of(served.decisions.RequestPermit, a_dial())

    assert error.code() is grpc.StatusCode.UNAVAILABLE
    assert detail(error, error_details_pb2.RetryInfo).retry_delay.seconds == 1


def test_a_call_whose_deadline_passed_while_it_waited_is_not_started(served, monkeypatch):
    started = []

    def slow(*_):
        started.append(1)
        time.sleep(0.6)
        raise AssertionError

    monkeypatch.setattr(decision.decide, "request_permit", slow)
    calls = [served.decisions.RequestPermit.future(a_dial(f"r{n}"), timeout=0.4) for n in range(40)]
    assert {call.code() for call in calls} == {grpc.StatusCode.DEADLINE_EXCEEDED}
    time.sleep(1.0)

    assert len(started) <= 16  # as many as there are threads


def test_an_import_whose_caller_goes_keeps_what_it_stored_and_is_no_error_of_ours(served, caplog):
    gone, sent = threading.Event(), iter(range(AT_ONCE + 10))

    def people():
        yield from (a_person(n) for n in sent)
        gone.wait(10)

    call = served.portfolio.ImportAccounts.future(people())
    stored = pb.GetAccountRequest(account_id=f"A{AT_ONCE - 1}")
    ends = time.monotonic() + 10
    while True:
        try:
            served.portfolio.GetAccount(stored)
            break
        except grpc.RpcError:
            assert time.monotonic() < ends
            time.sleep(0.05)
    with caplog.at_level(logging.ERROR):
        call.cancel()
        gone.set()
        time.sleep(0.3)

    assert served.portfolio.GetAccount(stored).account.account_id == stored.account_id
    assert "strategy" not in caplog.text


def test_more_calls_than_can_wait_are_refused_at_once(served, monkeypatch):
    go = threading.Event()
    monkeypatch.setattr(decision.decide, "request_permit", lambda *_: go.wait(30))
    calls = [served.decisions.RequestPermit.future(a_dial(f"r{n}"), timeout=5) for n in range(600)]
    refused = [call for call in calls if call.code() is grpc.StatusCode.RESOURCE_EXHAUSTED]
    go.set()

    assert len(refused) == 600 - 512  # for each of 16 threads, 32 that wait or run


def test_a_server_without_its_ledger_is_not_healthy(served, monkeypatch):
    health = health_pb2_grpc.HealthStub(served.channel)
    watch = health.Watch(health_pb2.HealthCheckRequest(service=SERVICES[0]), timeout=20)
    assert next(watch).status == health_pb2.HealthCheckResponse.SERVING
    served.ledger.close()

    assert next(watch).status == health_pb2.HealthCheckResponse.NOT_SERVING
    watch.cancel()


@pytest.mark.parametrize(
    ("numbers", "prefix", "words"),
    [
        (types_pb2.Channel, "CHANNEL_", Channel),
        (types_pb2.Outcome, "OUTCOME_", Outcome),
        (plan_pb2.PlanState, "PLAN_STATE_", PlanState),
    ],
)
def test_the_wire_and_the_domain_have_the_same_words(numbers, prefix, words):
    told = {name.removeprefix(prefix).lower() for name in numbers.keys()}  # noqa: SIM118 - enum

    assert told - {"unspecified"} == {word.value for word in words}
