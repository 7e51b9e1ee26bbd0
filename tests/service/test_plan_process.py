"""Plans are made in a process of their own: permits do not wait, and its death is only a plan's."""

import multiprocessing
import threading
import time

import pytest
from running import ON_BOTH
from wire_messages import a_plan_request

from strategy.api.v1 import plan_pb2 as pb
from strategy.service import planning

pytestmark = ON_BOTH

SECONDS = 60


def planning_processes():
    return {one for one in multiprocessing.active_children() if one.name == "planning"}


def ended(served, plan_id):
    *_, last = served.plans.WatchPlan(pb.WatchPlanRequest(plan_id=plan_id), timeout=SECONDS)
    return last


@pytest.fixture
def slow_start(monkeypatch):
    """The planning thread waits for `go`, so that a test can look at the process it starts."""
    seen, make = threading.Event(), planning.make_plan_apart

    def watched(*arguments):
        seen.set()
        return make(*arguments)

    monkeypatch.setattr(planning, "make_plan_apart", watched)
    return seen


def test_a_plan_made_in_its_process_is_put_in_force_by_the_server(served):
    served.people(1, 2)
    plan_id = served.plans.CreatePlan(a_plan_request()).plan_id
    last = ended(served, plan_id)
    assert (last.state, last.accounts) == (pb.PLAN_STATE_ACTIVE, 2)
    assert [item.plan_id for item in served.plans.ListWork(pb.ListWorkRequest())] == [plan_id] * 2


def test_a_planning_process_that_is_killed_is_a_failed_plan_and_nothing_else(served, slow_start):
    served.people(1, 2)
    plan_id = served.plans.CreatePlan(a_plan_request()).plan_id
    assert slow_start.wait(SECONDS)
    deadline = time.monotonic() + SECONDS
    while not (started := planning_processes()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    for process in started:
        process.kill()
    last = ended(served, plan_id)
    assert last.state == pb.PLAN_STATE_FAILED
    assert "the planning process ended (-9)" in last.phase
    again = ended(served, served.plans.CreatePlan(a_plan_request(request_id="again")).plan_id)
    assert again.state == pb.PLAN_STATE_ACTIVE
