"""A slow, hostile or merely eager client gets its share, and leaves others theirs."""

import socket
import threading
import time
from contextlib import ExitStack, contextmanager

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from running import serving
from wire_messages import a_dial, a_person, a_plan_request, detail, error_of

from strategy.api.v1 import plan_pb2, rulebook_pb2
from strategy.service import decision
from strategy.service.admission import HEALTH_CALLS, Admission, TooMany
from strategy.service.clients import THIS_MACHINE, Client
from strategy.token_file import Role

GONE, CANCELLED = grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.CANCELLED
GOOD_WITHIN_S = 5.0  # what an honest caller waits at most, on a slow machine under test


@contextmanager
def two_clients(tmp_path, shelf, tokens, rate=None, **edge):
    """A server seen by an honest client and by a bad one."""
    good = tokens.add("good", *Role)
    bad = tokens.add("bad", *Role, rate=rate)
    with (
        serving(tmp_path, shelf, tokens.file, threads=8, **edge) as served,
        served.seen_by(good) as honest,
        served.seen_by(bad) as hostile,
    ):
        honest.people(1)
        yield honest, hostile


def asks(client, number=0):
    """Seconds in which the client got an answer."""
    began = time.monotonic()
    client.decisions.RequestPermit(a_dial(f"good-{number}"), timeout=20)
    return time.monotonic() - began


def silent(until):
    """A stream of requests that sends nothing."""
    until.wait(30)
    yield from ()


def test_calls_without_their_message_are_ended_and_their_client_gets_few_threads(
    tmp_path, shelf, tokens
):
    method, over = "/strategy.api.v1.DecisionService/RequestPermit", threading.Event()
    with two_clients(tmp_path, shelf, tokens) as (honest, hostile):
        open_call = hostile.channel.stream_stream(method)
        first = [open_call(silent(over), timeout=30) for _ in range(20)]
        assert {error_of(call.__next__).code() for call in first} == {CANCELLED}
        later = [open_call(silent(over), timeout=30) for _ in range(20)]
        assert asks(honest) < GOOD_WITHIN_S  # not behind twenty calls of two seconds each
        codes = [error_of(call.__next__).code() for call in later]
        over.set()

    assert codes.count(GONE) == 18  # a quarter of eight threads is two
    assert codes.count(CANCELLED) == 2


def test_streams_that_are_not_written_are_few_and_end_after_the_silence(tmp_path, shelf, tokens):
    over = threading.Event()
    with two_clients(tmp_path, shelf, tokens, silence_s=1.0) as (honest, hostile):
        calls = [hostile.portfolio.ImportAccounts.future(silent(over)) for _ in range(12)]
        assert asks(honest) < GOOD_WITHIN_S
        codes = [call.code() for call in calls]
        over.set()

    assert codes.count(GONE) == 10
    assert codes.count(CANCELLED) == 2


def test_a_stream_that_is_not_read_ends_after_the_silence(tmp_path, shelf, tokens, monkeypatch):
    # More work than the windows of the connection hold, so that the server has to wait.
    from strategy.service import plan as plan_service

    one = plan_pb2.WorkItem(script="x" * 100_000)
    monkeypatch.setattr(plan_service, "work", lambda *_: iter([None] * 2000))
    monkeypatch.setattr(plan_service.messages, "work_message", lambda *_: one)
    with two_clients(tmp_path, shelf, tokens, silence_s=1.0) as (honest, hostile):
        unread = [hostile.plans.ListWork(plan_pb2.ListWorkRequest()) for _ in range(2)]
        next(unread[0])
        assert error_of(hostile.plans.ListWork, plan_pb2.ListWorkRequest()).code() is GONE
        assert asks(honest) < GOOD_WITHIN_S
        time.sleep(2.5)
        assert [error_of(list, stream).code() for stream in unread] == [CANCELLED] * 2
        stream = honest.plans.ListWork(plan_pb2.ListWorkRequest())
        assert sum(1 for _ in stream) == 2000  # who reads gets all of it


def test_who_sends_as_fast_as_it_can_is_told_when_to_come_back_and_others_are_answered(
    tmp_path, shelf, tokens
):
    with two_clients(tmp_path, shelf, tokens, rate=20) as (honest, hostile):
        stop = threading.Event()
        codes = []

        def flood():
            while not stop.is_set():
                calls = [
                    hostile.decisions.RequestPermit.future(a_dial(f"{time.monotonic()}-{n}"))
                    for n in range(50)
                ]
                codes.extend((call.code(), call.exception()) for call in calls)

        thread = threading.Thread(target=flood)
        thread.start()
        time.sleep(0.5)
        waits = [asks(honest, number) for number in range(20)]
        stop.set()
        thread.join()

    assert max(waits) < GOOD_WITHIN_S
    refused = [error for code, error in codes if code is GONE]
    assert len(refused) > len(codes) / 2
    delay = detail(refused[0], error_details_pb2.RetryInfo).retry_delay.ToMilliseconds()
    assert 1 <= delay <= 50  # twenty a second: the next one is due within that


def test_strangers_who_ask_for_health_and_send_nothing_hold_nobody_up(tmp_path, shelf, tokens):
    method, over = "/grpc.health.v1.Health/Check", threading.Event()
    with (
        two_clients(tmp_path, shelf, tokens) as (honest, _),
        grpc.insecure_channel(honest.address) as channel,
    ):
        health = health_pb2_grpc.HealthStub(honest.channel)
        watch = health.Watch(health_pb2.HealthCheckRequest())
        assert next(watch).status == health_pb2.HealthCheckResponse.SERVING
        calls = [channel.stream_stream(method)(silent(over)) for _ in range(300)]
        codes = [error_of(call.__next__).code() for call in calls]
        more = [channel.stream_stream(method)(silent(over)) for _ in range(300)]
        assert asks(honest) < GOOD_WITHIN_S
        honest.ledger.close()
        assert next(watch).status == health_pb2.HealthCheckResponse.NOT_SERVING
        watch.cancel()
        over.set()
        for call in more:
            call.cancel()

    assert set(codes) == {GONE, CANCELLED}
    assert codes.count(CANCELLED) >= HEALTH_CALLS


