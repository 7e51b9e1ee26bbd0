"""Permits a second over gRPC and in the ledger alone, beside a bare echo in the same process.

    python benchmarks/serving.py --parties 1000000 --seed 0 --json result.json

People and history are synthetic (`serving_ledger.py`); the rules are `rules/cn` and `rules/house`.
Every request has an id and a party of its own, and its permit is on disk before the answer leaves.
Parts, each alone with `--parts`:

- unary: RequestPermit and the echo by turns, 16 callers; medians of the rounds
- half: the same at half of the permits' rate, at scheduled times; latency from the schedule
- stream: DecideStream and the echo, one stream of batches of 256, and the ledger alone by turns
- growth: processor time of a decision of the ledger alone, batches of 256, at a hundredth, a tenth
  and all of the parties
- restart: seconds from the start of the server to its first permit, and its resident memory

A part that fails is told and leaves the others; then this ends with 1. Figures of different runs do
not compare; client and server share this machine.
"""

import argparse
import itertools
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import grpc
from machine import machine
from serving_ledger import NOW, ZONE, make_ledger, requests
from serving_server import RULES
from serving_wire import BATCH, WARM_BATCHES, closed_loop, message, over_the_wire, say, server

from strategy.api.v1.decision_pb2_grpc import DecisionServiceStub
from strategy.decide import answer_each
from strategy.domain.channel import Channel
from strategy.domain.permit import Answer
from strategy.ledger.sqlite import SqliteLedger
from strategy.publish import publish
from strategy.rule_files import read_rule_files
from strategy.rules.rulebook import Rulebook

PARTS = ("unary", "half", "stream", "growth", "restart")
LEAST_PARTIES = 60_000
"""So many are needed for as many requests; `--parties` below it makes no smaller ledgers."""

MEASURED_BATCHES = 16

GOALS: dict[str, tuple[Callable[[dict[str, Any]], float], str, float]] = {
    "unary: permits to echoes": (lambda r: r["unary"]["ratio"], ">=", 0.7),
    "half load: p99 to the echo's": (lambda r: r["half"]["ratio"], "<=", 4.0),
    "stream: decisions a second": (lambda r: r["stream"]["decisions_per_s"], ">=", 10_000),
    "stream: to the ledger alone": (lambda r: r["stream"]["ratio_to_ledger_alone"], ">=", 0.9),
    "growth: largest to smallest": (
        lambda r: r["growth"][-1]["cpu_us_per_decision"] / r["growth"][0]["cpu_us_per_decision"],
        "<=",
        1.1,
    ),
    "restart: seconds to a permit": (lambda r: r["restart"]["first_permit_s"], "<=", 30.0),
    "restart: MB at most": (lambda r: r["restart"]["highest_resident_mb"], "<=", 2048),
}


