"""The parts of `serving.py` that go over gRPC: one call for a permit, and batches in a stream.

Permits and echo take turns, so that what else the machine does meets both; medians of the rounds.
"""

import gc
import itertools
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from serving_ledger import requests
from serving_server import ECHO, ECHO_STREAM

from strategy.api.v1 import decision_pb2 as pb
from strategy.api.v1.decision_pb2_grpc import DecisionServiceStub
from strategy.domain.decision_request import PermitRequest
from strategy.service.words import channel_number

CALLERS, ROUNDS, BATCH = 16, 3, 256
STREAMED_BATCHES, WARM_BATCHES = 16, 4
Call = Any  # of a stub: called, or started with `future`
Asked = Iterator[pb.RequestPermitRequest]
Side = tuple[Call, Asked]
LedgerAlone = Callable[[Path, str], dict[str, Any]]
"""Decides batches of 256 in this process, in a ledger, under the name of a part."""


@dataclass(frozen=True)
class Served:
    """A server process. `commits` asks it how many commits it has made, each with one fsync."""

    pid: int
    address: str
    echo_address: str
    commits: Callable[[], int]


@contextmanager
def server(path: Path) -> Iterator[Served]:
    command = [sys.executable, str(Path(__file__).with_name("serving_server.py")), str(path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as process:
        sent, told = process.stdin, process.stdout
        assert sent is not None and told is not None  # noqa: PT018 - both are pipes
        try:
            address, _, echo_address = told.readline().strip().partition(" ")
            if not echo_address:
                raise RuntimeError("the server did not start")

            def commits() -> int:
                sent.write("commits\n")
                return int(told.readline())

            yield Served(process.pid, address, echo_address, commits)
        finally:
            sent.close()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()


def over_the_wire(
    path: Path, parties: int, script: str, parts: list[str], seconds: float, alone: LedgerAlone
) -> dict[str, Any]:
    """Those of `unary`, `half` and `stream` that are among the parts."""
    result: dict[str, Any] = {}
    with (
        server(path) as served,
        grpc.insecure_channel(served.address) as channel,
        grpc.insecure_channel(served.echo_address) as echo_channel,
    ):
        if "unary" in parts or "half" in parts:
            permit = (
                DecisionServiceStub(channel).RequestPermit,
                map(message, requests(parties, "wire", script)),
            )
            echoed = itertools.cycle(list(map(message, requests(1000, "echo", script))))
            echo = _echo(echo_channel), echoed
            for call, asked in (permit, echo):
                closed_loop(call, asked, 1.0)
            result["unary"] = _unary(permit, echo, served.pid, seconds)
            if "half" in parts:
                rate = result["unary"]["permits_per_s"] / 2
                result["half"] = _half(permit, echo, rate, seconds)
        if "stream" in parts:
            result["stream"] = _stream(served, channel, echo_channel, path, parties, script, alone)
    return result


def _unary(permit: Side, echo: Side, pid: int, seconds: float) -> dict[str, Any]:
    rates, cpu_us = [], []
    for number in range(ROUNDS):
        say(f"unary, round {number + 1} of {ROUNDS}")
        for call, asked in (permit, echo):
            before = _cpu_s(pid)
            rates.append(closed_loop(call, asked, seconds))
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
    gc.freeze()  # the caller's own collecting would stop all its calls for 40 ms
    for number in range(ROUNDS):
        say(f"half load, round {number + 1} of {ROUNDS}")
        p99 += [_p99(_open_loop(call, asked, rate, seconds)) for call, asked in (permit, echo)]
    of_permits, of_echoes = statistics.median(p99[::2]), statistics.median(p99[1::2])
    return {
        "calls_per_s": round(rate),
        "permit_p99_ms": round(of_permits * 1000, 2),
        "echo_p99_ms": round(of_echoes * 1000, 2),
        "ratio": round(of_permits / of_echoes, 2),
    }


def _stream(
    served: Served,
    channel: grpc.Channel,
    echo_channel: grpc.Channel,
    path: Path,
    parties: int,
    script: str,
    alone: LedgerAlone,
) -> dict[str, Any]:
    """One stream of batches; the ledger alone decides as many in a copy of the same ledger."""
    copy = path.with_suffix(".copy")
    shutil.copy(path, copy)
    asked = _batches(requests(parties, "stream", script))
    stub, echo = DecisionServiceStub(channel), _echo_stream(echo_channel)
    rates: dict[str, list[float]] = {"stream": [], "echo": [], "ledger": []}
    cpu_us, commits, granted = [], 0, 0
    _streamed(stub.DecideStream, list(itertools.islice(asked, WARM_BATCHES)))
    for number in range(ROUNDS):
        say(f"stream, round {number + 1} of {ROUNDS}")
        rates["ledger"].append(alone(copy, f"alone {number}")["decisions_per_s"])
        sent = list(itertools.islice(asked, STREAMED_BATCHES))
        before, cpu = served.commits(), _cpu_s(served.pid)
        took, permits = _streamed(stub.DecideStream, sent)
        commits, granted = commits + served.commits() - before, granted + permits
        cpu_us.append((_cpu_s(served.pid) - cpu) / (len(sent) * BATCH) * 1e6)
        rates["stream"].append(len(sent) * BATCH / took)
        rates["echo"].append(len(sent) * BATCH / _streamed(echo, sent)[0])
    decisions = ROUNDS * STREAMED_BATCHES * BATCH
    by_ledger = [a / b for a, b in zip(rates["stream"], rates["ledger"], strict=True)]
    return {
        "decisions_per_s": round(statistics.median(rates["stream"])),
        "ledger_alone_per_s": round(statistics.median(rates["ledger"])),
        "echoes_per_s": round(statistics.median(rates["echo"])),
        "ratio_to_ledger_alone": round(statistics.median(by_ledger), 3),
        "ratios_to_ledger_alone": [round(ratio, 3) for ratio in by_ledger],
        "server_cpu_us_per_decision": round(statistics.median(cpu_us)),
        "granted": round(granted / decisions, 3),
        "commits": commits,
        "decisions_per_fsync": round(decisions / commits, 1),
    }


def _streamed(call: Call, batches: list[pb.DecideBatchRequest]) -> tuple[float, int]:
    """Seconds from the first batch sent to the last answer, and how many permits came."""
    began, permits, answers = time.perf_counter(), 0, 0
    for response in call(iter(batches)):
        answers += len(response.results)
        permits += sum(one.permit.HasField("permit") for one in response.results)
    seconds = time.perf_counter() - began
    if answers != sum(len(batch.items) for batch in batches):
        raise RuntimeError(f"{answers} answers are not one for each item")
    return seconds, permits


def _batches(asked: Iterator[PermitRequest]) -> Iterator[pb.DecideBatchRequest]:
    while batch := list(itertools.islice(asked, BATCH)):
        items = [pb.DecideItem(permit=message(request)) for request in batch]
        yield pb.DecideBatchRequest(items=items)


def closed_loop(call: Call, asked: Asked, seconds: float) -> float:
    """Calls a second with 16 callers, each waiting for its answer. Raises what a call raises."""
    lock, counts, errors = threading.Lock(), list[int](), list[Exception]()
    ends = time.perf_counter() + seconds

    def caller() -> None:
        count = 0
        try:
            while time.perf_counter() < ends:
                with lock:
                    request = next(asked)
                call(request, timeout=30)
                count += 1
        except Exception as error:  # told by whoever waits for all callers
            errors.append(error)
        counts.append(count)

    began = time.perf_counter()
    threads = [threading.Thread(target=caller) for _ in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return sum(counts) / (time.perf_counter() - began)


def _open_loop(call: Call, asked: Asked, rate: float, seconds: float) -> list[float]:
    """Latencies in seconds of calls at scheduled times, however long answers take."""
    latencies: list[float] = []
    began, calls = time.perf_counter(), []
    for number in range(int(rate * seconds)):
        due = began + number / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        future = call.future(next(asked), timeout=60)
        future.add_done_callback(lambda _, due=due: latencies.append(time.perf_counter() - due))
        calls.append(future)
    for future in calls:
        future.result()
    return latencies


def _p99(latencies: list[float]) -> float:
    return statistics.quantiles(latencies, n=100)[-1]


def _cpu_s(pid: int) -> float:
    """Processor seconds of a process so far, user and system."""
    ticks = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def _echo(channel: grpc.Channel) -> Any:
    return channel.unary_unary(
        ECHO, pb.RequestPermitRequest.SerializeToString, pb.RequestPermitResponse.FromString
    )


def _echo_stream(channel: grpc.Channel) -> Any:
    return channel.stream_stream(
        ECHO_STREAM, pb.DecideBatchRequest.SerializeToString, pb.DecideBatchResponse.FromString
    )


def message(request: PermitRequest) -> pb.RequestPermitRequest:
    return pb.RequestPermitRequest(
        request_id=request.request_id,
        account_id=request.account_id,
        contact_point_id=request.contact_point_id,
        channel=channel_number(request.channel),
        script=request.script,
    )


def say(what: str) -> None:
    print(what, file=sys.stderr)
