"""Planning through the real server, and working through the plan."""

from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from examples import shanghai
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from running import ON_BOTH
from wire_messages import AGENT, CAPACITY, stamp

from strategy.api.v1 import decision_pb2, plan_pb2, types_pb2


def plan(served, request_id="plan-1", capacity=CAPACITY):
    """Created the day before, for the clock's own day; watched until it is done."""
    made = served.plans.CreatePlan(
        plan_pb2.CreatePlanRequest(
            request_id=request_id, capacity_yaml=capacity, at=stamp(served.now)
        )
    )
    seen = list(served.plans.WatchPlan(plan_pb2.WatchPlanRequest(plan_id=made.plan_id)))
    return seen[-1]


def work(served, **only):
    return list(served.plans.ListWork(plan_pb2.ListWorkRequest(**only)))


@pytest.fixture
def planned(served):
    served.people(*range(1, 13))
    return plan(served)


@ON_BOTH
def test_a_plan_is_made_verified_and_active(served, planned):
    assert planned.state == plan_pb2.PLAN_STATE_ACTIVE, planned.phase
    assert planned.accounts == planned.attempts == 12
    assert 0 < planned.value_cents <= planned.bound_cents
    again = served.plans.GetPlan(plan_pb2.GetPlanRequest(plan_id=planned.plan_id))
    assert again == planned


def test_a_plan_says_what_it_makes_of_each_floor(served):
    served.people(*range(1, 13))
    floors = "floors:\n  - {name: texts, channels: sms, at_least: 12}\n"
    floors += "  - {name: calls, channels: [agent_call], at_least: 1}\n"
    made = plan(served, capacity=CAPACITY + floors)
    texts, calls = made.floors

    assert made.state == plan_pb2.PLAN_STATE_ACTIVE, made.phase
    assert (texts.name, texts.asked, texts.reached, texts.most) == ("texts", 12, 12, 12)
    assert list(texts.why_missed) == []
    # All twelve are texted, and nobody twice.
    assert (calls.name, calls.reached, calls.most) == ("calls", 0, 0)
    assert list(calls.why_missed) == ["1 for floors named before it"]
    assert {item.channel for item in work(served)} == {types_pb2.CHANNEL_SMS}


def test_a_plan_made_from_another_fails_where_it_has_floors(served, planned):
    capacity = CAPACITY + "floors: [{name: texts, channels: sms, at_least: 1}]\n"
    made = served.plans.CreatePlan(
        plan_pb2.CreatePlanRequest(
            request_id="again",
            capacity_yaml=capacity,
            at=stamp(served.now),
            from_plan_id=planned.plan_id,
        )
    )
    seen = list(served.plans.WatchPlan(plan_pb2.WatchPlanRequest(plan_id=made.plan_id)))

    assert seen[-1].state == plan_pb2.PLAN_STATE_FAILED
    assert "floors are kept with one touch of a person" in seen[-1].phase


@ON_BOTH
def test_the_same_request_gets_the_same_plan(served, planned):
    again = served.plans.CreatePlan(
        plan_pb2.CreatePlanRequest(
            request_id="plan-1", capacity_yaml=CAPACITY, at=stamp(served.now)
        )
    )

    assert again == planned


def test_work_comes_earliest_first_and_only_what_was_asked_for(served, planned):
    everything = work(served)
    starts = [item.slot_start.seconds for item in everything]

    assert len(everything) == 12
    assert starts == sorted(starts)
    calls = work(served, channel=AGENT)
    assert calls
    assert {item.channel for item in calls} == {AGENT}
    middle = {"from": stamp(shanghai("2026-03-10 10:00"))}
    later = work(served, **middle)
    due = [i for i in everything if i.slot_start.seconds >= middle["from"].seconds]
    for item in (*due, *later):
        item.resume_token = ""  # of another question
    assert due == later


@ON_BOTH
def test_decide_gives_the_planned_treatment_when_its_time_has_come(served, planned):
    item = next(i for i in work(served) if i.slot_start.seconds > served.now.timestamp())

    def decide(request_id):
        return served.decisions.Decide(
            decision_pb2.DecideRequest(request_id=request_id, account_id=item.account_id)
        )

    early = decide("d1")
    assert [r.code for r in early.reasons] == ["not_yet"]
    assert early.next_at == item.slot_start
    served.now = shanghai("2026-03-10 11:45")
    served.wait(seconds=item.slot_start.seconds - served.now.timestamp() + 60)
    due = decide("d2")
    assert due.permit.channel == item.channel
    assert due.permit.script == item.script
    served.wait(minutes=2)
    assert [r.code for r in decide("d3").reasons] == ["already_done"]
    served.wait(minutes=30)
    assert [r.code for r in decide("d4").reasons] == ["slot_over", "already_done"]


@ON_BOTH
def test_a_new_plan_retires_the_old_one(served, planned):
    second = plan(served, "plan-2")
    first = served.plans.GetPlan(plan_pb2.GetPlanRequest(plan_id=planned.plan_id))

    assert second.state == plan_pb2.PLAN_STATE_ACTIVE
    assert first.state == plan_pb2.PLAN_STATE_RETIRED
    assert {item.plan_id for item in work(served)} == {second.plan_id}


