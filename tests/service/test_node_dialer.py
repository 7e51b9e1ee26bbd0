"""A dialer that is not written in Python, from the proto files alone."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from test_plan_service import plan

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "dialer-node"


@pytest.fixture(scope="module")
def dialer(tmp_path_factory):
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("node and npm are not installed")
    folder = tmp_path_factory.mktemp("node") / "dialer"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("node_modules"))
    ran = subprocess.run(
        ["npm", "ci", "--silent"], cwd=folder, capture_output=True, text=True, timeout=240
    )
    if ran.returncode != 0:
        pytest.skip(f"the packages cannot be installed here: {ran.stderr[-300:]}")
    return folder


def run(dialer, address, count, channel):
    environment = os.environ | {"CHANNEL": channel, "PROTOS": str(ROOT / "protos")}
    return subprocess.run(
        ["node", "dialer.mjs", address, str(count)],
        cwd=dialer,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_node_dialer_pulls_work_gets_a_permit_and_reports(served, dialer):
    served.people(*range(1, 9))
    assert plan(served).attempts == 8
    ran = run(dialer, served.address, 3, "CHANNEL_AGENT_CALL")

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.count("permit p-") == 3
    assert ran.stdout.count("reported OUTCOME_NO_ANSWER") == 3
    assert "work 3, dialled 3, refused 0" in ran.stdout


def test_a_node_dialer_prints_why_it_was_refused(served, dialer):
    served.people(*range(1, 9))
    plan(served)
    served.wait(hours=11)  # 21:00: calls are over
    ran = run(dialer, served.address, 1, "CHANNEL_AGENT_CALL")

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "refused: Calls from nine to eight" in ran.stdout
    assert "next: 2026-03-11T01:00:00.000Z" in ran.stdout


def test_a_node_dialer_without_a_server_says_so(dialer):
    ran = run(dialer, "127.0.0.1:9", 1, "CHANNEL_SMS")

    assert ran.returncode == 1
    assert "UNAVAILABLE" in ran.stderr
