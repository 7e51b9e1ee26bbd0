"""Permits on PostgreSQL: batches of two replicas, beside one SERIALIZABLE transaction a permit.

    python benchmarks/postgres.py --callers 64 --people 16 --seconds 5 --json result.json

Both sides run the same use cases on the same tables with the same audit chain; every permit and
every outcome is durable before its caller goes on. Callers are threads of two processes. Each asks
for a permit for somebody at random and reports at once that nobody answered, so only the cap of
three a day stands in the way; a day passes every quarter of a second, so that the cap is raced for
again and again. `hot`: everybody wants the same few people. `spread`: a thousand times as many.
The naive side sends its statements one at a time and starts anew when the database says
that it could not serialize. People and rules are synthetic. Without `--url` a server of its own is
started (programs `initdb` and `postgres`), as durable as it comes.
"""

import argparse
import json
import multiprocessing
import random
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import psycopg
from machine import machine
from psycopg_pool import ConnectionPool

from strategy.accounts import import_parties
from strategy.audit.verify import verify
from strategy.decide import PermitRequest, request_permit
from strategy.domain.account import Account, Product
from strategy.domain.channel import Channel
from strategy.domain.contact_point import ContactKind, ContactPoint, Owner
from strategy.domain.outcome import Outcome
from strategy.domain.party import Party
from strategy.ledger.ledger import Keys
from strategy.ledger.postgres.connection import Chat, conninfo
from strategy.ledger.postgres.ledger import PostgresLedger
from strategy.ledger.transaction import Transaction
from strategy.outcomes import AttemptOutcome, report
from strategy.publish import publish
from strategy.rules.rulebook import Rulebook
from strategy.rules.source import RuleFile

T = TypeVar("T")
ZONE, MOST = "Asia/Shanghai", 3
DAY_S = 0.25
"""Seconds of the measurement that pass for a day."""

NOON = datetime(2026, 3, 10, 4, tzinfo=UTC)
LAW = """\
schema: collections-rules/1
pack: cn
kind: law
jurisdictions: [CN]
rules:
  - {id: CN-1, title: Cap, when: always,
     then: {cap: voice, count: dials, per: party, maximum: 3, days: 1},
     force: standard, citation: synthetic, confidence: primary}
"""
HOUSE = """\
schema: collections-rules/1
pack: house
kind: house
scripts:
  - {id: hello, channel: agent_call, title: synthetic, languages: [zh]}
"""
FILES = [RuleFile("cn.yaml", LAW), RuleFile("house.yaml", HOUSE)]


class Naive:
    """One SERIALIZABLE transaction for each piece of work, tried until it goes through."""

    def __init__(self, url: str, connections: int) -> None:
        self._pool = ConnectionPool(
            conninfo(url), min_size=connections, max_size=connections, configure=_serializable
        )
        self._pool.wait()
        self.retries = 0

    def write(self, work: Callable[[Transaction], T], _: Keys | None = None) -> T:
        while True:
            try:
                with self._pool.connection() as db:
                    tx = Transaction(Chat(db))
                    result = work(tx)
                    tx.finish()
                return result  # committed
            except (
                psycopg.errors.SerializationFailure,
                psycopg.errors.UniqueViolation,
                psycopg.errors.DeadlockDetected,
            ):
                self.retries += 1

    def write_each(self, works: Sequence[Callable[[Transaction], T]], _: Sequence[Keys]) -> list[T]:
        return [self.write(work) for work in works]

    def close(self) -> None:
        self._pool.close()


def main() -> None:
    chosen = _arguments()
    if chosen.url:
        result = _measure(chosen, [chosen.url] * 4)
    else:
        sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
        from loadtest.own_postgres import PostgresServer

        server = PostgresServer(on_disk=True)
        try:
            result = _measure(chosen, [server.empty() for _ in range(4)])
        finally:
            server.remove()
    if chosen.json:
        Path(chosen.json).write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    hot, spread = result["hot"], result["spread"]
    print(
        f"{chosen.callers} callers of 2 replicas: {hot['ours']['per_s']:,} decisions/s on"
        f" {chosen.people} people, {hot['ratio']} x one SERIALIZABLE transaction each;"
        f" {spread['ours']['per_s']:,}/s on {chosen.people * 1000:,}, {spread['ratio']} x;"
        f" {hot['ours']['over_the_cap'] + spread['ours']['over_the_cap']} times over a cap"
    )


