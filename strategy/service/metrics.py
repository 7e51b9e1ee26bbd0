"""What operations watch, for Prometheus. No label ever names a person or an account."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server

from strategy.domain.permit import Answer
from strategy.errors import StrategyError
from strategy.service.call import Call

SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 60)
BATCH = (1, 2, 4, 8, 16, 32, 64, 128, 256)
NOT_ADMITTED = ("calls", "slow", "streams", "rate")
"""Words of `TooMany`; other reasons of refused calls are about tokens and roles."""


class Metrics:
    """Counts of one server, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._lock, self.running = Lock(), 0
        self._calls = Histogram(
            "strategy_call_seconds",
            "Seconds a call took inside the server, once it had a thread",
            ("method", "status"),
            registry=self.registry,
            buckets=SECONDS,
        )
        self._waits = Histogram(
            "strategy_call_wait_seconds",
            "Seconds a call waited for a thread",
            registry=self.registry,
            buckets=SECONDS,
        )
        self._turned_away = Counter(
            "strategy_calls_turned_away",
            "Calls refused because their client asked for more than its share",
            ("why",),
            registry=self.registry,
        )
        self._strangers = Counter(
            "strategy_auth_failures",
            "Calls refused for their token or its roles",
            ("why",),
            registry=self.registry,
        )
        self._stalled = Counter(
            "strategy_calls_stalled",
            "Calls ended because their client sent or read nothing",
            registry=self.registry,
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
        self._batches = Histogram(
            "strategy_ledger_batch_writes",
            "Writes that shared one commit",
            registry=self.registry,
            buckets=BATCH,
        )
        self._commits = Histogram(
            "strategy_ledger_commit_seconds",
            "Seconds a commit took, with its fsync",
            registry=self.registry,
            buckets=SECONDS,
        )

    def began(self, waited_s: float) -> None:
        self._waits.observe(waited_s)
        with self._lock:
            self.running += 1

    def ended(self, call: Call, status: str, seconds: float) -> None:
        with self._lock:
            self.running -= 1
        self._calls.labels(call.method.rpartition("/")[2], status).observe(seconds)
        if call.why in NOT_ADMITTED:
            self._turned_away.labels(call.why).inc()
        elif call.why == "stalled":
            self._stalled.inc()
        elif call.why:
            self._strangers.labels(call.why).inc()

    def decision(self, answer: Answer) -> None:
        self._decisions.labels("refused" if answer.permit is None else "permit").inc()
        for reason in answer.reasons:
            self._reasons.labels(reason.code, reason.rule.id if reason.rule else "").inc()

    def commit(self, writes: int, seconds: float) -> None:
        self._batches.observe(writes)
        self._commits.observe(seconds)


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
