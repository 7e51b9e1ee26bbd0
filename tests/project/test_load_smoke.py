"""The short load test runs, and judges the calls it made. No timing is asserted."""

import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]


def test_the_short_load_test_ends_without_a_failed_call():
    ran = subprocess.run(
        [sys.executable, "-m", "loadtest.smoke", "4", "200", "4"],
        cwd=HOME,
        capture_output=True,
        text=True,
        timeout=180,
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "RequestPermit" in ran.stderr
    assert "ReportOutcomes" in ran.stderr
