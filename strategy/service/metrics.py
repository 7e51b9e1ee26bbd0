"""What operations watch, for Prometheus. No label ever names a person or an account."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from strategy.domain.permit import Answer
from strategy.errors import StrategyError
from strategy.publication import Publication
from strategy.service.backend import Backend
from strategy.shadow import Shadow

SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 60)
Observe = Callable[[str, str, float], None]
"""Method, status word, seconds."""


class Metrics:
    """Counts of one server, in a registry of its own."""

    def __init__(self, backend: Backend, publication: Publication, shadow: Shadow) -> None:
        self.registry = CollectorRegistry()
        self._calls = Histogram(
            "strategy_call_seconds",
            "Seconds a call took inside the server, once it had a thread",
            ("method", "status"),
            registry=self.registry,
            buckets=SECONDS,
        )
        self._decisions = Counter(
            "strategy_decisions",
            "Answers to Decide and RequestPermit; repeated requests count again",
            ("answer",),
            registry=self.registry,
        )
        self._reasons = Counter(
            "strategy_refusal_reasons",
            "Reasons in refusals; one refusal may have several",
            ("code", "rule"),
            registry=self.registry,
        )
        self.registry.register(_State(backend, publication, shadow))

    def call(self, method: str, status: str, seconds: float) -> None:
        self._calls.labels(method.rpartition("/")[2], status).observe(seconds)

    def decision(self, answer: Answer) -> None:
        self._decisions.labels("refused" if answer.permit is None else "permit").inc()
        for reason in answer.reasons:
            self._reasons.labels(reason.code, reason.rule.id if reason.rule else "").inc()


@contextmanager
def serve_metrics(address: tuple[str, int] | None, registry: CollectorRegistry) -> Iterator[str]:
    """Serves them over HTTP; yields the address in use, empty where there is none.

    Raises `StrategyError` when the address cannot be taken.
    """
    if address is None:
        yield ""
        return
    try:
        server, thread = start_http_server(address[1], address[0], registry)
    except OSError as error:
        what = f"cannot serve metrics on `{address[0]}:{address[1]}`: {error.strerror}"
        raise StrategyError(what) from error
    try:
        yield f"{address[0]}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _State(Collector):
    """Read when Prometheus asks."""

    def __init__(self, backend: Backend, publication: Publication, shadow: Shadow) -> None:
        self._backend, self._publication, self._shadow = backend, publication, shadow

    def collect(self) -> Iterator[Metric]:
        book = GaugeMetricFamily(
            "strategy_rulebook_info", "1 for the rulebook in force", labels=("hash",)
        )
        book.add_metric((self._backend.shelf.current.hash,), 1)
        yield book
        yield GaugeMetricFamily(
            "strategy_rulebook_refused",
            "1 while the latest change of rules was refused",
            value=float(bool(self._publication.last_refusal)),
        )
        counts = self._shadow.counts
        checks = CounterMetricFamily(
            "strategy_shadow_decisions",
            "Decisions of the sample, by what became of them",
            labels=("result",),
        )
        checks.add_metric(("same",), counts.checked - counts.different)
        checks.add_metric(("different",), counts.different)
        checks.add_metric(("unchecked",), counts.unchecked)
        yield checks
