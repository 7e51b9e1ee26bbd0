"""What a run tells its generating processes: one small file, named by LOADTEST_RUN."""

import os
import tempfile
from pathlib import Path

import msgspec

from loadtest.scenario import Scenario, read_scenario, scenario_path

LEDGER = "ledger.sqlite"
_FILE = "run.json"


class Settings(msgspec.Struct):
    """`folder` gets journals and samples; `database`: a URL, where the ledger is not the file
    `LEDGER` in it; `work` is a file of accounts to contact, empty: the
    server's own work list. `ahead_s`: the server's clock minus ours. `echo`: the same arrivals
    against a method that does nothing."""

    scenario: Scenario
    folder: str
    seed: int = 7
    work: str = ""
    ahead_s: float = 0.0
    workers: int = 1
    echo: bool = False
    database: str = ""

    def write(self) -> Path:
        path = Path(self.folder) / _FILE
        path.write_bytes(msgspec.json.encode(self))
        return path


def read_settings(folder: Path) -> Settings:
    return msgspec.json.decode((folder / _FILE).read_bytes(), type=Settings)


def settings_in_use() -> Settings:
    """Where Locust was started by hand: the scenario of LOADTEST_SCENARIO, else `steady`."""
    if path := os.environ.get("LOADTEST_RUN"):
        return read_settings(Path(path).parent)
    name = os.environ.get("LOADTEST_SCENARIO", "steady")
    workers = int(os.environ.get("LOADTEST_WORKERS", "1"))
    ahead_s = float(os.environ.get("LOADTEST_AHEAD_S", "0"))
    folder = tempfile.mkdtemp(prefix="loadtest-")
    return Settings(read_scenario(scenario_path(name)), folder, workers=workers, ahead_s=ahead_s)
