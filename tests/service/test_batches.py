"""Many decisions in one message, and batch after batch in a stream."""

import itertools
import threading
import time

import grpc
import pytest
from wire_messages import a_dial, codes, error_of, fields

from strategy import decide
from strategy.api.v1 import decision_pb2 as pb
from strategy.service import places

INVALID, NOT_FOUND = 3, 5


def dial(request_id, number=1, **changes):
    return pb.DecideItem(permit=a_dial(request_id, number, **changes))


def now(request_id, number=1, **changes):
    return pb.DecideItem(
        decide=pb.DecideRequest(request_id=request_id, account_id=f"A{number}", **changes)
    )


def batch(*items):
    return pb.DecideBatchRequest(items=items)


def kinds(response):
    return [result.WhichOneof("result") for result in response.results]


def test_answers_come_in_the_order_of_the_items_and_see_what_came_before(served):
    served.people(1, 2)
    found = served.decisions.DecideBatch(
        batch(dial("r1", 1), dial("r2", 1), now("r3", 2), dial("r4", 2))
    )

    assert kinds(found) == ["permit", "permit", "decide", "permit"]
    first, second, third, fourth = found.results
    assert first.permit.HasField("permit")
    assert "open_permit" in codes(second.permit)  # the first holds the person
    assert codes(third.decide) == ["no_plan"]
    assert fourth.permit.permit.account_id == "A2"


def test_one_bad_item_does_not_spoil_the_batch_and_leaves_nothing_behind(served):
    served.people(1, 2)
    found = served.decisions.DecideBatch(
        batch(
            dial("r1", 1),
            now(""),
            dial("r2", 9),
            dial("r1", 2),
            pb.DecideItem(),
            dial("r3", 2, contact_point_id="M7"),
            dial("r3", 2),
        )
    )

    assert kinds(found) == ["permit", *["error"] * 5, "permit"]
    errors = [result.error for result in found.results[1:6]]
    assert [e.code for e in errors] == [INVALID, NOT_FOUND, INVALID, INVALID, NOT_FOUND]
    assert [[v.field for v in e.violations] for e in errors] == [
        ["items[1].decide.request_id"],
        [],
        [],
        ["items[4]"],
        [],
    ]
    assert "already used with another body" in errors[2].message
    # "r3" was not used up by the item that failed.
    assert found.results[6].permit.permit.contact_point_id == "M2"


def test_a_batch_has_one_to_a_thousand_items(served):
    served.people(1)
    full = served.decisions.DecideBatch(batch(*[now(f"r{n}", 9) for n in range(1000)]))
    error = error_of(served.decisions.DecideBatch, batch(*[now(f"r{n}") for n in range(1001)]))

    assert {result.error.code for result in full.results} == {NOT_FOUND}
    assert len(full.results) == 1000
    assert fields(error) == ["items"]


def test_a_batch_is_durable_in_one_commit_before_its_answer(served, monkeypatch):
    served.people(*range(1, 21))
    commits = []
    commit = served.ledger._commit
    monkeypatch.setattr(
        served.ledger, "_commit", lambda works: (commits.append(len(works)), commit(works))
    )
    found = served.decisions.DecideBatch(batch(*[dial(f"r{n}", n) for n in range(1, 21)]))

    assert all(result.permit.HasField("permit") for result in found.results)
    assert commits.count(1) == len(commits)
    assert len(commits) <= 2  # the batch, and perhaps the health of the ledger
    again = served.decisions.DecideBatch(batch(*[dial(f"r{n}", n) for n in range(1, 21)]))
    assert again == found


def test_a_stream_answers_batch_by_batch_in_order(served):
    served.people(*range(1, 4))
    answers = served.decisions.DecideStream(
        iter([batch(dial(f"r{n}", n), now(f"d{n}", 9)) for n in (1, 2, 3)]), timeout=20
    )

    assert [a.results[0].permit.permit.account_id for a in answers] == ["A1", "A2", "A3"]


def test_a_bad_batch_ends_the_stream_and_what_was_answered_stays(served):
    served.people(1)
    answers = served.decisions.DecideStream(iter([batch(dial("r1")), batch()]), timeout=20)
    first = next(answers)
    with pytest.raises(grpc.RpcError) as ended:
        next(answers)

    assert first.results[0].permit.HasField("permit")
    assert fields(ended.value) == ["items"]


def test_streams_are_bounded_so_that_single_decisions_go_on(served):
    served.people(1)
    go = threading.Event()

    def batches():
        yield batch(now("r1", 9))
        go.wait(20)

    streams = [served.decisions.DecideStream(batches(), timeout=20) for _ in range(4)]
    assert [kinds(next(stream)) for stream in streams] == [["error"]] * 4
    error = error_of(served.decisions.DecideStream, iter([batch(now("r2", 9))]), timeout=20)
    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert served.decisions.RequestPermit(a_dial(), timeout=20).HasField("permit")
    go.set()
    assert [list(stream) for stream in streams] == [[]] * 4


def test_a_caller_who_does_not_read_is_not_read_from_and_is_dropped(served, monkeypatch):
    monkeypatch.setattr(places, "READS_WITHIN_S", 1.0)
    decided, decide_batch = [], decide.decide_batch
    monkeypatch.setattr(
        decide, "decide_batch", lambda *a: (decided.append(len(a[2])), decide_batch(*a))[1]
    )
    large = batch(*[now(f"{'r' * 100}{n}", "9" * 100) for n in range(1000)])
    go = threading.Event()

    def batches():
        yield batch(now("r1", 9))
        go.wait(60)

    stuck = served.decisions.DecideStream(itertools.repeat(large, 500), timeout=90)
    others = [served.decisions.DecideStream(batches(), timeout=90) for _ in range(3)]
    assert [kinds(next(stream)) for stream in others] == [["error"]] * 3
    ended, until = None, time.monotonic() + 60
    while ended is None and time.monotonic() < until:  # all four places are taken, until it is not
        try:
            ended = list(served.decisions.DecideStream(iter([batch(now("r2", 9))]), timeout=20))
        except grpc.RpcError:
            time.sleep(0.5)
    go.set()

    assert ended is not None
    assert decided.count(1000) < 200  # what the network holds, and no more
    with pytest.raises(grpc.RpcError) as dropped:
        list(stuck)
    assert dropped.value.code() is grpc.StatusCode.CANCELLED
    assert [list(stream) for stream in others] == [[]] * 3
