"""`strategy upload`: a portfolio folder into a running server."""

import subprocess
import sys
from pathlib import Path

import pytest
from test_plan_service import plan

STRATEGY = Path(sys.executable).parent / "strategy"


def strategy(*words):
    return subprocess.run([STRATEGY, *map(str, words)], capture_output=True, text=True, timeout=60)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("upload") / "book"
    evening = "2026-03-09T20:00:00+08:00"
    assert (
        strategy("generate", "--accounts", 60, "--as-of", evening, "--out", folder).returncode == 0
    )
    return folder


def test_a_portfolio_goes_in_and_can_be_planned(served, book):
    ran = strategy("upload", book, "--to", served.address)

    assert ran.returncode == 0, ran.stderr
    assert "60 accounts of 54 people are in the ledger" in ran.stdout
    made = plan(served)
    assert made.accounts == 60
    assert made.attempts > 0


def test_without_a_server_it_says_so_and_ends_with_1(book):
    ran = strategy("upload", book, "--to", "127.0.0.1:9")

    assert ran.returncode == 1
    assert "the server at 127.0.0.1:9 says" in ran.stderr
    assert "Traceback" not in ran.stderr
