"""Two real servers on one PostgreSQL: kills a server or the database, and checks what is left.

    python tests/crash/kill_replicas.py --rounds 100 --seed 1

Callers of both servers ask for the same people. In each round either one server is killed with
SIGKILL while the other goes on, or the database is ended at once, without flushing anything, and
started again under the running servers. What must hold is what must hold after `kill_server.py`.
Exits with 2 at the first thing that does not.
"""

import argparse
import random
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import grpc

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "service"), str(ROOT)]

from callers import Load, bring  # noqa: E402
from examples import shanghai  # noqa: E402
from left_over import Fault, check_all, check_round  # noqa: E402

from loadtest.own_postgres import PostgresServer  # noqa: E402

MORNING = shanghai("2026-03-10 06:00")
CALLERS, PEOPLE = 4, 24


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    database = PostgresServer()
    try:
        print(_run(chosen, database))
    except Fault as fault:
        print(f"error: {fault}", file=sys.stderr)
        return 2
    finally:
        database.remove()
    return 0


class Replica:
    """One server process, and the channel to it."""

    def __init__(self, url: str, log: Path, now: str) -> None:
        command = [sys.executable, ROOT / "server.py", "--listen", "127.0.0.1:0", "--ledger", url]
        command += ["--rules", HERE / "rules" / "cn", "--rules", HERE / "rules" / "house"]
        command += ["--shadow", "0", "--clock-start", now]
        self._log = log
        with log.open("a") as file:
            self._process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=file, text=True
            )

    def connect(self) -> grpc.Channel:
        """Once it listens."""
        line = self._process.stdout.readline()
        if not line.startswith("listening on "):
            raise Fault(f"a server does not start: {self._log.read_text()[-2000:]}")
        self.channel = grpc.insecure_channel(line.split()[-1])
        return self.channel

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self._process.stdout.close()

    def close(self) -> None:
        self.channel.close()
        self.kill()


def _run(chosen: argparse.Namespace, database: PostgresServer) -> str:
    dice, began = random.Random(chosen.seed), time.monotonic()
    url, log = database.empty(), database.folder / "servers"
    load, killed = Load(dice.random()), {"server": 0, "database": 0}

    def start() -> Replica:
        elapsed = timedelta(seconds=time.monotonic() - began)
        return Replica(url, log, (MORNING + elapsed).isoformat())

    with ExitStack() as stack:
        replicas = [start(), start()]
        stack.callback(lambda: [replica.close() for replica in replicas])
        for replica in replicas:
            replica.connect()
        for round_ in range(chosen.rounds):
            load.people = bring(replicas[0].channel, round_, PEOPLE)
            load.enough.clear()
            callers = [c for replica in replicas for c in load.start(replica.channel, CALLERS)]
            time.sleep(dice.uniform(0.05, 0.6))
            victim = dice.choice(sorted(killed)) if round_ > 1 else sorted(killed)[round_]
            killed[victim] += 1
            if victim == "server":
                gone = dice.randrange(2)
                replicas[gone].kill()
                time.sleep(dice.uniform(0.05, 0.3))  # the other goes on
            else:
                database.kill()
                database.start()
            load.enough.set()
            for caller in callers:
                caller.join()
            if victim == "server":
                replicas[gone].channel.close()
                replicas[gone] = start()
                replicas[gone].connect()
            check_round(url, replicas[round_ % 2].channel, load)
            print(f"{killed}: {load.counts()}", file=sys.stderr, flush=True)
        entries = check_all(url, load)
    told = f"{killed['server']} servers and {killed['database']} databases killed"
    seconds = time.monotonic() - began
    return f"{told} in {seconds:.0f} s: {load.counts()}; {entries} audit entries fit"


if __name__ == "__main__":
    sys.exit(main())
