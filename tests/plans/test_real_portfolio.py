"""Real balances and delinquency: the overdue rows of the UCI credit card data, end to end."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
STRATEGY = Path(sys.executable).parent / "strategy"
SOURCE = HOME.parent / "shared/data/uci_default_credit_card/uci_default_clean_24000.csv.gz"


def strategy(*words):
    ran = subprocess.run([STRATEGY, *map(str, words)], cwd=HOME, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.mark.shared_data
def test_the_real_accounts_import_plan_verify_and_serve(tmp_path):
    if not SOURCE.exists():
        pytest.skip("the public data set is not beside this checkout")
    said = strategy(
        "import",
        SOURCE,
        "--mapping",
        "docs/examples/uci-credit-card.mapping.yaml",
        "--rules",
        "docs/examples/credit-limit",
        "--as-of",
        "2026-11-23T20:00:00+08:00",
        "--out",
        tmp_path / "book",
    )
    assert "24,000 rows read = 5,392 imported + 18,608 filtered + 0 rejected" in said
    assert "simulated: 30 days of contact attempts" in said

    # The demo plans, verifies, serves and dials whatever portfolio it is given.
    said = strategy("demo", "--portfolio", tmp_path / "book", "--out", tmp_path / "out")
    document = json.loads((tmp_path / "out" / "plan" / "plan.json").read_text())
    assert document["counts"]["accounts"] == 5392
    assert document["verifier"]["violations"] == 0
    assert document["gap"] <= 0.001
    assert "the same as above" in said
    assert "no violation" in strategy("verify", tmp_path / "out" / "plan")
