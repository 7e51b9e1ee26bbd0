"""Plans being made: one after another in one background thread, with watchers told how far."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from queue import SimpleQueue
from threading import Condition, Thread

from strategy.domain.plan_record import PlanRecord, PlanState
from strategy.errors import LedgerUnavailable, StrategyError
from strategy.plans import plan_record, run_plan
from strategy.service.backend import Backend

_log = logging.getLogger(__name__)


class Planning:
    """Runs plans that were stored as running. Safe to use from many threads."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._phases: dict[str, str] = {}  # plans waiting or being made
        self._change = Condition()
        self._closed = False
        self._waiting: SimpleQueue[str | None] = SimpleQueue()
        self._thread = Thread(target=self._run_all, name="planning", daemon=True)
        self._thread.start()

    def start(self, plan_id: str) -> None:
        """Queue a plan that was just created."""
        with self._change:
            self._phases[plan_id] = "waiting"
            self._waiting.put(plan_id)
            self._change.notify_all()

    def record(self, plan_id: str) -> PlanRecord:
        """The plan with its latest phase. Raises `NotFound`."""
        with self._change:
            phase = self._phases.get(plan_id)
        record = plan_record(self._backend.ledger, plan_id)
        running = record.state is PlanState.RUNNING
        return replace(record, phase=phase) if running and phase else record

    def follow(self, plan_id: str, wanted: Callable[[], bool]) -> Iterator[PlanRecord]:
        """The plan at each change until it is no longer running, or nobody wants it any more.

        Raises `NotFound`, and `LedgerUnavailable` when the server stops.
        """
        while True:
            with self._change:
                seen = self._phases.get(plan_id)
            record = self.record(plan_id)
            yield record
            if record.state is not PlanState.RUNNING:
                return
            with self._change:
                self._change.wait_for(
                    lambda: (
                        self._closed or not wanted() or self._phases.get(plan_id) != seen  # noqa: B023 - waits here
                    )
                )
                if self._closed:
                    raise LedgerUnavailable("the server is stopping")
            if not wanted():
                return

    def wake(self) -> None:
        """Make every follower look whether it is still wanted."""
        with self._change:
            self._change.notify_all()

    def close(self) -> bool:
        """Start nothing more and end all watching. False: a plan is still being made.

        A solver cannot be interrupted. The plan stays stored as running until the next start,
        which gives it up.
        """
        with self._change:
            self._closed = True
            self._waiting.put(None)
            self._change.notify_all()
        self._thread.join(timeout=1.0)
        return not self._thread.is_alive()

    def _run_all(self) -> None:
        while (plan_id := self._waiting.get()) is not None and not self._closed:
            self._run(plan_id)

    def _run(self, plan_id: str) -> None:
        b = self._backend

        def progress(phase: str) -> None:
            with self._change:
                self._phases[plan_id] = phase
                self._change.notify_all()

        try:
            run_plan(b.ledger, b.shelf.current, plan_id, b.zone, b.clock, progress)
        except StrategyError as error:  # the ledger went; the thread lives on for the next plan
            _log.error("plan %s: %s", plan_id, error)
        finally:
            with self._change:
                del self._phases[plan_id]
                self._change.notify_all()
