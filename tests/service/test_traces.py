"""Spans of calls, for OpenTelemetry."""

import builtins
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio
from running import serving
from wire_messages import a_dial

from strategy.errors import StrategyError
from strategy.service.call import Call
from strategy.service.clients import THIS_MACHINE
from strategy.service.traces import Traces, traces_to
from strategy.token_file import Role

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
PERMIT = "strategy.api.v1.DecisionService/RequestPermit"


class Watched:
    """A server whose spans are kept, with this share of calls that have no trace."""

    def __init__(self, share):
        self._kept = InMemorySpanExporter()
        provider = TracerProvider(ParentBasedTraceIdRatio(share))
        provider.add_span_processor(SimpleSpanProcessor(self._kept))
        self.traces = Traces(provider)

    @property
    def spans(self):
        return {span.name: span for span in self._kept.get_finished_spans()}


@pytest.fixture
def watched():
    return Watched(share=0)


def test_a_call_is_a_span_in_the_trace_of_its_caller(tmp_path, shelf, watched):
    with serving(tmp_path, shelf, traces=watched.traces) as served:
        served.people(1)
        mine = (("traceparent", f"00-{TRACE}-{SPAN}-01"),)
        answer = served.decisions.RequestPermit(a_dial(), metadata=mine)

    call, wait = watched.spans[PERMIT], watched.spans["wait for a thread"]
    assert f"{call.context.trace_id:032x}" == TRACE
    assert f"{call.parent.span_id:016x}" == SPAN
    assert call.attributes["strategy.decision"] == answer.decision_id
    assert call.attributes["strategy.status"] == "OK"
    assert wait.parent.span_id == call.context.span_id
    assert call.start_time == wait.start_time <= wait.end_time <= call.end_time


def test_a_caller_says_that_a_call_is_not_traced(tmp_path, shelf):
    everything = Watched(share=1)
    with serving(tmp_path, shelf, traces=everything.traces) as served:
        served.people(1)
        mine = (("traceparent", f"00-{TRACE}-{SPAN}-00"),)
        served.decisions.RequestPermit(a_dial(), metadata=mine)

    assert PERMIT not in everything.spans
    assert "strategy.api.v1.PortfolioService/ImportAccounts" in everything.spans


def test_of_calls_without_a_trace_the_share_is_traced(tmp_path, shelf, watched):
    with serving(tmp_path, shelf, traces=watched.traces) as served:
        served.people(1)

    assert watched.spans == {}


def test_a_refused_stranger_makes_no_span(tmp_path, shelf, tokens):
    tokens.add("desk", Role.OPERATOR)
    everything = Watched(share=1)
    with (
        serving(tmp_path, shelf, tokens.file, traces=everything.traces) as served,
        pytest.raises(grpc.RpcError),
    ):
        served.decisions.RequestPermit(a_dial())

    assert everything.spans == {}


def test_what_the_server_did_wrong_is_an_error_and_what_the_caller_did_is_not(watched):
    class Nobody:
        def began(self, waited_s): ...

    for status in ("INTERNAL", "INVALID_ARGUMENT"):
        sent = (("traceparent", f"00-{TRACE}-{SPAN}-01"),)
        watched.traces.ended(Call(f"/s/{status}", THIS_MACHINE, Nobody(), sent), status, 0.5)

    assert not watched.spans["s/INTERNAL"].status.is_ok
    assert watched.spans["s/INVALID_ARGUMENT"].status.is_ok
    assert watched.spans["s/INTERNAL"].end_time - watched.spans["s/INTERNAL"].start_time == 5e8


def test_spans_reach_a_collector_when_the_server_stops(tmp_path, shelf):
    got = []

    class Collector(trace_service_pb2_grpc.TraceServiceServicer):
        def Export(self, request, context):  # noqa: N802
            got.extend(s.name for r in request.resource_spans for s in r.scope_spans[0].spans)
            return trace_service_pb2.ExportTraceServiceResponse()

    collector = grpc.server(ThreadPoolExecutor(1))
    trace_service_pb2_grpc.add_TraceServiceServicer_to_server(Collector(), collector)
    port = collector.add_insecure_port("127.0.0.1:0")
    collector.start()
    with serving(tmp_path, shelf, traces=traces_to(f"http://127.0.0.1:{port}", 1.0)) as served:
        served.people(1)
    collector.stop(None).wait()

    assert "strategy.api.v1.PortfolioService/ImportAccounts" in got


def test_a_collector_that_is_not_there_costs_no_answer(tmp_path, shelf):
    with serving(tmp_path, shelf, traces=traces_to("http://127.0.0.1:9", 1.0)) as served:
        served.people(1)


def test_without_the_extra_the_server_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def without(name, *more):
        if name.startswith("opentelemetry"):
            raise ImportError(name)
        return real(name, *more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(StrategyError, match=r"pip install 'collections-strategy\[traces\]'"):
        traces_to("http://127.0.0.1:4317", 1.0)
