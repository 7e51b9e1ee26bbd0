"""Traces for OpenTelemetry: a span for every call, inside the trace of its caller.

Whether a call is traced is for the caller to say in its W3C `traceparent`; of calls without one, a
share is. Spans carry what the call log carries: no person and no account. A collector that cannot
be reached costs spans, never an answer.
"""

from collections.abc import Mapping
from time import time_ns
from typing import TYPE_CHECKING

from strategy.errors import StrategyError
from strategy.service.call import Call

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

SECOND_NS = 1_000_000_000
SEND_WITHIN_S = 2.0
CARRIED = ("traceparent", "tracestate")
"""Where https://www.w3.org/TR/trace-context/ puts the caller's trace."""


class Traces:
    """Makes spans of calls that have ended, so that a call being decided pays for none of it."""

    def __init__(self, provider: "TracerProvider") -> None:
        from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self._provider, self._tracer = provider, provider.get_tracer("strategy")
        self._within = TraceContextTextMapPropagator().extract
        self._server, self._inside = SpanKind.SERVER, set_span_in_context
        self._failed = Status(StatusCode.ERROR)

    def ended(self, call: Call, status: str, seconds: float) -> None:
        """One span from arrival to end, and in it the wait for a thread. `seconds` count from
        when the call got its thread. Strangers make no spans."""
        if call.client is None:
            return
        end = time_ns()
        began = end - round(seconds * SECOND_NS)
        arrived = began - round(call.waited_s * SECOND_NS)
        service, _, method = call.method.removeprefix("/").rpartition("/")
        span = self._tracer.start_span(
            f"{service}/{method}",
            context=self._within(_carried(call)),
            kind=self._server,
            start_time=arrived,
        )
        if span.is_recording():
            told = {
                "rpc.system": "grpc",
                "rpc.service": service,
                "rpc.method": method,
                "strategy.status": status,
                "strategy.client": call.client.name,
                "strategy.decision": call.decision_id,
                "strategy.why": call.why,
            }
            span.set_attributes({key: value for key, value in told.items() if value})
            if status in SERVER_ERRORS:
                span.set_status(self._failed)
            wait = self._tracer.start_span(
                "wait for a thread", context=self._inside(span), start_time=arrived
            )
            wait.end(began)
        span.end(end)

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()


SERVER_ERRORS = frozenset(
    ("UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS")
)
"""Statuses that are the server's fault, by OpenTelemetry's conventions for gRPC servers."""


def traces_to(collector: str, share: float) -> Traces:
    """Sends spans to a collector that speaks OTLP over gRPC, such as `http://127.0.0.1:4317`.

    `share`, 0 to 1, of calls whose caller has no trace. Raises `StrategyError` where the extra
    `traces` is not installed.
    """
    try:
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio
    except ImportError as error:
        what = "--traces needs OpenTelemetry: pip install 'collections-strategy[traces]'"
        raise StrategyError(what) from error
    provider = TracerProvider(
        ParentBasedTraceIdRatio(share), Resource.create({"service.name": "collections-strategy"})
    )
    provider.add_span_processor(
        BatchSpanProcessor(OTLPSpanExporter(collector, timeout=SEND_WITHIN_S))
    )
    return Traces(provider)


def _carried(call: Call) -> Mapping[str, str]:
    return {key: value for key, value in call.metadata if key in CARRIED and isinstance(value, str)}