def test_calls_of_one_client_cannot_fill_the_queue(tmp_path, shelf, tokens, monkeypatch):
    with two_clients(tmp_path, shelf, tokens) as (honest, hostile):
        monkeypatch.setattr(decision.decide, "request_permit", lambda *_: time.sleep(0.2))
        calls = [
            hostile.decisions.RequestPermit.future(a_dial(f"r{n}"), timeout=3) for n in range(400)
        ]
        monkeypatch.undo()
        assert asks(honest) < GOOD_WITHIN_S
        for call in calls:
            call.cancel()


@pytest.mark.parametrize("kind", ["small", "bulk"])
def test_a_message_that_is_too_large_is_named(tmp_path, shelf, tokens, kind):
    with two_clients(tmp_path, shelf, tokens, most_bytes=20_000, most_bulk_bytes=90_000) as clients:
        _, hostile = clients
        if kind == "small":
            error = error_of(hostile.decisions.RequestPermit, a_dial(script="x" * 30_000))
            most = 20_000
        else:
            file = rulebook_pb2.RuleFile(name="a.yaml", text="x" * 80_000)
            assert hostile.rulebook.CheckRules(rulebook_pb2.CheckRulesRequest(files=[file]))
            file.text = "x" * 89_999
            error = error_of(
                hostile.rulebook.CheckRules, rulebook_pb2.CheckRulesRequest(files=[file])
            )
            most = 90_000
            if error.code() is GONE:  # gRPC's own limit is the larger of the two
                return

    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert f"this method takes {most}" in error.details()


def test_connections_that_say_nothing_are_bounded_and_closed(tmp_path, shelf, tokens):
    with two_clients(tmp_path, shelf, tokens, connections=20) as (honest, _), ExitStack() as stack:
        host, _, port = honest.address.rpartition(":")
        for _ in range(60):
            stack.enter_context(socket.create_connection((host, int(port)), timeout=5))
        assert asks(honest) < GOOD_WITHIN_S  # whoever is in stays in


def test_a_hung_client_does_not_hold_up_stopping(tmp_path, shelf, tokens):
    over = threading.Event()
    with two_clients(tmp_path, shelf, tokens) as (honest, hostile):
        call = hostile.portfolio.ImportAccounts.future(silent(over))
        asks(honest)
        began = time.monotonic()
    took = time.monotonic() - began
    over.set()

    assert took < 10  # the grace is one second
    assert call.code() in (grpc.StatusCode.UNAVAILABLE, CANCELLED)


def test_an_import_that_keeps_sending_may_take_longer_than_the_silence(tmp_path, shelf, tokens):
    def people():
        for number in range(6):
            time.sleep(0.4)
            yield a_person(number)

    with two_clients(tmp_path, shelf, tokens, silence_s=1.0) as (honest, _):
        assert honest.portfolio.ImportAccounts(people()).accepted == 6


def test_waiting_for_a_plan_is_no_silence_of_the_client(tmp_path, shelf, tokens, monkeypatch):
    from strategy import plans
    from strategy.service import planning

    def slow(*arguments):
        time.sleep(2.5)
        return plans.run_plan(*arguments)

    monkeypatch.setattr(planning, "run_plan", slow)
    with two_clients(tmp_path, shelf, tokens, silence_s=1.0) as (honest, _):
        plan_id = honest.plans.CreatePlan(a_plan_request()).plan_id
        *_, last = honest.plans.WatchPlan(plan_pb2.WatchPlanRequest(plan_id=plan_id))

    assert last.state == plan_pb2.PLAN_STATE_ACTIVE


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def test_a_bucket_holds_a_seconds_worth_and_fills_at_its_rate():
    clock = Clock()
    admission, client = Admission(16, clock), Client("one", frozenset(), rate=4)

    def passes():
        try:
            admission.enter(client, bulk=False)
        except TooMany as error:
            return error.retry_s
        admission.leave(client, bulk=False)
        return 0.0

    assert [passes() for _ in range(5)] == [0, 0, 0, 0, 0.25]
    clock.now += 0.25
    assert [passes() for _ in range(2)] == [0, 0.25]
    clock.now += 3600
    assert [bool(passes()) for _ in range(5)] == [False] * 4 + [True]


def test_places_are_given_back_and_one_client_never_has_more_than_its_share():
    admission = Admission(threads=8, now=Clock())
    one, two, three = (Client(name, frozenset()) for name in ("one", "two", "three"))

    def streams(client):
        for got in range(9):
            try:
                admission.enter(client, bulk=True)
            except TooMany as error:
                return got if error.why == "streams" else error
        return None

    assert [streams(one), streams(two), streams(three)] == [2, 2, 0]
    admission.leave(one, bulk=True)
    assert [streams(three), streams(one)] == [1, 0]


def test_callers_without_names_are_many_and_have_all_places_of_streams():
    """Without a tokens file every dialer and the planner on this machine is the same client."""
    admission = Admission(threads=8, now=Clock())

    for _ in range(4):
        admission.enter(THIS_MACHINE, bulk=True)
    with pytest.raises(TooMany, match="4 streams"):
        admission.enter(THIS_MACHINE, bulk=True)
