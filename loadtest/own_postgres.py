"""A PostgreSQL server of a test's own, in a temporary folder, set up as in production."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

try:
    import psycopg
except ImportError:  # `missing` says so
    psycopg = None  # type: ignore[assignment]

MEMORY, MUCH = Path("/dev/shm"), 2**30
SETTINGS = (
    "listen_addresses=",
    "shared_buffers=64MB",
    "max_connections=100",
    "log_min_messages=fatal",
)


def program(name: str) -> str | None:
    """Where the server's program is, or None."""
    debian = os.pathsep.join(map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin"))))
    return shutil.which(name) or shutil.which(name, path=debian)


def missing() -> str | None:
    """Why no server can be started here, or None."""
    if psycopg is None:
        return "psycopg is not installed (pip install 'collections-strategy[postgres]')"
    if program("initdb") is None or program("postgres") is None:
        return "PostgreSQL's programs initdb and postgres are not installed"
    if os.getuid() == 0 and _account() is None:
        return "PostgreSQL does not run as root, and there is no user `postgres`"
    return None


class PostgresServer:
    """Started at once. `kill` ends it without a word; `start` starts it again.

    `on_disk`: else in memory where there is a GiB for it, which outlives the server all the same.
    """

    def __init__(self, on_disk: bool = False) -> None:
        memory = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > MUCH and not on_disk
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir=MEMORY if memory else None))
        self._user = _account() if os.getuid() == 0 else None
        if self._user is not None:
            shutil.chown(self.folder, self._user)
        make: list[Any] = [
            program("initdb"),
            "-D",
            self.folder / "data",
            "-A",
            "trust",
            "-U",
            "strategy",
        ]
        make += ["--locale=C", "--encoding=UTF8", "--no-sync"]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL, user=self._user, cwd="/")
        self._schemas = 0
        self.start()

    def start(self) -> None:
        self._launch()
        deadline = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(self.url()).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
                if self._process.poll() is not None:
                    # Processes of one that was killed may outlive it for a moment, and while they
                    # do a new one ends at once.
                    self._launch()

    def _launch(self) -> None:
        command: list[Any] = [program("postgres"), "-D", self.folder / "data", "-k", self.folder]
        for setting in SETTINGS:
            command += ["-c", setting]
        with (self.folder / "log").open("a") as log:
            self._process = subprocess.Popen(command, stderr=log, user=self._user, cwd="/")

    def kill(self) -> None:
        """Nothing is flushed or told to anybody."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self.folder)

    def url(self, schema: str = "public", database: str = "postgres") -> str:
        return (
            f"postgresql://strategy@/{database}?host={quote(str(self.folder))}"
            f"&options=-csearch_path%3D{schema}"
        )

    @contextmanager
    def copied(self, database: str) -> Iterator[str]:
        """A copy of the first database, which nobody may be using; dropped in the end."""
        with psycopg.connect(self.url(database="template1"), autocommit=True) as db:
            db.execute(f"CREATE DATABASE {database} TEMPLATE postgres".encode())
            try:
                yield self.url(database=database)
            finally:
                db.execute(f"DROP DATABASE {database}".encode())

    def empty(self) -> str:
        """The URL of a ledger without tables: a schema of its own."""
        self._schemas += 1
        name = f"ledger_{self._schemas}"
        with psycopg.connect(self.url(), autocommit=True) as db:
            db.execute(f"CREATE SCHEMA {name}".encode())
        return self.url(name)


def _account() -> str | None:
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return None
