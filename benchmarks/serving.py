"""Permits a second over gRPC and in the ledger alone, beside a bare echo of the same server.

    python benchmarks/serving.py --parties 1000000 --seed 0 --json result.json

People and history are synthetic (`serving_ledger.py`); the rules are `rules/cn` and `rules/house`.
Every request has an id and a party of its own, and its permit is on disk before the answer leaves.
Parts, each alone with `--parts`:

- unary: RequestPermit and the echo by turns, 16 callers; medians of the rounds
- half: the same at half of the permits' rate, at scheduled times; latency from the schedule
- batch: the ledger alone, batches of 256, in this process
- growth: processor time of a decision at a hundredth, a tenth and all of the parties
- restart: seconds from the start of the server to its first permit, and its resident memory

Figures of different runs do not compare; client and server share this machine.
"""

import argparse
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
from machine import machine
from serving_ledger import NOW, ZONE, make_ledger, requests
from serving_server import ECHO, RULES

from strategy.api.v1 import decision_pb2 as pb
from strategy.api.v1.decision_pb2_grpc import DecisionServiceStub
from strategy.decide import answer_each
from strategy.domain.channel import Channel
from strategy.domain.decision_request import PermitRequest
from strategy.domain.permit import Answer
from strategy.ledger.sqlite import SqliteLedger
from strategy.publish import publish
from strategy.rule_files import read_rule_files
from strategy.rules.rulebook import Rulebook
from strategy.service.words import channel_number

PARTS = ("unary", "half", "batch", "growth", "restart")
CALLERS, ROUNDS, BATCH = 16, 3, 256
LEAST_PARTIES = 20_000
"""So many are needed for as many requests; `--parties` below it makes no smaller ledgers."""

WARM_BATCHES, MEASURED_BATCHES = 4, 20
Call = Any  # of a stub: called, or started with `future`
Asked = Iterator[pb.RequestPermitRequest]
Side = tuple[Call, Asked]


