"""Many decisions in one message, and batch after batch in a stream."""

import itertools
import threading
import time
from contextlib import suppress

import grpc
import pytest
from running import MOST_STREAMS, ON_BOTH, serving
from wire_messages import a_dial, codes, error_of, fields

from strategy import decide
from strategy.api.v1 import decision_pb2 as pb
from strategy.token_file import Role

INVALID, NOT_FOUND, DENIED = 3, 5, 7


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


@ON_BOTH
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


@ON_BOTH
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


@ON_BOTH
def test_all_items_are_durable_before_the_answer_in_pieces_that_let_others_in(served, monkeypatch):
    served.people(*range(1, 21))
    commits = []
    monkeypatch.setattr(served.ledger, "watch", lambda writes, _: commits.append(writes))
    items = [dial(f"r{n}", n) for n in range(1, 21)] + [now(f"d{n}", 9) for n in range(580)]
    found = served.decisions.DecideBatch(batch(*items))

    assert commits == [256, 256, 88]
    assert all(result.permit.HasField("permit") for result in found.results[:20])
    assert served.decisions.DecideBatch(batch(*items)) == found


@ON_BOTH
def test_a_stream_answers_batch_by_batch_in_order(served):
    served.people(*range(1, 4))
    answers = served.decisions.DecideStream(
        iter([batch(dial(f"r{n}", n), now(f"d{n}", 9)) for n in (1, 2, 3)]), timeout=20
    )

    assert [a.results[0].permit.permit.account_id for a in answers] == ["A1", "A2", "A3"]


@ON_BOTH
def test_a_bad_batch_ends_the_stream_and_what_was_answered_stays(served):
    served.people(1)
    answers = served.decisions.DecideStream(iter([batch(dial("r1")), batch()]), timeout=20)
    first = next(answers)
    with pytest.raises(grpc.RpcError) as ended:
        next(answers)

    assert first.results[0].permit.HasField("permit")
    assert fields(ended.value) == ["items"]


@ON_BOTH
def test_streams_are_bounded_so_that_single_decisions_go_on(served):
    served.people(1)
    go = threading.Event()

    def batches():
        yield batch(now("r1", 9))
        go.wait(20)

    streams = [served.decisions.DecideStream(batches(), timeout=20) for _ in range(MOST_STREAMS)]
    assert [kinds(next(stream)) for stream in streams] == [["error"]] * MOST_STREAMS
    error = error_of(served.decisions.DecideStream, iter([batch(now("r2", 9))]), timeout=20)
    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert served.decisions.RequestPermit(a_dial(), timeout=20).HasField("permit")
    go.set()
    assert [list(stream) for stream in streams] == [[]] * MOST_STREAMS


def test_a_caller_who_does_not_read_is_not_read_from_and_is_dropped(tmp_path, shelf, monkeypatch):
    decided, answer_each = [], decide.answer_each
    monkeypatch.setattr(
        decide, "answer_each", lambda *a: (decided.append(len(a[2])), answer_each(*a))[1]
    )
    large = batch(*[now(f"{'r' * 100}{n}", "9" * 100) for n in range(1000)])
    with serving(tmp_path, shelf, threads=2, silence_s=1.0) as served:
        stuck = served.decisions.DecideStream(itertools.repeat(large, 500), timeout=90)
        ended, until = None, time.monotonic() + 60
        while (
            ended is None and time.monotonic() < until
        ):  # the only place is taken, until it is not
            time.sleep(0.5)
            with suppress(grpc.RpcError):
                ended = list(served.decisions.DecideStream(iter([batch(now("r2", 9))]), timeout=20))
        with pytest.raises(grpc.RpcError) as dropped:
            list(stuck)

    assert ended is not None
    assert decided.count(1000) < 200  # what the network holds, and no more
    assert dropped.value.code() is grpc.StatusCode.CANCELLED


@ON_BOTH
def test_a_stream_whose_batch_is_no_message_ends_there_and_what_was_answered_stays(served):
    served.people(1)
    stream = served.channel.stream_stream(
        "/strategy.api.v1.DecisionService/DecideStream",
        response_deserializer=pb.DecideBatchResponse.FromString,
    )
    answers = stream(iter([batch(dial("r1")).SerializeToString(), b"\xff"]), timeout=20)

    assert next(answers).results[0].permit.HasField("permit")
    assert fields(error_of(next, answers)) == ["message"]
    assert served.decisions.RequestPermit(a_dial("r1")).HasField("permit")


@pytest.mark.parametrize("method", ["DecideBatch", "DecideStream"])
def test_each_item_of_an_agency_is_asked_in_its_own_name(tmp_path, shelf, tokens, method):
    lender = tokens.add("lender", *Role)
    acme = tokens.add("acme-dialer", Role.DIALER, agency="acme")
    asked = batch(
        dial("r1", 1), dial("r2", 2, agency="best"), now("r3", 2, agency="best"), dial("r4", 2)
    )
    with (
        serving(tmp_path, shelf, tokens.file) as served,
        served.seen_by(lender) as us,
        served.seen_by(acme) as they,
    ):
        us.people(1, 2)
        found = (
            they.decisions.DecideBatch(asked)
            if method == "DecideBatch"
            else next(they.decisions.DecideStream(iter([asked]), timeout=20))
        )
        # The ids of an agency are its own: the lender's "r4" is another request.
        theirs = us.decisions.RequestPermit(a_dial("r4", 1))

    assert kinds(found) == ["permit", "error", "error", "permit"]
    assert [r.permit.permit.agency for r in (found.results[0], found.results[3])] == ["acme"] * 2
    assert [r.error.code for r in found.results[1:3]] == [DENIED] * 2
    assert "another agency" in found.results[1].error.message
    assert codes(theirs)


def test_a_batch_as_large_as_the_fields_allow_is_taken(served):
    items = [
        dial(f"{n:0128}", script="s" * 128, contact_point_id="c" * 128, account_id="a" * 128)
        for n in range(1000)
    ]
    found = served.decisions.DecideBatch(batch(*items))

    assert {result.error.code for result in found.results} == {NOT_FOUND}