@ON_BOTH
def test_watchers_see_value_bound_and_gap_while_a_plan_is_made(served):
    served.people(*range(1, 13))
    asked = plan_pb2.CreatePlanRequest(
        request_id="plan-1", capacity_yaml=CAPACITY, at=stamp(served.now)
    )
    made = served.plans.CreatePlan(asked)
    seen = list(served.plans.WatchPlan(plan_pb2.WatchPlanRequest(plan_id=made.plan_id)))

    for told in seen:
        assert told.value_cents <= told.bound_cents
        assert 0 <= told.gap <= 1
    assert seen[-1].state == plan_pb2.PLAN_STATE_ACTIVE


def test_two_plans_are_compared_by_segment_and_by_account(served, planned):
    before = {item.account_id: item for item in work(served)}
    calls_only = CAPACITY.replace("robot_call: 4, sms: 4", "robot_call: 0, sms: 0")
    second = plan(served, "plan-2", calls_only.replace("agent_call: 4", "agent_call: 1"))
    after = {item.account_id: item for item in work(served)}
    asked = plan_pb2.ComparePlansRequest(old_plan_id=planned.plan_id, new_plan_id=second.plan_id)
    head, *pages = served.plans.ComparePlans(asked)
    changes = {c.account_id: c for page in pages for c in page.accounts}

    assert len(after) == 6  # a call in each half hour
    assert sum(s.accounts for s in head.segments) == len(before) == 12
    assert sum(s.lose for s in head.segments) == 6
    assert {a for a, c in changes.items() if not c.after} == before.keys() - after.keys()
    for account_id in before.keys() & after.keys():
        same = (before[account_id].channel, before[account_id].slot_start) == (
            after[account_id].channel,
            after[account_id].slot_start,
        )
        assert same or account_id in changes


def changed(served, request_id, first, **changes):
    asked = plan_pb2.CreatePlanRequest(
        request_id=request_id,
        capacity_yaml=CAPACITY.replace("agent_call: 4", "agent_call: 1"),
        at=stamp(served.now),
        from_plan_id=first.plan_id,
        **changes,
    )
    made = served.plans.CreatePlan(asked)
    *_, last = served.plans.WatchPlan(plan_pb2.WatchPlanRequest(plan_id=made.plan_id))
    return last


@ON_BOTH
def test_a_plan_is_changed_for_no_more_people_than_allowed_and_pins_stay(served, planned):
    before = {item.account_id: item for item in work(served)}
    account = min(a for a, item in before.items() if item.channel == AGENT)
    pins = f"account_id,channel,slot_start,script\n{account},,,\n"
    free = changed(served, "plan-2", planned, pins_csv=pins)
    kept = next(item for item in work(served) if item.account_id == account)
    tight = changed(served, "plan-3", planned, most_changed_bp=0, pins_csv=pins.upper())

    assert free.state == plan_pb2.PLAN_STATE_ACTIVE
    assert 0 < free.changed_people <= 12
    assert (kept.channel, kept.slot_start, kept.script) == (
        before[account].channel,
        before[account].slot_start,
        before[account].script,
    )
    assert tight.state == plan_pb2.PLAN_STATE_FAILED
    assert "must have the columns" in tight.phase


def test_a_plan_to_change_must_be_named_and_known(served, planned):
    for changes, code in [
        ({"change_cents": 5}, grpc.StatusCode.INVALID_ARGUMENT),
        ({"most_changed_bp": 10_001, "from_plan_id": "x"}, grpc.StatusCode.INVALID_ARGUMENT),
        ({"from_plan_id": "plan-404"}, grpc.StatusCode.NOT_FOUND),
    ]:
        asked = plan_pb2.CreatePlanRequest(
            request_id="plan-9", capacity_yaml=CAPACITY, at=stamp(served.now), **changes
        )
        with pytest.raises(grpc.RpcError) as refused:
            served.plans.CreatePlan(asked)
        assert refused.value.code() is code


@ON_BOTH
def test_a_plan_that_cannot_be_made_fails_and_the_active_one_stays(served, planned):
    empty = CAPACITY.replace("Asia/Shanghai", "Asia/Nowhere")
    with pytest.raises(grpc.RpcError) as refused:
        plan(served, "plan-3", empty)

    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "Asia/Nowhere" in refused.value.details()
    assert {item.plan_id for item in work(served)} == {planned.plan_id}


def test_an_empty_ledger_has_nothing_to_plan_and_says_so(served):
    failed = plan(served)

    assert failed.state == plan_pb2.PLAN_STATE_FAILED
    assert "0 accounts" in failed.phase
    assert work(served) == []


def test_the_server_tells_its_health_and_its_services(served):
    health = health_pb2_grpc.HealthStub(served.channel)
    for service in ("", "strategy.api.v1.DecisionService", "strategy.api.v1.PlanService"):
        status = health.Check(health_pb2.HealthCheckRequest(service=service)).status
        assert status == health_pb2.HealthCheckResponse.SERVING
    reflection = reflection_pb2_grpc.ServerReflectionStub(served.channel)
    asked = reflection_pb2.ServerReflectionRequest(list_services="")
    (answer,) = reflection.ServerReflectionInfo(iter([asked]))
    names = {s.name for s in answer.list_services_response.service}
    assert {"strategy.api.v1.ReliefService", "grpc.health.v1.Health"} <= names


def test_of_many_callers_for_one_person_exactly_one_gets_a_permit(served):
    served.people(1)

    def ask(number):
        return served.decisions.RequestPermit(
            decision_pb2.RequestPermitRequest(
                request_id=f"race-{number}",
                account_id="A1",
                contact_point_id="M1",
                channel=AGENT,
                script="agent-reminder",
            )
        )

    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(ask, range(96)))

    assert sum(a.HasField("permit") for a in answers) == 1