def main() -> None:
    arguments = _arguments()
    parts = arguments.parts.split(",")
    result: dict[str, Any] = {
        "benchmark": "serving",
        "synthetic": True,
        "parties": arguments.parties,
        "seed": arguments.seed,
        "seconds": arguments.seconds,
        "machine": machine("grpcio", "protobuf", "msgspec"),
    }
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        books = _Ledgers(Path(folder), arguments.seed)
        rulebook = publish(read_rule_files(RULES), 120)
        script = next(s.id for s in rulebook.scripts.values() if s.channel is Channel.AGENT_CALL)
        small = max(LEAST_PARTIES, arguments.parties // 10)
        if "unary" in parts or "half" in parts:
            result |= _over_the_wire(books.of(small), small, script, parts, arguments.seconds)
        if "batch" in parts:
            result["batch"] = _in_the_ledger(books.of(small), small, rulebook, script, "batch")
        if "growth" in parts:
            result["growth"] = [
                {"parties": size} | _in_the_ledger(books.of(size), size, rulebook, script, "growth")
                for size in sorted(
                    {max(LEAST_PARTIES // 2, arguments.parties // 100), small, arguments.parties}
                )
            ]
        if "restart" in parts:
            path = books.of(arguments.parties)
            result["restart"] = _restart(path, arguments.parties, script)
            result["restart"]["attempts"] = books.attempts[arguments.parties]
    if arguments.json:
        text = json.dumps(result, indent=2) + "\n"
        Path(arguments.json).write_text(text, encoding="utf-8")
    print(_summary(result))


class _Ledgers:
    """One for each size, made when first asked for."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder, self._seed = folder, seed
        self.attempts: dict[int, int] = {}

    def of(self, parties: int) -> Path:
        path = self._folder / f"{parties}.ledger"
        if parties not in self.attempts:
            _say(f"a ledger of {parties:,} parties")
            self.attempts[parties] = make_ledger(path, parties, self._seed)
        return path


def _over_the_wire(
    path: Path, parties: int, script: str, parts: list[str], seconds: float
) -> dict[str, Any]:
    with _server(path) as (pid, address), grpc.insecure_channel(address) as channel:
        permit = (
            DecisionServiceStub(channel).RequestPermit,
            map(_message, requests(parties, "wire", script)),
        )
        echo = _echo(channel), itertools.cycle(map(_message, requests(1000, "echo", script)))
        for call, asked in (permit, echo):
            _closed_loop(call, asked, 1.0)
        result = {"unary": _unary(permit, echo, pid, seconds)}
        if "half" in parts:
            rate = result["unary"]["permits_per_s"] / 2
            result["half"] = _half(permit, echo, rate, seconds)
    return result


def _unary(permit: Side, echo: Side, pid: int, seconds: float) -> dict[str, Any]:
    rates, cpu_us = [], []
    for number in range(ROUNDS):
        _say(f"unary, round {number + 1} of {ROUNDS}")
        for call, asked in (permit, echo):
            before = _cpu_s(pid)
            rates.append(_closed_loop(call, asked, seconds))
            cpu_us.append((_cpu_s(pid) - before) / (rates[-1] * seconds) * 1e6)
    ratios = [one / other for one, other in zip(rates[::2], rates[1::2], strict=True)]
    return {
        "permits_per_s": round(statistics.median(rates[::2])),
        "echoes_per_s": round(statistics.median(rates[1::2])),
        "ratio": round(statistics.median(ratios), 3),
        "ratios": [round(ratio, 3) for ratio in ratios],
        "server_cpu_us_per_permit": round(statistics.median(cpu_us[::2])),
        "server_cpu_us_per_echo": round(statistics.median(cpu_us[1::2])),
    }


def _half(permit: Side, echo: Side, rate: float, seconds: float) -> dict[str, Any]:
    p99: list[float] = []
    for number in range(ROUNDS):
        _say(f"half load, round {number + 1} of {ROUNDS}")
        p99 += [_p99(_open_loop(call, asked, rate, seconds)) for call, asked in (permit, echo)]
    of_permits, of_echoes = statistics.median(p99[::2]), statistics.median(p99[1::2])
    return {
        "calls_per_s": round(rate),
        "permit_p99_ms": round(of_permits * 1000, 2),
        "echo_p99_ms": round(of_echoes * 1000, 2),
        "ratio": round(of_permits / of_echoes, 2),
    }


def _cpu_s(pid: int) -> float:
    """Processor seconds of a process so far, user and system."""
    ticks = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def _in_the_ledger(
    path: Path, parties: int, rulebook: Rulebook, script: str, part: str
) -> dict[str, Any]:
    """Batches of 256 by one caller: permits a second by the clock, processor time of a decision."""
    _say(f"{part}: the ledger alone, {parties:,} parties")
    asked = requests(parties, part, script)
    ledger = SqliteLedger.open(str(path))
    now = max(NOW, ledger.read(lambda tx: tx.decisions.last_instant()))
    granted = 0
    for number in range(WARM_BATCHES + MEASURED_BATCHES):
        if number == WARM_BATCHES:
            wall, cpu, granted = time.perf_counter(), time.process_time(), 0
        batch = list(itertools.islice(asked, BATCH))
        answers = answer_each(ledger, rulebook, batch, now, ZONE)
        granted += sum(isinstance(a, Answer) and a.permit is not None for a in answers)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    ledger.close()
    decisions = BATCH * MEASURED_BATCHES
    return {
        "decisions_per_s": round(decisions / wall),
        "cpu_us_per_decision": round(cpu / decisions * 1e6),
        "granted": round(granted / decisions, 3),
    }


def _restart(path: Path, parties: int, script: str) -> dict[str, Any]:
    _say(f"restart with {parties:,} parties")
    asked = map(_message, requests(parties, "restart", script))
    began = time.perf_counter()
    with _server(path) as (pid, address), grpc.insecure_channel(address) as channel:
        permit = DecisionServiceStub(channel).RequestPermit
        while not permit(next(asked)).HasField("permit"):
            pass
        seconds = time.perf_counter() - began
        _closed_loop(permit, asked, 5.0)
        memory = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
        highest = next(line.split()[1] for line in memory.splitlines() if line.startswith("VmHWM"))
    return {"first_permit_s": round(seconds, 2), "highest_resident_mb": int(highest) // 1024}


@contextmanager
def _server(path: Path) -> Iterator[tuple[int, str]]:
    """Its process id and address."""
    command = [sys.executable, str(Path(__file__).with_name("serving_server.py")), str(path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield process.pid, process.stdout.readline().strip()
        assert process.stdin is not None
        process.stdin.close()
        process.wait(60)


def _closed_loop(call: Call, asked: Asked, seconds: float) -> float:
    """Calls a second with 16 callers, each waiting for its answer."""
    lock, counts = threading.Lock(), []
    ends = time.perf_counter() + seconds

    def caller() -> None:
        count = 0
        while time.perf_counter() < ends:
            with lock:
                message = next(asked)
            call(message)
            count += 1
        counts.append(count)

    began = time.perf_counter()
    threads = [threading.Thread(target=caller) for _ in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - began)


def _open_loop(call: Call, asked: Asked, rate: float, seconds: float) -> list[float]:
    """Latencies in seconds of calls at scheduled times, however long answers take."""
    latencies: list[float] = []
    began, calls = time.perf_counter(), []
    for number in range(int(rate * seconds)):
        due = began + number / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        future = call.future(next(asked))
        future.add_done_callback(lambda _, due=due: latencies.append(time.perf_counter() - due))
        calls.append(future)
    for future in calls:
        future.result()
    return latencies


def _p99(latencies: list[float]) -> float:
    return statistics.quantiles(latencies, n=100)[-1]


def _echo(channel: grpc.Channel) -> Any:
    return channel.unary_unary(
        ECHO, pb.RequestPermitRequest.SerializeToString, pb.RequestPermitResponse.FromString
    )


def _message(request: PermitRequest) -> pb.RequestPermitRequest:
    return pb.RequestPermitRequest(
        request_id=request.request_id,
        account_id=request.account_id,
        contact_point_id=request.contact_point_id,
        channel=channel_number(request.channel),
        script=request.script,
    )


def _summary(result: dict[str, Any]) -> str:
    told = []
    if unary := result.get("unary"):
        told.append(f"unary {unary['permits_per_s']}/s, {unary['ratio']} of the echo")
    if half := result.get("half"):
        told.append(f"p99 {half['permit_p99_ms']} ms at half load, {half['ratio']} of the echo's")
    if batch := result.get("batch"):
        told.append(f"ledger alone {batch['decisions_per_s']}/s")
    if growth := result.get("growth"):
        told.append("growth " + ", ".join(f"{g['cpu_us_per_decision']} us" for g in growth))
    if restart := result.get("restart"):
        told.append(f"{restart['first_permit_s']} s, {restart['highest_resident_mb']} MB")
    return "; ".join(told)


def _say(what: str) -> None:
    print(what, file=sys.stderr)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--parties", type=int, default=1_000_000, help=f"from {LEAST_PARTIES}")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each round over the wire")
    parser.add_argument("--parts", default=",".join(PARTS), help="separated by commas")
    parser.add_argument("--folder", help="where the ledgers are made; default: the system's")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json")
    return parser.parse_args()


if __name__ == "__main__":
    main()