def _measure(chosen: argparse.Namespace, urls: list[str]) -> dict[str, Any]:
    with psycopg.connect(urls[0]) as db:
        version = db.info.server_version
    result: dict[str, Any] = {
        "benchmark": "postgres",
        "synthetic": True,
        "callers": chosen.callers,
        "replicas": 2,
        "seconds": chosen.seconds,
        "seed": chosen.seed,
        "machine": {**machine("psycopg"), "postgresql": version},
    }
    for name, people in (("hot", chosen.people), ("spread", chosen.people * 1000)):
        sides = {}
        for side in ("ours", "naive"):
            _say(f"{name}, {side}")
            sides[side] = _side(chosen, urls.pop(), side, people)
        ratio = sides["ours"]["per_s"] / max(sides["naive"]["per_s"], 1e-9)
        result[name] = {"people": people, **sides, "ratio": round(ratio, 1)}
    return result


def _side(chosen: argparse.Namespace, url: str, side: str, people: int) -> dict[str, Any]:
    ledger = PostgresLedger(url)
    for start in range(0, people, 500):
        import_parties(ledger, [_person(n) for n in range(start, min(start + 500, people))])
    context = multiprocessing.get_context("spawn")
    together, told = context.Barrier(3), context.Queue()
    processes = [
        context.Process(target=_replica, args=(chosen, url, side, people, n, together, told))
        for n in range(2)
    ]
    for process in processes:
        process.start()
    together.wait(120)
    found = [told.get(timeout=chosen.seconds + 120) for _ in processes]
    for process in processes:
        process.join()
    took = np.concatenate([spent for spent, _ in found])
    if not took.size:
        raise SystemExit(f"{side}: nobody was answered in {chosen.seconds} s; give more --seconds")
    chain = verify(ledger)
    with psycopg.connect(url) as db:
        over = db.execute(
            "SELECT count(*) FROM (SELECT FROM attempt"
            " GROUP BY party_id, (at / 3600000000 + 8) / 24 HAVING count(*) > %s) o",
            (MOST,),
        ).fetchone()
        permits = db.execute("SELECT count(*) FROM attempt").fetchone()
    ledger.close()
    assert chain.fault is None, chain.fault
    return {
        "decisions": len(took),
        "per_s": round(len(took) / chosen.seconds, 1),
        "p50_ms": round(float(np.percentile(took, 50)) * 1000, 1),
        "p99_ms": round(float(np.percentile(took, 99)) * 1000, 1),
        "retries": sum(retries for _, retries in found),
        "permits": permits[0] if permits else None,
        "over_the_cap": over[0] if over else None,
    }


def _replica(
    chosen: argparse.Namespace,
    url: str,
    side: str,
    people: int,
    replica: int,
    together: Barrier,
    told: "Queue[Any]",
) -> None:
    callers = chosen.callers // 2
    rulebook = publish(FILES, 120)
    ledger: Any = Naive(url, callers) if side == "naive" else PostgresLedger(url)
    spent: list[list[float]] = [[] for _ in range(callers)]
    together.wait(120)
    start = time.monotonic()
    threads = [
        threading.Thread(
            target=_call,
            args=(ledger, rulebook, f"{replica}.{n}", people, chosen, start, spent[n]),
        )
        for n in range(callers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told.put(([s for one in spent for s in one], getattr(ledger, "retries", 0)))
    ledger.close()


def _call(
    ledger: Any,
    rulebook: Rulebook,
    name: str,
    people: int,
    chosen: argparse.Namespace,
    start: float,
    spent: list[float],
) -> None:
    """Decisions that end in time count; outcomes take time and are not counted."""
    dice, number, ends = random.Random(f"{chosen.seed} {name}"), 0, start + chosen.seconds
    while (began := time.monotonic()) < ends:
        now = NOON + timedelta(days=int((began - start) / DAY_S))
        person, number = dice.randrange(people), number + 1
        asked = PermitRequest(f"{name}.{number}", f"A{person}", "M", Channel.AGENT_CALL, "hello")
        answer = request_permit(ledger, rulebook, asked, now, ZONE)
        if (done := time.monotonic()) < ends:
            spent.append(done - began)
        if answer.permit is not None:
            report(ledger, [AttemptOutcome(answer.permit.id, Outcome.BUSY)], now)


def _person(number: int) -> tuple[Party, tuple[Account, ...]]:
    party_id = f"P{number}"
    point = ContactPoint("M", party_id, ContactKind.MOBILE, Owner.DEBTOR, "13800000000")
    account = Account(
        f"A{number}", party_id, Product.CONSUMER_LOAN, "CNY", 10**6, 10**5, date(2026, 2, 1)
    )
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    return Party(party_id, "CN", (ZONE,), "zh", (point,), history_from=long_ago), (account,)


def _serializable(db: psycopg.Connection[tuple[Any, ...]]) -> None:
    db.isolation_level = psycopg.IsolationLevel.SERIALIZABLE


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--callers", type=int, default=64)
    parser.add_argument("--people", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--url", help="an empty database; each measurement leaves its rows there")
    parser.add_argument("--json", help="write the result here")
    return parser.parse_args()


if __name__ == "__main__":
    main()