def main() -> int:
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
    failed = False
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        books = _Ledgers(Path(folder), arguments.seed)
        rulebook = publish(read_rule_files(RULES), 120)
        script = next(s.id for s in rulebook.scripts.values() if s.channel is Channel.AGENT_CALL)
        alone = partial(_in_the_ledger, rulebook=rulebook, script=script)
        small = max(LEAST_PARTIES, arguments.parties // 10)
        sizes = sorted({max(10_000, arguments.parties // 100), small})
        sizes = sorted({*sizes, max(small, arguments.parties)})

        def wire() -> dict[str, Any]:
            measured = partial(alone, parties=small)
            return over_the_wire(books.of(small), small, script, parts, arguments.seconds, measured)

        def growth() -> dict[str, Any]:
            rows = [{"parties": n} | _in_a_copy(books.of(n), n, alone) for n in sizes]
            return {"growth": rows}

        def restart() -> dict[str, Any]:
            found = _restart(books.of(sizes[-1]), sizes[-1], script)
            return {"restart": found | {"attempts": books.attempts[sizes[-1]]}}

        for names, run in ((PARTS[3:4], growth), (PARTS[:3], wire), (PARTS[4:], restart)):
            if not set(names) & set(parts):
                continue
            try:
                result |= run()
            except Exception as error:  # the other parts are worth having
                failed = True
                result.setdefault("failed", {})[",".join(names)] = f"{error!r:.500}"
    result["goals"] = _goals(result)
    if arguments.json:
        text = json.dumps(result, indent=2) + "\n"
        Path(arguments.json).write_text(text, encoding="utf-8")
    print(_summary(result))
    return 1 if failed else 0


class _Ledgers:
    """One for each size, made when first asked for."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder, self._seed = folder, seed
        self.attempts: dict[int, int] = {}

    def of(self, parties: int) -> Path:
        path = self._folder / f"{parties}.ledger"
        if parties not in self.attempts:
            say(f"a ledger of {parties:,} parties")
            self.attempts[parties] = make_ledger(path, parties, self._seed)
        return path


def _in_the_ledger(
    path: Path, part: str, *, parties: int, rulebook: Rulebook, script: str
) -> dict[str, Any]:
    """Batches of 256 by one caller: decisions a second by the clock, processor time of one."""
    say(f"{part}: the ledger alone, {parties:,} parties")
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


def _in_a_copy(path: Path, parties: int, alone: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """In a ledger that the other parts have not used: a refusal costs more than a permit."""
    copy = path.with_suffix(".growth")
    shutil.copy(path, copy)
    try:
        return alone(copy, "growth", parties=parties)
    finally:
        copy.unlink()


def _restart(path: Path, parties: int, script: str) -> dict[str, Any]:
    say(f"restart with {parties:,} parties")
    asked = map(message, requests(parties, "restart", script))
    began = time.perf_counter()
    with server(path) as served, grpc.insecure_channel(served.address) as channel:
        permit = DecisionServiceStub(channel).RequestPermit
        while not permit(next(asked)).HasField("permit"):
            pass
        seconds = time.perf_counter() - began
        closed_loop(permit, asked, 5.0)
        memory = Path(f"/proc/{served.pid}/status").read_text(encoding="ascii")
        highest = next(line.split()[1] for line in memory.splitlines() if line.startswith("VmHWM"))
    return {"first_permit_s": round(seconds, 2), "highest_resident_mb": int(highest) // 1024}


def _goals(result: dict[str, Any]) -> list[dict[str, Any]]:
    """Of the parts that were measured."""
    told = []
    for name, (measured, sign, limit) in GOALS.items():
        if name.partition(":")[0].split()[0] not in result:
            continue
        value = measured(result)
        met = value >= limit if sign == ">=" else value <= limit
        told.append({"goal": name, "measured": round(value, 3), "limit": f"{sign} {limit:g}"})
        told[-1]["met"] = met
    return told


def _summary(result: dict[str, Any]) -> str:
    lines = []
    if unary := result.get("unary"):
        permits, echoes = unary["server_cpu_us_per_permit"], unary["server_cpu_us_per_echo"]
        rates = f"{unary['permits_per_s']} permits/s, {unary['echoes_per_s']} echoes/s"
        lines.append(f"unary: {rates}; {permits} and {echoes} us of the server's processor")
    if half := result.get("half"):
        p99 = f"p99 {half['permit_p99_ms']} ms, of the echo {half['echo_p99_ms']} ms"
        lines.append(f"half load, {half['calls_per_s']}/s: {p99}")
    if stream := result.get("stream"):
        lines.append(
            f"stream: {stream['decisions_per_s']} decisions/s, ledger alone"
            f" {stream['ledger_alone_per_s']}/s, echo {stream['echoes_per_s']}/s;"
            f" {stream['commits']} fsyncs, {stream['decisions_per_fsync']} decisions each"
        )
    if growth := result.get("growth"):
        lines.append("   parties  decisions/s  us of processor")
        lines += [
            f"{g['parties']:>10,}  {g['decisions_per_s']:>11,}  {g['cpu_us_per_decision']:>15}"
            for g in growth
        ]
    lines += [
        f"{'met   ' if g['met'] else 'MISSED'}  {g['goal']}: {g['measured']:g} ({g['limit']})"
        for g in result["goals"]
    ]
    lines += [f"FAILED  {names}: {why}" for names, why in result.get("failed", {}).items()]
    return "\n".join(lines)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--parties", type=int, default=1_000_000, help=f"from {LEAST_PARTIES}")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each round of calls")
    parser.add_argument("--parts", default=",".join(PARTS), help="separated by commas")
    parser.add_argument("--folder", help="where the ledgers are made; default: the system's")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
