"""Permits a second over gRPC with one, two and more servers on one PostgreSQL.

    python benchmarks/replicas.py --servers 1,2 --parties 60000 --json result.json

Each number of servers gets a database of its own with the same synthetic people and history
(`serving_ledger.py`) and the rules `rules/cn` and `rules/house`; the servers are `server.py` as it
is. Callers are processes: `unary` has 16 calls of RequestPermit under way from each, spread over
all servers, `stream` one stream of batches of 256 to each server. Every request has an id and a
party of its own, and its permit is on disk before the answer leaves. Servers, callers and database
share this machine: more of them help only where it has cores for them. A PostgreSQL is started for
it, as durable as it comes (programs `initdb` and `postgres`).
"""

import argparse
import itertools
import json
import multiprocessing
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import grpc
import psycopg
from machine import machine
from serving_ledger import NOW, ZONE, make_ledger, requests
from serving_wire import BATCH, closed_loop, message, say

from strategy.api.v1 import decision_pb2 as pb
from strategy.api.v1.decision_pb2_grpc import DecisionServiceStub
from strategy.domain.channel import Channel
from strategy.ledger.postgres.ledger import PostgresLedger
from strategy.publish import publish
from strategy.rule_files import read_rule_files

HOME = Path(__file__).resolve().parents[1]
RULES = (HOME / "rules" / "cn", HOME / "rules" / "house")
WARM_S = 1.0


def main() -> None:
    chosen = _arguments()
    sys.path.insert(0, str(HOME))
    from loadtest.own_postgres import PostgresServer

    rulebook = publish(read_rule_files(RULES), 120)
    script = next(s.id for s in rulebook.scripts.values() if s.channel is Channel.AGENT_CALL)
    rows: list[dict[str, Any]] = []
    database = PostgresServer(on_disk=True)
    try:
        with tempfile.TemporaryDirectory() as folder:
            people = Path(folder) / "people.ledger"
            say(f"a ledger of {chosen.parties:,} parties")
            make_ledger(people, chosen.parties, chosen.seed)
            for count in map(int, chosen.servers.split(",")):
                place = database.empty()
                _copy(people, place)
                with _servers(place, count) as addresses:
                    rows.append(_measured(chosen, addresses, script))
                say(f"{rows[-1]}")
    finally:
        database.remove()
    result = {
        "benchmark": "replicas",
        "synthetic": True,
        "parties": chosen.parties,
        "seed": chosen.seed,
        "seconds": chosen.seconds,
        "callers": chosen.callers,
        "machine": machine("grpcio", "psycopg"),
        "rows": rows,
    }
    if chosen.json:
        Path(chosen.json).write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print("servers  permits/s one by one  times  permits/s in streams  times")
    for row in rows:
        one, many = (row[name] / rows[0][name] for name in ("unary_per_s", "stream_per_s"))
        unary, stream = f"{row['unary_per_s']:,}", f"{row['stream_per_s']:,}"
        print(f"{row['servers']:>7}  {unary:>20}  {one:5.2f}  {stream:>20}  {many:5.2f}")


def _copy(people: Path, place: str) -> None:
    """The same rows in an empty ledger on PostgreSQL."""
    PostgresLedger(place).close()  # the schema
    with closing(sqlite3.connect(people)) as source, psycopg.connect(place) as db:
        for table in ("party", "account", "attempt"):
            rows = source.execute(f"SELECT * FROM {table}")
            columns = ", ".join(column[0] for column in rows.description)
            with db.cursor().copy(f"COPY {table} ({columns}) FROM STDIN".encode()) as copy:
                for row in rows:
                    copy.write_row(row)
    with psycopg.connect(place, autocommit=True) as db:
        db.execute("ANALYZE")


