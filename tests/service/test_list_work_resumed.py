"""A list of work goes on where it stopped, as long as its plan is in force."""

import grpc
import pytest
from examples import shanghai
from google.rpc import error_details_pb2
from test_plan_service import plan, work
from wire_messages import AGENT, SMS, detail, error_of, fields, stamp

from strategy.api.v1 import plan_pb2
from strategy.service.resume_token import place_of, question_of


@pytest.fixture
def planned(served):
    served.people(*range(1, 13))
    return plan(served)


def refused(served, **only):
    return error_of(served.plans.ListWork, plan_pb2.ListWorkRequest(**only))


def test_after_each_item_its_token_brings_the_rest_and_nothing_twice(served, planned):
    everything = work(served)

    for place, item in enumerate(everything):
        assert work(served, resume_token=item.resume_token) == everything[place + 1 :]


def test_a_token_belongs_to_its_question(served, planned):
    calls = work(served, channel=AGENT)
    assert work(served, channel=AGENT, resume_token=calls[0].resume_token) == calls[1:]

    for other in (
        {},
        {"channel": SMS},
        {"channel": AGENT, "to": stamp(shanghai("2026-03-11 09:00"))},
    ):
        error = refused(served, resume_token=calls[0].resume_token, **other)
        assert fields(error) == ["resume_token"]


@pytest.mark.parametrize("token", ["x", "x" * 5000, "eyJ9", "é" * 8, "e30="])
def test_what_is_no_token_is_refused(served, planned, token):
    assert fields(refused(served, resume_token=token)) == ["resume_token"]


def test_a_token_needs_no_memory_of_the_server(served, planned):
    item = work(served)[0]
    place = place_of(item.resume_token, question_of(None, None, None))

    assert (place.plan_id, place.account_id) == (planned.plan_id, item.account_id)


def test_when_the_plan_changed_the_caller_hears_so(served, planned):
    token = work(served)[0].resume_token
    plan(served, "plan-2")
    error = refused(served, resume_token=token)

    assert error.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert detail(error, error_details_pb2.ErrorInfo).reason == "PLAN_CHANGED"
    assert planned.plan_id in error.details()
