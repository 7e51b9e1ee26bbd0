"""A short load test of a server of its own, on a ledger of its own. `make loadtest`.

Prints permits and outcomes a second and their latencies; ends with 2 if any call failed. Generator
and server share this machine, so the figures say that it works, not how fast it could be.
"""

import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from strategy.api.v1 import plan_pb2
from strategy.api.v1.plan_pb2_grpc import PlanServiceStub
from strategy.cli.connection import Connection
from strategy.cli.server_process import SERVER, running_server
from strategy.cli.upload import upload
from strategy.portfolio.sample import sample_book

HOME = SERVER.parent
ZONE = "Asia/Shanghai"
EVENING = datetime(2026, 11, 23, 12, tzinfo=UTC)
MORNING = datetime(2026, 11, 24, 2, tzinfo=UTC)


def main(seconds: int = 15, accounts: int = 2000, users: int = 16) -> int:
    rules = [HOME / "rules" / "cn", HOME / "rules" / "house"]
    with tempfile.TemporaryDirectory() as folder:
        ledger, log = Path(folder) / "ledger", Path(folder) / "server.log"
        with running_server(rules, ledger, ZONE, EVENING, log) as address:
            _prepare(address, accounts)
        with running_server(rules, ledger, ZONE, MORNING, log) as address:
            return _run(address, seconds, users)


def _prepare(address: str, accounts: int) -> None:
    capacity = (HOME / "docs" / "examples" / "capacity.yaml").read_text(encoding="utf-8")
    with Connection(address).open() as channel:
        upload(channel, sample_book(accounts, 7, EVENING, ZONE), lambda phase, share: None)
        request = plan_pb2.CreatePlanRequest(request_id="load", capacity_yaml=capacity)
        request.at.FromDatetime(MORNING)
        stub = PlanServiceStub(channel)
        plan_id = stub.CreatePlan(request).plan_id
        *_, made = stub.WatchPlan(plan_pb2.WatchPlanRequest(plan_id=plan_id))
        if made.state != plan_pb2.PLAN_STATE_ACTIVE:
            raise SystemExit(f"the plan failed: {made.phase}")


def _run(address: str, seconds: int, users: int) -> int:
    # Locust patches the process for gevent, so it gets one of its own.
    command = [sys.executable, "-m", "locust", "-f", str(HOME / "loadtest" / "locustfile.py")]
    command += ["--headless", "--only-summary", "--host", address, "--exit-code-on-error", "2"]
    command += ["-u", str(users), "-r", str(users), "-t", f"{seconds}s", "--stop-timeout", "10"]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
