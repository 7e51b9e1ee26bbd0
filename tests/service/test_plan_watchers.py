"""Watching plans: told of each phase, bounded in number, ended when the server stops."""

import threading
import time

import grpc
import pytest
from examples import shanghai
from google.rpc import error_details_pb2
from running import MOST_STREAMS
from wire_messages import a_plan_request, detail, error_of, fields, stamp

from strategy import plans
from strategy.api.v1 import plan_pb2 as pb
from strategy.plan_progress import PlanProgress
from strategy.service import planning


@pytest.fixture
def held(served, monkeypatch):
    """A server whose planner waits for `go` after its first phase, and how to watch its plan."""
    go = threading.Event()

    def slow(ledger, rulebook, plan_id, zone, clock, tell, stop, make):
        tell(PlanProgress("thinking"))
        assert go.wait(30)
        return plans.run_plan(ledger, rulebook, plan_id, zone, clock, tell, stop, make)

    monkeypatch.setattr(planning, "run_plan", slow)
    served.people(1)
    watch = pb.WatchPlanRequest(plan_id=served.plans.CreatePlan(a_plan_request()).plan_id)
    yield served, watch, go
    go.set()


def watched(served, watch):
    """A watching stream that has reached the first phase; None where there is no room."""
    stream = served.plans.WatchPlan(watch, timeout=20)
    try:
        while next(stream).phase != "thinking":
            pass
    except grpc.RpcError as error:
        if error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED:
            return None
        raise
    return stream


def test_watchers_are_told_of_phases_and_bounded_so_that_decisions_go_on(held):
    served, watch, go = held
    streams = [watched(served, watch) for _ in range(MOST_STREAMS)]
    one_more = error_of(served.plans.WatchPlan, watch, timeout=20)

    assert all(streams)
    assert one_more.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert detail(one_more, error_details_pb2.RetryInfo).retry_delay.seconds == 1
    told = served.plans.GetPlan(pb.GetPlanRequest(plan_id=watch.plan_id))
    assert (told.state, told.phase) == (pb.PLAN_STATE_RUNNING, "thinking")
    go.set()
    for stream in streams:
        *_, last = stream
        assert last.state == pb.PLAN_STATE_ACTIVE


def test_watchers_that_go_give_their_places_back(held):
    served, watch, _ = held
    for _ in range(3):
        streams = []
        ends = time.monotonic() + 10
        while len(streams) < MOST_STREAMS:
            assert time.monotonic() < ends, "places of watchers were lost"
            if stream := watched(served, watch):
                streams.append(stream)
        for stream in streams:
            stream.cancel()


def test_a_plan_that_is_stopped_before_there_is_any_fails_and_says_so(held):
    served, watch, go = held
    stream = watched(served, watch)
    told = served.plans.StopPlan(pb.StopPlanRequest(plan_id=watch.plan_id))
    assert told.state == pb.PLAN_STATE_RUNNING
    go.set()
    *_, last = stream

    assert last.state == pb.PLAN_STATE_FAILED
    assert "stopped before there was a plan" in last.phase
    assert served.plans.StopPlan(pb.StopPlanRequest(plan_id=watch.plan_id)) == last


def test_a_deadline_ends_watching_and_gives_the_place_back(held):
    served, watch, _ = held
    error = error_of(served.plans.WatchPlan, watch, timeout=0.3)

    assert error.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert watched(served, watch) is not None


def test_an_unknown_plan_is_not_found(served):
    for call, kind in (
        (served.plans.GetPlan, pb.GetPlanRequest),
        (served.plans.WatchPlan, pb.WatchPlanRequest),
        (served.plans.StopPlan, pb.StopPlanRequest),
    ):
        assert error_of(call, kind(plan_id="x")).code() is grpc.StatusCode.NOT_FOUND


def test_a_window_of_work_that_ends_before_it_begins_is_refused(served):
    nine, ten = (stamp(shanghai(f"2026-03-11 {hour}:00")) for hour in ("09", "10"))
    backwards = pb.ListWorkRequest(to=nine, **{"from": ten})

    assert fields(error_of(served.plans.ListWork, backwards)) == ["to"]
