"""`strategy import` and `strategy generate` from the command line, on real and on bad input."""

import csv
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from strategy.cli.generate import command as generate
from strategy.cli.import_ import command as import_
from strategy.errors import InputError
from strategy.portfolio.folder import digest, load

ROOT = Path(__file__).parents[2]
UCI = ROOT.parent / "shared/data/uci_default_credit_card/uci_default_clean_24000.csv.gz"
UCI_MAPPING = ROOT / "docs/examples/uci-credit-card.mapping.yaml"
UCI_FIELDS = ROOT / "docs/examples/credit-limit"
AS_OF = "2026-10-12T08:00:00+08:00"


def run_import(source: Path, mapping: Path, out: Path, *more: str) -> Result:
    arguments = [source, "--mapping", mapping, "--rules", UCI_FIELDS, "--out", out]
    return CliRunner().invoke(import_, [*map(str, arguments), "--as-of", AS_OF, *more])


def uci_like(folder: Path, *rows: str) -> Path:
    source = folder / "cards.csv"
    lines = ("SEX,PAY_0,BILL_AMT1,LIMIT_BAL", *(f"{row},50000" for row in rows))
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return source


@pytest.mark.shared_data
@pytest.mark.skipif(not UCI.exists(), reason="the UCI data set is not beside the checkout")
def test_the_5392_overdue_accounts_of_the_real_file_import(tmp_path: Path) -> None:
    result = run_import(UCI, UCI_MAPPING, tmp_path)
    assert result.exit_code == 0, result.output
    assert "24,000 rows read = 5,392 imported + 18,608 filtered + 0 rejected" in result.output
    assert "`balance`: 290 accounts had a negative value" in result.output
    assert result.output.count("simulated: ") == 6
    book = load(tmp_path)
    assert len(book.accounts) == 5392
    # read in the file by eye: data row 1 has PAY_0 = 2, BILL_AMT1 = 3913, LIMIT_BAL = 20000;
    # row 13 has 1, 50614 and 50000
    for account_id, balance_cents, due, limit in (
        ("UCI-1", 391_300, date(2026, 8, 13), 2_000_000),
        ("UCI-13", 5_061_400, date(2026, 9, 12), 5_000_000),
    ):
        account = book.accounts[account_id]
        assert (account.balance_cents, account.due_date) == (balance_cents, due)
        assert (account.currency, account.product) == ("TWD", "credit_card")
        assert account.attributes == {"credit_limit": limit}
    assert list(book.accounts)[:2] == ["UCI-1", "UCI-13"]


def test_rows_rejected_end_with_exit_code_2_and_a_file_that_names_them(tmp_path: Path) -> None:
    source = uci_like(tmp_path, "1,2,1000", "1,x,5", "2,0,7", "2,1,much")
    result = run_import(source, UCI_MAPPING, tmp_path / "p")
    assert result.exit_code == 2
    assert "4 rows read = 1 imported + 1 filtered + 2 rejected" in result.output
    with (tmp_path / "p" / "rejects.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [
            ["file", "line", "column", "value", "reason"],
            ["cards.csv", "3", "PAY_0", "x", "is no whole number"],
            [
                "cards.csv",
                "5",
                "BILL_AMT1",
                "much",
                "is no number: write digits, at most one `.`, no separators",
            ],
        ]
    (account,) = load(tmp_path / "p").accounts.values()
    assert account.id == "UCI-1"
    assert account.balance_cents == 100_000


def test_rejects_of_an_earlier_run_do_not_stay(tmp_path: Path) -> None:
    assert run_import(uci_like(tmp_path, "1,x,5"), UCI_MAPPING, tmp_path / "p").exit_code == 2
    assert run_import(uci_like(tmp_path, "1,1,5"), UCI_MAPPING, tmp_path / "p").exit_code == 0
    assert (tmp_path / "p" / "rejects.csv").read_text().splitlines() == [
        "file,line,column,value,reason"
    ]


def test_a_protected_column_stops_the_import(tmp_path: Path) -> None:
    text = UCI_MAPPING.read_text(encoding="utf-8").replace("{constant: CN}", "{column: SEX}")
    mapping = tmp_path / "m.yaml"
    mapping.write_text(text, encoding="utf-8")
    result = run_import(uci_like(tmp_path, "1,2,1000"), mapping, tmp_path / "p")
    assert isinstance(result.exception, InputError)
    assert "`SEX` is a protected column" in str(result.exception)
    assert not (tmp_path / "p").exists()


def test_the_seed_drives_the_fillers_only(tmp_path: Path) -> None:
    source = uci_like(tmp_path, *(f"1,1,{n}" for n in range(50)))
    for seed in ("1", "2"):
        run_import(source, UCI_MAPPING, tmp_path / seed, "--seed", seed)
    one, two = load(tmp_path / "1"), load(tmp_path / "2")
    assert one.accounts == two.accounts
    assert one.parties != two.parties


def test_generate_writes_the_same_portfolio_twice(tmp_path: Path) -> None:
    for name in ("one", "two"):
        out = str(tmp_path / name)
        arguments = ["--accounts", "50", "--seed", "3", "--as-of", AS_OF, "--out", out]
        result = CliRunner().invoke(generate, arguments)
        assert result.exit_code == 0, result.output
        assert "50 accounts of 45 parties" in result.output
        assert "simulated: every person" in result.output
    assert digest(tmp_path / "one") == digest(tmp_path / "two")


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--as-of", "2026-10-12T08:00:00", "--as-of: `2026-10-12T08:00:00` has no time zone"),
        ("--as-of", "soon", "--as-of: `soon` is no instant"),
        ("--zone", "Asia/Peking", "--zone: unknown time zone `Asia/Peking`"),
    ],
)
def test_generate_refuses_bad_arguments_by_name(
    tmp_path: Path, option: str, value: str, says: str
) -> None:
    result = CliRunner().invoke(generate, ["--out", str(tmp_path), option, value])
    assert isinstance(result.exception, InputError)
    assert says in str(result.exception)
