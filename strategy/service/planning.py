"""Plans being made, one after another in a process of their own, with watchers told how far."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from queue import SimpleQueue
from threading import Condition, Thread

from strategy.domain.plan_record import PlanRecord, PlanState
from strategy.errors import LedgerUnavailable, StrategyError, WrongState
from strategy.plan_process import make_plan_apart
from strategy.plan_progress import PlanProgress
from strategy.plans import plan_record, run_plan
from strategy.service.backend import Backend

LOOK_EVERY_S = 1.0
"""How often to look at a plan that another server makes."""

_log = logging.getLogger(__name__)


class Planning:
    """Runs plans that were stored as running. Safe to use from many threads."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._told: dict[str, PlanProgress] = {}  # plans waiting or being made
        self._to_stop: set[str] = set()
        self._change = Condition()
        self._closed = False
        self._waiting: SimpleQueue[str | None] = SimpleQueue()
        self._thread = Thread(target=self._run_all, name="planning", daemon=True)
        self._thread.start()

    def start(self, plan_id: str) -> None:
        """Queue a plan that was just created."""
        with self._change:
            self._told[plan_id] = PlanProgress("waiting")
            self._waiting.put(plan_id)
            self._change.notify_all()

    def record(self, plan_id: str) -> PlanRecord:
        """The plan, while it runs as it was told last. Raises `NotFound`."""
        with self._change:
            told = self._told.get(plan_id)
        record = plan_record(self._backend.ledger, plan_id)
        if told is None or record.state is not PlanState.RUNNING:
            return record
        value, bound = told.value_cents or 0, told.bound_cents or 0
        gap = 1 - value / bound if bound else 0.0
        return replace(record, phase=told.phase, value_cents=value, bound_cents=bound, gap=gap)

    def stop(self, plan_id: str) -> PlanRecord:
        """End a plan with the best found so far; one that is done stays as it is.

        Raises `NotFound`, and `WrongState` for a plan that another server makes.
        """
        record = self.record(plan_id)
        with self._change:
            if plan_id in self._told:
                self._to_stop.add(plan_id)
                return record
        if record.state is PlanState.RUNNING:
            raise WrongState(f"plan `{plan_id}` is made by another server; ask that one")
        return record

    def follow(self, plan_id: str, wanted: Callable[[], bool]) -> Iterator[PlanRecord]:
        """The plan at each change until it is no longer running, or nobody wants it any more.

        Raises `NotFound`, and `LedgerUnavailable` when the server stops.
        """
        told = None
        while True:
            with self._change:
                seen = self._told.get(plan_id)
            record = self.record(plan_id)
            if record != told:
                yield record
            told = record
            if record.state is not PlanState.RUNNING:
                return
            with self._change:
                self._change.wait_for(
                    lambda: (
                        self._closed or not wanted() or self._told.get(plan_id) != seen  # noqa: B023 - waits here
                    ),
                    None if seen is not None else LOOK_EVERY_S,
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
        """Start nothing more, end all watching and give up the plan being made. False: that takes
        too long; the next start gives it up.
        """
        with self._change:
            self._closed = True
            self._waiting.put(None)
            self._change.notify_all()
        self._thread.join(timeout=5.0)
        return not self._thread.is_alive()

    def _run_all(self) -> None:
        while (plan_id := self._waiting.get()) is not None and not self._closed:
            self._run(plan_id)

    def _run(self, plan_id: str) -> None:
        b = self._backend

        def tell(progress: PlanProgress) -> None:
            with self._change:
                self._told[plan_id] = progress
                self._change.notify_all()

        def stop() -> bool:
            if self._closed:
                raise LedgerUnavailable("the server stopped while planning")
            return plan_id in self._to_stop

        try:
            rules = b.shelf.current
            with b.ledger.holding(plan_id):
                run_plan(b.ledger, rules, plan_id, b.zone, b.clock, tell, stop, make_plan_apart)
        except StrategyError as error:  # the ledger went; the thread lives on for the next plan
            _log.error("plan %s: %s", plan_id, error)
        finally:
            with self._change:
                del self._told[plan_id]
                self._to_stop.discard(plan_id)
                self._change.notify_all()
