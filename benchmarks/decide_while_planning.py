"""How long a permit takes while a big plan is being made beside it, and without.

    python benchmarks/decide_while_planning.py --accounts 100000 --seed 0 --json result.json

A simulated portfolio lies in a real ledger. One thread asks a permit every `--every` milliseconds,
through the use case that the service calls; first alone, then while a plan is made as the service
makes it, in a process of its own. Latency counts from the instant at which the request was due, so
a pause delays those that wait behind it as well.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
from machine import machine

from strategy.accounts import import_attempts, import_parties
from strategy.decide import request_permit
from strategy.domain.book import Book
from strategy.domain.channel import Channel
from strategy.domain.decision_request import PermitRequest
from strategy.ledger.sqlite import SqliteLedger
from strategy.plan_process import make_plan_apart
from strategy.plan_progress import PlanProgress
from strategy.plans import create_plan, run_plan
from strategy.portfolio.sample import sample_book
from strategy.publish import publish
from strategy.rule_files import read_rule_files
from strategy.rules.rulebook import Rulebook

HOME = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # ten in the morning in Shanghai
ZONE, PAGE = "Asia/Shanghai", 500


def main() -> None:
    arguments = _arguments()
    rulebook = publish(read_rule_files([HOME / "rules" / "cn", HOME / "rules" / "house"]))
    with tempfile.TemporaryDirectory() as folder:
        ledger = SqliteLedger.open(f"{folder}/ledger.sqlite")
        book = sample_book(arguments.accounts, arguments.seed, NOW - timedelta(hours=14))
        _fill(ledger, book)
        callers = _Callers(ledger, rulebook, book, arguments.every, arguments.seed)
        ends = time.perf_counter() + arguments.seconds
        alone = callers.ask(lambda: time.perf_counter() < ends)
        planned = _Planned(ledger, rulebook, arguments.accounts)
        planned.thread.start()
        beside = callers.ask(planned.thread.is_alive)
        phases = callers.by_phase
        ledger.close()
    result = {
        "benchmark": "decide_while_planning",
        "accounts": arguments.accounts,
        "seed": arguments.seed,
        "synthetic": True,
        "machine": machine("ortools", "numba"),
        "alone": _quantiles(alone),
        "while_planning": _quantiles(beside),
        "phases": {phase: _quantiles(found) for phase, found in phases(planned).items()},
        "plan": planned.outcome,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2) + "\n")
    one, two = result["alone"], result["while_planning"]
    print(
        f"decide_while_planning: {arguments.accounts} accounts, permits alone p50 {one['p50_ms']} "
        f"p99 {one['p99_ms']} ms, while planning p50 {two['p50_ms']} p99 {two['p99_ms']} max "
        f"{two['max_ms']} ms, plan {planned.outcome['seconds']} s, peak {result['peak_mib']} MiB "
        "(synthetic)"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--every", type=float, default=20.0, help="milliseconds between requests")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long to measure alone")
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def _fill(ledger: SqliteLedger, book: Book) -> None:
    owned: dict[str, list[Any]] = {party_id: [] for party_id in book.parties}
    for account in book.accounts.values():
        owned[account.party_id].append(account)
    parties = list(book.parties.values())
    for first in range(0, len(parties), PAGE):
        page = parties[first : first + PAGE]
        import_parties(ledger, [(p, tuple(owned[p.id])) for p in page])
        histories = [book.history(p.id) for p in page]
        import_attempts(ledger, [a for h in histories for a in h.attempts])
        events = [e for h in histories for e in h.events]
        ledger.write(lambda tx, events=events: [tx.people.add_event(e) for e in events])  # type: ignore[misc]
        if first % (20 * PAGE) == 0:
            print(f"filling the ledger: {first} of {len(parties)}", file=sys.stderr)


class _Callers:
    """Asks permits one after the other, at instants fixed beforehand."""

    def __init__(
        self, ledger: SqliteLedger, rulebook: Rulebook, book: Book, every: float, seed: int
    ) -> None:
        self._ledger, self._rulebook, self._every = ledger, rulebook, every / 1000
        callable_ = [a for a in book.accounts.values() if book.parties[a.party_id].contact_points]
        self._accounts, self._parties = callable_, book.parties
        self._rng = np.random.default_rng(seed)
        self._asked = 0
        self._made: list[tuple[float, float]] = []

    def ask(self, going: Callable[[], bool]) -> list[float]:
        """Milliseconds of each answer."""
        due, found = time.perf_counter(), []
        while going():
            time.sleep(max(0.0, due - time.perf_counter()))
            account = self._accounts[int(self._rng.integers(len(self._accounts)))]
            point = self._parties[account.party_id].contact_points[0]
            self._asked += 1
            request = PermitRequest(
                f"r{self._asked}", account.id, point.id, Channel.AGENT_CALL, "agent-reminder"
            )
            request_permit(self._ledger, self._rulebook, request, NOW, ZONE)
            now = time.perf_counter()
            found.append(1000 * (now - due))
            self._made.append((now, found[-1]))
            due += self._every
        return found

    def by_phase(self, planned: "_Planned") -> dict[str, list[float]]:
        """Of the answers while planning, by the first word of what the planner was doing."""
        found: dict[str, list[float]] = {}
        starts = planned.phases
        for now, took in self._made:
            before = [phase for at, phase in starts if at <= now]
            if before:
                found.setdefault(before[-1], []).append(took)
        return found


class _Planned:
    """A plan made as the service does: waited for in a thread, made in a process of its own."""

    def __init__(self, ledger: SqliteLedger, rulebook: Rulebook, accounts: int) -> None:
        self.thread = Thread(target=self._run)
        self.outcome: dict[str, Any] = {}
        self.phases: list[tuple[float, str]] = []
        self._ledger, self._rulebook = ledger, rulebook
        each = max(1, accounts // 1000)
        self._capacity = (
            f'zone: {ZONE}\nhorizon: {{from: "08:00", to: "22:00"}}\n'
            f"channels: {{agent_call: {2 * each}, robot_call: {8 * each}, sms: {6 * each}, "
            f"push: {4 * each}}}\nrobots: {{小雨: {4 * each}}}\n"
            f"expected_complaints: {accounts * 1.5e-5:.6f}\n"
        )

    def _run(self) -> None:
        record, _ = create_plan(
            self._ledger, self._rulebook, "plan", self._capacity, NOW + timedelta(days=1), NOW
        )
        started = time.perf_counter()
        done = run_plan(
            self._ledger,
            self._rulebook,
            record.plan_id,
            ZONE,
            lambda: NOW,
            self._tell,
            make=make_plan_apart,
        )
        self.outcome = {
            "state": done.state.value,
            "phase": done.phase,
            "attempts": done.attempts,
            "gap": done.gap,
            "seconds": round(time.perf_counter() - started, 1),
        }

    def _tell(self, progress: PlanProgress) -> None:
        if not self.phases or self.phases[-1][1] != progress.phase:
            self.phases.append((time.perf_counter(), progress.phase))
            print(progress.phase, file=sys.stderr)


def _quantiles(found: list[float]) -> dict[str, float]:
    p50, p99 = np.percentile(found, [50, 99]) if found else (0.0, 0.0)
    return {
        "permits": len(found),
        "p50_ms": round(float(p50), 2),
        "p99_ms": round(float(p99), 2),
        "max_ms": round(max(found, default=0.0), 2),
    }


if __name__ == "__main__":
    main()