@contextmanager
def _servers(place: str, count: int) -> Iterator[list[str]]:
    """Their addresses. Their clocks start at the instant that the people were made for."""
    command = [sys.executable, str(HOME / "server.py"), "--zone", ZONE, "--listen", "127.0.0.1:0"]
    command += ["--clock-start", NOW.isoformat()]
    for folder in RULES:
        command += ["--rules", str(folder)]
    environment = {**os.environ, "STRATEGY_LEDGER": place}
    with ExitStack() as stack:
        started = [
            stack.enter_context(
                subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
            )
            for _ in range(count)
        ]
        try:
            yield [_address(process) for process in started]
        finally:
            for process in started:
                process.terminate()


def _address(process: "subprocess.Popen[str]") -> str:
    line = process.stdout.readline() if process.stdout else ""
    if not line.startswith("listening on "):
        raise RuntimeError("a server did not start")
    return line.removeprefix("listening on ").strip()


def _measured(chosen: argparse.Namespace, addresses: list[str], script: str) -> dict[str, Any]:
    say(f"servers: {len(addresses)}")
    share = [*map(message, requests(chosen.parties, "all", script))]
    half = len(share) // 2
    unary = _together(_unary, chosen.callers, addresses, share[:half], chosen.seconds)
    stream = _together(_stream, len(addresses), addresses, share[half:], chosen.seconds)
    return {
        "servers": len(addresses),
        "unary_per_s": round(sum(unary)),
        "stream_per_s": round(sum(stream)),
    }


def _together(
    work: Any, count: int, addresses: list[str], asked: Sequence[Any], seconds: float
) -> list[float]:
    """What each of so many processes measured, all at the same time."""
    context = multiprocessing.get_context("spawn")
    ready, results = context.Barrier(count), context.SimpleQueue()
    texts = [request.SerializeToString() for request in asked]
    processes = [
        context.Process(
            target=work, args=(number, addresses, texts[number::count], seconds, ready, results)
        )
        for number in range(count)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    if any(process.exitcode for process in processes):
        raise RuntimeError("a caller failed")
    return [results.get() for _ in processes]


def _unary(
    number: int, addresses: list[str], texts: list[bytes], seconds: float, ready: Any, results: Any
) -> None:
    with ExitStack() as stack:
        channels = [stack.enter_context(grpc.insecure_channel(a)) for a in addresses]
        permits = itertools.cycle([DecisionServiceStub(c).RequestPermit for c in channels])
        for _ in range(number):  # callers begin with different servers
            next(permits)
        asked = map(pb.RequestPermitRequest.FromString, texts)

        def call(request: pb.RequestPermitRequest, timeout: float) -> None:
            next(permits)(request, timeout=timeout)

        closed_loop(call, asked, WARM_S)
        ready.wait(60)
        results.put(closed_loop(call, asked, seconds))


def _stream(
    number: int, addresses: list[str], texts: list[bytes], seconds: float, ready: Any, results: Any
) -> None:
    with grpc.insecure_channel(addresses[number]) as channel:
        items = [pb.DecideItem(permit=pb.RequestPermitRequest.FromString(text)) for text in texts]
        batches = [pb.DecideBatchRequest(items=batch) for batch in _pieces(items)]
        grpc.channel_ready_future(channel).result(30)
        ready.wait(60)
        began, answers = time.perf_counter(), 0

        def sent() -> Iterator[pb.DecideBatchRequest]:
            for batch in batches:
                if time.perf_counter() - began > seconds:
                    return
                yield batch

        for response in DecisionServiceStub(channel).DecideStream(sent()):
            answers += len(response.results)
        results.put(answers / (time.perf_counter() - began))


def _pieces(items: list[pb.DecideItem]) -> Iterator[list[pb.DecideItem]]:
    left = iter(items)
    while piece := list(itertools.islice(left, BATCH)):
        yield piece


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--servers", default="1,2", help="how many, separated by commas")
    parser.add_argument("--callers", type=int, default=2, help="processes that ask one by one")
    parser.add_argument("--parties", type=int, default=60_000)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json")
    return parser.parse_args()


if __name__ == "__main__":
    main()
