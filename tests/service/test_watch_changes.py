"""Dialers hear of plans and rulebooks that come into force, and resume by number."""

import time

import grpc
import pytest
from running import MOST_STREAMS, ON_BOTH, serving
from test_plan_service import plan
from wire_messages import error_of, fields

from strategy.api.v1 import plan_pb2 as pb
from strategy.domain.change import ChangeKind
from strategy.service import plan_messages as messages


def changes(served, after=0):
    return list(served.plans.WatchChanges(pb.WatchChangesRequest(after=after), timeout=20))


def follow(served, after=0):
    asked = pb.WatchChangesRequest(after=after, follow=True)
    return served.plans.WatchChanges(asked, timeout=60)


@ON_BOTH
def test_plans_and_rules_that_come_into_force_are_told_in_order(served):
    served.people(1)
    first, second = plan(served), plan(served, "plan-2")
    found = changes(served)

    assert [(c.kind, c.subject) for c in found[1:]] == [
        ("plan_activated", first.plan_id),
        ("plan_retired", first.plan_id),
        ("plan_activated", second.plan_id),
    ]
    assert found[0].kind == "rulebook_loaded"
    assert [c.number for c in found] == [1, 2, 3, 4]
    assert changes(served, after=2) == found[2:]
    assert changes(served, after=4) == []


@ON_BOTH
def test_a_follower_hears_of_what_comes(served):
    served.people(1)
    stream = follow(served, after=1)
    made = plan(served)

    assert next(stream).subject == made.plan_id
    stream.cancel()


@ON_BOTH
def test_a_number_that_was_not_reached_is_another_ledgers(served):
    error = error_of(served.plans.WatchChanges, pb.WatchChangesRequest(after=99, follow=True))

    assert fields(error) == ["after"]


def test_followers_are_bounded_and_one_that_leaves_makes_room(served):
    streams = [follow(served) for _ in range(MOST_STREAMS)]
    for stream in streams:
        assert next(stream).number == 1
    one_more = error_of(served.plans.WatchChanges, pb.WatchChangesRequest(), timeout=20)
    assert one_more.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    streams.pop().cancel()
    time.sleep(1.0)
    assert len(changes(served)) == 1
    for stream in streams:
        stream.cancel()


def test_a_slow_reader_is_dropped_and_resumes_where_it_stopped(tmp_path, shelf, monkeypatch):
    # More than the windows of the connection hold, so that the server has to wait.
    many, text = 2000, "x" * 100_000
    monkeypatch.setattr(
        messages, "change_message", lambda c: pb.Change(number=c.number, subject=text)
    )
    with serving(tmp_path, shelf, silence_s=1.0) as served:

        def add(tx):
            for _ in range(many):
                tx.changes.add(served.now, ChangeKind.PLAN_ACTIVATED, "p")

        served.ledger.write(add)
        stream = follow(served)
        read = [next(stream).number]
        time.sleep(2.5)
        with pytest.raises(grpc.RpcError) as dropped:
            read.extend(change.number for change in stream)
        more = follow(served, after=read[-1])
        assert next(more).number == read[-1] + 1
        more.cancel()

    assert dropped.value.code() is grpc.StatusCode.CANCELLED
    assert read == list(range(1, read[-1] + 1))
    assert read[-1] < many  # what was not read stayed in the ledger


def test_waiting_for_a_change_is_no_silence_of_the_follower(tmp_path, shelf):
    with serving(tmp_path, shelf, silence_s=0.5) as served:
        served.people(1)
        stream = follow(served, after=1)
        time.sleep(1.5)
        made = plan(served)
        assert next(stream).subject == made.plan_id
        stream.cancel()


def test_followers_do_not_hold_up_stopping(tmp_path, shelf):
    with serving(tmp_path, shelf) as served:
        stream = follow(served)
        assert next(stream).number == 1
        began = time.monotonic()
        served.server.stop(20.0)
        assert time.monotonic() - began < 10
        assert error_of(next, stream).code() is grpc.StatusCode.UNAVAILABLE
