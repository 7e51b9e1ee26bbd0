"""The state of the server, read when Prometheus asks. No label names a person or an account."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from strategy.errors import LedgerUnavailable
from strategy.plans import active_until
from strategy.publication import Publication
from strategy.service.backend import Backend
from strategy.shadow import Shadow

Labelled = Iterable[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Serving:
    """What the server itself can tell: how busy it is, how well, and what expires when."""

    threads: int
    running: Callable[[], int]
    open_calls: Callable[[], int]
    well: Callable[[], dict[str, bool]]
    certificate_left_s: Callable[[], float | None]
    tokens_left_s: Callable[[], float | None]


class Gauges(Collector):
    """Reads the ledger once a scrape; without a ledger the plan's gauge is left out."""

    def __init__(
        self, backend: Backend, publication: Publication, shadow: Shadow, serving: Serving
    ) -> None:
        self._backend, self._publication, self._shadow = backend, publication, shadow
        self._serving = serving

    def collect(self) -> Iterator[Metric]:
        yield from self._calls()
        yield from self._rules()
        yield from self._expiries()
        try:
            yield from self._plan()
        except LedgerUnavailable:
            return

    def _calls(self) -> Iterator[Metric]:
        serving = self._serving
        running, threads = serving.running(), serving.threads
        yield _gauge("strategy_threads", "Threads that run calls", threads)
        yield _gauge("strategy_threads_busy", "Threads that run a call now", min(running, threads))
        waiting = max(0, serving.open_calls() - running)
        yield _gauge("strategy_calls_waiting", "Calls that wait for a thread", waiting)
        yield _labelled(
            "strategy_serving",
            "1 for what is well, as gRPC health tells it; `all` is the server as a whole",
            "service",
            ((name or "all", well) for name, well in serving.well().items()),
        )

    def _rules(self) -> Iterator[Metric]:
        hash_ = self._backend.shelf.current.hash
        yield _labelled(
            "strategy_rulebook_info", "1 for the rulebook in force", "hash", ((hash_, 1),)
        )
        refused = bool(self._publication.last_refusal)
        what = "1 while the latest change of rules was refused"
        yield _gauge("strategy_rulebook_refused", what, refused)
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

    def _expiries(self) -> Iterator[Metric]:
        certificate, tokens = self._serving.certificate_left_s(), self._serving.tokens_left_s()
        if certificate is not None:
            what = "Seconds until the server's certificate expires"
            yield _gauge("strategy_certificate_seconds_left", what, certificate)
        if tokens is not None:
            what = "Seconds until the first of the tokens expires"
            yield _gauge("strategy_token_seconds_left", what, tokens)

    def _plan(self) -> Iterator[Metric]:
        ends = active_until(self._backend.ledger)
        if ends is not None:
            left = (ends - self._backend.clock()).total_seconds()
            what = "Seconds until the last slot of the active plan ends; negative: it is over"
            yield _gauge("strategy_plan_seconds_left", what, left)


def _gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(name, what, value=float(value))


def _labelled(name: str, what: str, label: str, values: Labelled) -> Metric:
    family = GaugeMetricFamily(name, what, labels=(label,))
    for word, value in values:
        family.add_metric((word,), float(value))
    return family
