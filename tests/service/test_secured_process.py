"""The real `server.py` with certificate, tokens and metrics, called by our own commands."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
from certificates import authority
from click.testing import CliRunner

from strategy.cli.tokens import command as tokens
from strategy.token_file import Role, Token, entry, hashed

ROOT = Path(__file__).resolve().parents[2]
STRATEGY = Path(sys.executable).parent / "strategy"
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("STRATEGY_")}


def strategy(*words):
    return subprocess.run(
        [STRATEGY, *map(str, words)], capture_output=True, text=True, timeout=120, env=ENVIRONMENT
    )


@contextmanager
def server(*flags):
    """The process, its address, and where its metrics are."""
    command = [sys.executable, ROOT / "server.py", "--listen", "127.0.0.1:0", *flags]
    command += ["--metrics", "127.0.0.1:0", "--rules", ROOT / "rules/cn"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT
    ) as process:
        try:
            lines = [process.stdout.readline() for _ in range(2)]
            assert all(lines), process.stderr.read()
            yield process, *(line.split()[-1] for line in lines)
        finally:
            process.kill()


@pytest.fixture
def token(tmp_path):
    """A file with an operator's token, beside `tokens.yaml`, which lets it in."""
    words = ["new", "--name", "night-shift", "--role", "operator", "--file"]
    made = CliRunner().invoke(tokens, [*words, str(tmp_path / "tokens.yaml")])
    file = tmp_path / "token"
    file.touch(mode=0o600)
    file.write_text(made.stdout)
    return file


def test_who_shows_a_token_over_tls_gets_in_until_it_is_withdrawn(tmp_path, token):
    ca = authority(tmp_path / "ca")
    certificate, key = ca.issue("server")
    book = tmp_path / "book"
    evening = "2026-03-09T20:00:00+08:00"
    assert strategy("generate", "--accounts", 20, "--as-of", evening, "--out", book).returncode == 0
    flags = ["--tls-cert", certificate, "--tls-key", key, "--tokens", tmp_path / "tokens.yaml"]
    flags += ["--log", "json", "--ledger", f"sqlite:{tmp_path / 'ledger'}"]
    with server(*flags) as (process, address, metrics):
        there = ["--to", address, "--ca", ca.certificate]
        stranger = strategy("upload", book, *there)
        known = strategy("upload", book, *there, "--token-file", token)
        other = Token("other", frozenset({Role.AUDITOR}), hashed("other"))
        (tmp_path / "tokens.yaml").write_text(entry(other))
        process.send_signal(signal.SIGHUP)
        ends = time.monotonic() + 30
        while (again := strategy("upload", book, *there, "--token-file", token)).returncode == 0:
            assert time.monotonic() < ends
        with urllib.request.urlopen(metrics) as page:
            told = page.read().decode()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
        lines = [json.loads(line) for line in process.stderr.read().splitlines()]

    assert (stranger.returncode, "send a token" in stranger.stderr) == (1, True)
    assert known.returncode == 0, known.stderr
    assert (again.returncode, "not valid here" in again.stderr) == (1, True)
    calls = [one for one in lines if one["logger"] == "call"]
    assert {one["client"] for one in calls if one["status"] == "OK"} == {"night-shift"}
    assert {one["why"] for one in calls if one["status"] == "UNAUTHENTICATED"} == {
        "missing",
        "unknown",
    }
    assert 'strategy_auth_failures_total{why="missing"} 1.0' in told
    left = float(told.partition("\nstrategy_certificate_seconds_left ")[2].split()[0])
    assert 29 < left / 86400 <= 30
