"""Health that means something, calls nobody waits for, and stopping without losing any."""

import threading
import time

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from running import TEN, serving
from wire_messages import a_dial, a_plan_request, error_of

from strategy.api.v1 import plan_pb2
from strategy.service import decision
from strategy.service.grpc_server import PLAN, SERVICES
from strategy.service.health import ANSWER_WITHIN_S

HEALTH = health_pb2.HealthCheckResponse


def health_of(served, service=""):
    stub = health_pb2_grpc.HealthStub(served.channel)
    return stub.Check(health_pb2.HealthCheckRequest(service=service), timeout=5).status


@pytest.fixture
def held(monkeypatch):
    """Permits wait for `go` once `began`."""
    began, go, real = threading.Event(), threading.Event(), decision.decide.request_permit

    def slow(*arguments):
        began.set()
        assert go.wait(30)
        return real(*arguments)

    monkeypatch.setattr(decision.decide, "request_permit", slow)
    yield began, go
    go.set()


def test_a_disk_that_hangs_does_not_hang_health(served):
    go = threading.Event()
    assert health_of(served) == HEALTH.SERVING
    hung = threading.Thread(target=served.ledger.write, args=(lambda tx: go.wait(60),))
    hung.start()
    began = time.monotonic()
    served.server._health.tell()
    took = time.monotonic() - began

    assert took < ANSWER_WITHIN_S + 3  # the machine that runs tests may be busy
    assert {health_of(served, name) for name in ("", *SERVICES)} == {HEALTH.NOT_SERVING}
    go.set()
    hung.join()
    served.server._health.tell()
    assert health_of(served) == HEALTH.SERVING


def test_the_plan_is_well_while_a_slot_of_it_is_left(served):
    assert health_of(served, PLAN) == HEALTH.NOT_SERVING
    served.people(1)
    plan_id = served.plans.CreatePlan(a_plan_request()).plan_id
    list(served.plans.WatchPlan(plan_pb2.WatchPlanRequest(plan_id=plan_id)))
    served.server._health.tell()
    assert health_of(served, PLAN) == HEALTH.SERVING

    served.wait(days=1, hours=2)  # noon, when the plan's last slot ends
    served.server._health.tell()
    assert health_of(served, PLAN) == HEALTH.NOT_SERVING
    assert health_of(served) == HEALTH.SERVING  # permits need no plan


@pytest.mark.parametrize("gone", ["deadline", "cancelled"])
def test_a_call_whose_caller_has_gone_leaves_the_ledger_as_it_was(tmp_path, shelf, held, gone):
    began, go = held
    with serving(tmp_path, shelf, threads=1) as served:
        served.people(*range(7))
        first = served.decisions.RequestPermit.future(a_dial("r0", 0))
        assert began.wait(10)
        within = 0.3 if gone == "deadline" else None
        waiting = [
            served.decisions.RequestPermit.future(a_dial(f"r{n}", n), timeout=within)
            for n in range(1, 6)
        ]
        if gone == "cancelled":
            time.sleep(0.3)
            assert [call.cancel() for call in waiting]
        assert {call.code() for call in waiting} <= {
            grpc.StatusCode.DEADLINE_EXCEEDED,
            grpc.StatusCode.CANCELLED,
        }
        go.set()
        assert first.result().HasField("permit")
        served.decisions.RequestPermit(a_dial("r6", 6))  # behind the others in the only thread
        tried = [
            len(served.ledger.read(lambda tx, n=n: tx.attempts.of_party(f"P{n}", TEN))[0])
            for n in range(7)
        ]

    assert tried == [1, 0, 0, 0, 0, 0, 1]


def test_stopping_lets_running_calls_end_and_refuses_new_ones(tmp_path, shelf, held):
    began, go = held
    with serving(tmp_path, shelf) as served:
        served.people(1, 2)
        watch = health_pb2_grpc.HealthStub(served.channel).Watch(health_pb2.HealthCheckRequest())
        assert next(watch).status == HEALTH.SERVING
        running = served.decisions.RequestPermit.future(a_dial("r1", 1))
        assert began.wait(10)
        stopping = threading.Thread(target=served.server.stop, args=(20.0,))
        stopping.start()
        assert next(watch).status == HEALTH.NOT_SERVING
        watch.cancel()
        time.sleep(0.5)
        new = error_of(served.decisions.RequestPermit, a_dial("r2", 2), timeout=5)
        go.set()
        assert running.result().HasField("permit")
        stopping.join(20)

    assert new.code() is grpc.StatusCode.UNAVAILABLE
    assert not stopping.is_alive()
