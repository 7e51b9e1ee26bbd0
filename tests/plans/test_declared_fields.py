"""A field that a team declares decides in every verb, from the lender's file on."""

import csv
import gzip
import subprocess
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
STRATEGY = Path(sys.executable).parent / "strategy"
UCI = HOME.parent / "shared/data/uci_default_credit_card/uci_default_clean_24000.csv.gz"
RULES = """\
schema: collections-rules/1
pack: team
kind: house
fields:
  - name: collector
    type: choice
    choices: [creditor, agency]
    about: who collects the account
    en: the collector
    zh: 催收主体
rules:
  - id: TEAM-01
    title: Agencies do not call here · 委外不致电
    when: {collector: agency}
    then: {forbid: all}
"""
NOTHING_FORBIDDEN = RULES.replace("{forbid: all}", "{weight: sms, percent: 100}")
MAPPING = """\
format: 1
zone: Asia/Shanghai
currency: CNY
fields:
  account_id: {column: ID}
  party_id: {column: ID}
  product: {constant: cash_loan}
  jurisdiction: {constant: CN}
  balance: {constant_yuan}
  overdue: {constant_yuan}
  due_date: {column: DPD, unit: days_late}
  zones: {constant: Asia/Shanghai}
  language: {constant: zh}
  mobile: {column: PHONE}
  history_from: {constant: "2026-01-01"}
attributes:
  collector: {column: COLL, codes: {"C": creditor, "A": agency}}
""".replace("{constant_yuan}", "{column: BAL, unit: yuan}")
WHO = ["C", "A", "A", "C", "", "C"]
"""The collector of accounts 1 to 6; nobody knows that of the fifth."""


def strategy(*words):
    ran = subprocess.run([STRATEGY, *map(str, words)], cwd=HOME, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A folder with `book`, the rules `team` and `before`, in which nothing is forbidden."""
    folder = tmp_path_factory.mktemp("declared")
    for name, text in (("team", RULES), ("before", NOTHING_FORBIDDEN)):
        (folder / name).mkdir()
        (folder / name / "team.yaml").write_text(text, encoding="utf-8")
    rows = [f"{n},9000,40,token:{n},{who}" for n, who in enumerate(WHO, 1)]
    (folder / "s.csv").write_text("\n".join(["ID,BAL,DPD,PHONE,COLL", *rows]) + "\n")
    (folder / "m.yaml").write_text(MAPPING)
    made = ("import", folder / "s.csv", "--mapping", folder / "m.yaml", "--rules", folder / "team")
    strategy(*made, "--as-of", "2026-11-23T20:00:00+08:00", "--out", folder / "book")
    return folder


DAY = ("--capacity", "docs/examples/capacity.yaml", "--at", "2026-11-24T00:00:00+08:00")


def test_coverage_counts_the_accounts_it_fires_for(book):
    said = strategy("rules", "coverage", book / "team", "rules/cn", "--portfolio", book / "book")

    # accounts 2 and 3, and the fifth, of which nobody knows: a restriction then holds
    assert "3  TEAM-01" in said


def test_plan_leaves_them_alone_and_explain_says_what_was_read(book):
    rules = [x for one in ("rules/cn", "rules/house", book / "team") for x in ("--rules", one)]
    strategy("plan", "--portfolio", book / "book", *DAY, *rules, "--out", book / "plan")

    for account, read in (("2", "collector = agency"), ("5", "collector = missing")):
        said = strategy("explain", book / "plan", account)
        assert "planned: nothing" in said
        assert f"[TEAM-01 {book}/team/team.yaml:12] ({read})" in said
    assert "planned: nothing" not in strategy("explain", book / "plan", "1")


def test_preview_says_who_loses_contact_by_it(book):
    strategy("rules", "key", book / "key")
    packs = ("rules/cn", "rules/house")
    sides = [
        x
        for side, own in (("--old", "before"), ("--new", "team"))
        for one in (*packs, book / own)
        for x in (side, one)
    ]
    where = ("--portfolio", book / "book", "--key", book / "key", "--out", book / "preview")
    said = strategy("rules", "preview", *DAY, *sides, *where)

    assert "1 rules differ; 0 accounts gain contact, 3 lose it" in said


@pytest.mark.shared_data
def test_the_credit_limits_of_the_real_accounts_decide(tmp_path):
    if not UCI.exists():
        pytest.skip("the public data set is not beside this checkout")
    mapping = ("--mapping", "docs/examples/uci-credit-card.mapping.yaml")
    rules = "docs/examples/credit-limit"
    strategy("import", UCI, *mapping, "--rules", rules, "--out", tmp_path / "book")
    said = strategy("rules", "coverage", "rules/cn", rules, "--portfolio", tmp_path / "book")

    with gzip.open(UCI, "rt") as file:
        large = sum(
            int(row["PAY_0"]) >= 1 and int(row["LIMIT_BAL"]) >= 300_000
            for row in csv.DictReader(file)
        )
    assert large > 100
    assert f"{large:>9,}  EXAMPLE-LIMIT-01" in said
