"""Kills the real server with SIGKILL at random instants under load, and checks what is left.

    python tests/crash/kill_server.py --kills 1000 --seed 1 --json kills.json

Every acknowledged permit, confirmation, release and outcome must be there, none twice; repeated
ids must get the same answer; caps must hold; the audit chain must fit. Exits with 2 at the first
thing that does not.
"""

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

import grpc

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "service"), str(ROOT)]

from callers import Load, bring  # noqa: E402
from examples import shanghai  # noqa: E402
from left_over import Fault, check_all, check_round  # noqa: E402

from benchmarks.machine import machine  # noqa: E402

MORNING = shanghai("2026-03-10 06:00")
CALLERS, PEOPLE = 6, 24


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=1e9, help="stop after so many")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the result there")
    parser.add_argument("--server", type=Path, default=ROOT / "server.py")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="crash-") as folder:
        try:
            result = _run(chosen, Path(folder) / "ledger")
        except Fault as fault:
            print(f"error: {fault}", file=sys.stderr)
            return 2
    if chosen.json:
        chosen.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(
        ", ".join(f"{value} {name.replace('_', ' ')}" for name, value in result["counts"].items())
    )
    return 0


def _run(chosen: argparse.Namespace, ledger: Path) -> dict[str, Any]:
    dice, began, kills = random.Random(chosen.seed), time.monotonic(), 0
    starts: list[float] = []
    load = Load(dice.random())
    while kills <= chosen.kills and time.monotonic() - began < chosen.seconds:
        start = MORNING + timedelta(seconds=time.monotonic() - began)
        command = [sys.executable, chosen.server, "--listen", "127.0.0.1:0", "--ledger"]
        command += [f"sqlite:{ledger}", "--rules", HERE / "rules" / "cn"]
        command += ["--rules", HERE / "rules" / "house"]
        command += ["--shadow", "0", "--clock-start", start.isoformat()]
        with (
            (ledger.parent / "log").open("a+") as log,
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as process,
        ):
            try:
                started = time.monotonic()
                line = process.stdout.readline()
                if not line.startswith("listening on "):
                    log.seek(0)
                    raise Fault(f"the server does not start again: {log.read()[-2000:]}")
                starts.append(time.monotonic() - started)
                with grpc.insecure_channel(line.split()[-1]) as channel:
                    check_round(str(ledger), channel, load)
                    if kills == chosen.kills:
                        break
                    load.people = bring(channel, kills, PEOPLE)
                    callers = load.start(channel, CALLERS)
                    time.sleep(dice.uniform(0.01, 0.4))
                    process.send_signal(signal.SIGKILL)
                    for caller in callers:
                        caller.join()
                    kills += 1
            finally:
                process.kill()
        if kills % 50 == 0:
            print(f"{kills} kills, {len(load.answers)} answers", file=sys.stderr, flush=True)
    entries = check_all(str(ledger), load)
    return {
        "benchmark": "kills",
        "seed": chosen.seed,
        "callers": CALLERS,
        "machine": machine("grpcio"),
        "seconds": round(time.monotonic() - began),
        "median_start_s": round(median(starts), 2),
        "ledger_mb": round(ledger.stat().st_size / 1e6, 1),
        "counts": {
            "kills": kills,
            **load.counts(),
            "audit_entries_fit": entries,
        },
    }


if __name__ == "__main__":
    sys.exit(main())
