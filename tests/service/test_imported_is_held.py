"""What a lender's files say is what the folder gives back and what the service holds."""

import csv
import tempfile
from datetime import date, timedelta
from itertools import count
from pathlib import Path

from examples import shanghai
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from running import ON_BOTH

from strategy.cli.upload import upload
from strategy.domain.attempt import Purpose
from strategy.domain.channel import Channel
from strategy.domain.contact_point import ContactKind
from strategy.domain.outcome import Outcome
from strategy.portfolio.folder import load, save
from strategy.portfolio.importer import import_portfolio
from strategy.portfolio.mapping import read_mapping
from strategy.rules.draft import compile_rules
from strategy.rules.source import RuleFile

pytestmark = ON_BOTH

AS_OF = shanghai("2026-03-09 20:00")
DECLARED = """\
schema: collections-rules/1
pack: house
kind: house
fields:
  - {name: score, type: whole, about: a score, en: the score, zh: 评分}
  - {name: credit_limit, type: money, about: the credit line, en: the credit limit, zh: 授信额度}
  - {name: vulnerable, type: flag, about: said so, en: the customer is vulnerable, zh: 弱势客户}
  - {name: team, type: choice, choices: [a, b], about: whose, en: the team, zh: 小组}
  - {name: branch, type: code, about: a branch, en: the branch, zh: 网点}
"""
MAPPING = """\
format: 1
zone: Asia/Shanghai
currency: CNY
fields:
  account_id: {column: ID}
  party_id: {column: CUST}
  product: {constant: cash_loan}
  jurisdiction: {constant: CN}
  balance: {column: BAL, unit: cents}
  overdue: {column: BAL, unit: cents}
  due_date: {column: DPD, unit: days_late}
  zones: {constant: Asia/Shanghai}
  language: {constant: zh}
  mobile: {column: PHONE}
  consent_sms: {column: SMS}
  history_from: {column: SINCE}
  unwanted_hours: {column: HOURS}
  unwanted_channels: {column: CHANNELS}
  unwanted_kinds: {column: KINDS}
  unwanted_until: {column: UNTIL}
attributes:
  score: {column: SCORE}
  credit_limit: {column: LIMIT, unit: yuan}
  vulnerable: {column: VULN}
  team: {column: TEAM}
  branch: {column: BRANCH}
attempts:
  attempt_id: {row_number: T}
  account_id: {column: ID}
  contact_point: {constant: mobile}
  channel: {column: CHANNEL}
  at: {column: AT}
  outcome: {column: OUTCOME}
  purpose: {column: PURPOSE}
  agency: {column: AGENCY}
"""


def maybe(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.just("") | texts


def several(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(texts, min_size=1, max_size=3).map("|".join)


CLOCKS = st.integers(0, 1439).map(lambda minute: f"{minute // 60:02d}:{minute % 60:02d}")
HOURS = st.tuples(CLOCKS, CLOCKS).filter(lambda two: two[0] != two[1]).map("-".join)
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=9)
ACCOUNTS = st.fixed_dictionaries(
    {
        "BAL": st.integers(0, 10**9).map(str),
        "DPD": st.integers(1, 400).map(str),
        "SMS": st.sampled_from(["yes", "no", ""]),
        "SINCE": maybe(st.dates(date(1970, 1, 1), AS_OF.date()).map(str)),
        "HOURS": maybe(several(HOURS)),
        "CHANNELS": maybe(several(st.sampled_from(Channel).map(str))),
        "KINDS": maybe(several(st.sampled_from(ContactKind).map(str))),
        "UNTIL": maybe(st.dates(AS_OF.date(), AS_OF.date() + timedelta(days=9999)).map(str)),
        "SCORE": maybe(st.integers(0, 1_000_000).map(str)),
        "LIMIT": maybe(st.decimals(0, 10**9, places=2).map(str)),
        "VULN": st.sampled_from(["yes", "no", ""]),
        "TEAM": st.sampled_from(["a", "b", ""]),
        "BRANCH": maybe(NAMES),
    }
)
ATTEMPTS = st.fixed_dictionaries(
    {
        "CHANNEL": st.sampled_from(Channel).map(str),
        "AT": st.integers(0, 10**7).map(lambda s: (AS_OF - timedelta(seconds=s)).isoformat()),
        "OUTCOME": maybe(st.sampled_from(Outcome).map(str)),
        "PURPOSE": maybe(st.sampled_from(Purpose).map(str)),
        "AGENCY": maybe(NAMES),
    }
)
_numbers = count()


def written(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return path


@settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(accounts=st.lists(ACCOUNTS, min_size=1, max_size=4), data=st.data())
def test_what_is_imported_is_what_is_read_back_and_what_the_service_holds(served, accounts, data):
    run = next(_numbers)  # the ledger keeps what earlier examples brought
    rows = [
        {"ID": f"A{run}-{n}", "CUST": f"P{run}-{n}", "PHONE": f"t-{n}", **account}
        for n, account in enumerate(accounts)
    ]
    whose = st.sampled_from([row["ID"] for row in rows])
    attempts = data.draw(st.lists(st.tuples(whose, ATTEMPTS), min_size=1, max_size=6))
    log = [{"ID": account_id, **attempt} for account_id, attempt in attempts]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "m.yaml").write_text(MAPPING.replace("row_number: T", f"row_number: T{run}-"))
        declared = compile_rules([RuleFile("f.yaml", DECLARED)]).fields
        found = import_portfolio(
            written(folder / "s.csv", rows),
            read_mapping(folder / "m.yaml", declared),
            AS_OF,
            0,
            attempts=written(folder / "t.csv", log),
        )
        assert found.rejects == ()
        save(found.book, folder / "book", [])
        book = load(folder / "book")
    assert book == found.book
    assert sum(len(h.attempts) for h in book.histories.values()) == len(log)

    upload(served.channel, book, lambda phase, share: None)

    def held(tx):
        return (
            {i: tx.people.party(i) for i in book.parties},
            {i: tx.people.account(i) for i in book.accounts},
            {i: tx.history(i, served.now) for i in book.parties},
        )

    parties, debts, histories = served.ledger.read(held)
    assert parties == book.parties
    assert debts == book.accounts
    for party_id, history in histories.items():
        told = sorted(book.history(party_id).attempts, key=lambda a: (a.at, a.id))
        assert sorted(history.attempts, key=lambda a: (a.at, a.id)) == told
