"""What a run tells its generating processes: one small file, named by LOADTEST_RUN."""

import os
import tempfile
from pathlib import Path

import msgspec

from loadtest.scenario import Scenario, read_scenario, scenario_path


class Settings(msgspec.Struct):
    """`folder` gets journals and samples; `work` is a file of accounts to contact, empty: the
    server's own work list. `ahead_s`: the server's clock minus ours. `echo`: the same arrivals
    against a method that does nothing."""

    scenario: Scenario
    folder: str
    seed: int = 7
    work: str = ""
    ahead_s: float = 0.0
    workers: int = 1
    echo: bool = False

    def write(self, path: Path) -> None:
        path.write_bytes(msgspec.json.encode(self))


def settings_in_use() -> Settings:
    """Where Locust was started by hand: the scenario of LOADTEST_SCENARIO, else `steady`."""
    if path := os.environ.get("LOADTEST_RUN"):
        return msgspec.json.decode(Path(path).read_bytes(), type=Settings)
    name = os.environ.get("LOADTEST_SCENARIO", "steady")
    workers = int(os.environ.get("LOADTEST_WORKERS", "1"))
    folder = tempfile.mkdtemp(prefix="loadtest-")
    return Settings(read_scenario(scenario_path(name)), folder, workers=workers)
