"""A few kills in every test run; `kill_server.py --kills 1000` and `kill_replicas.py --rounds 1000`
for the long ones."""

import subprocess
import sys
from pathlib import Path

import pytest

from loadtest.own_postgres import missing

HERE = Path(__file__).resolve().parent


def kill(*words, script="kill_server.py"):
    return subprocess.run(
        [sys.executable, HERE / script, *map(str, words)],
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_kill_9_under_load_loses_nothing_acknowledged_and_doubles_nothing():
    ran = kill("--kills", 10, "--seed", 3, "--seconds", 50)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "audit entries fit" in ran.stdout


def test_a_server_that_answers_before_it_commits_is_found():
    ran = kill("--kills", 10, "--seed", 3, "--server", HERE / "answers_too_early.py")

    assert ran.returncode == 2, ran.stdout + ran.stderr
    assert ran.stderr.startswith("error: ")


@pytest.mark.skipif(missing() is not None, reason=str(missing()))
def test_a_server_or_the_database_killed_under_load_loses_and_doubles_nothing():
    ran = kill("--rounds", 3, "--seed", 1, script="kill_replicas.py")

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "audit entries fit" in ran.stdout
