"""Every row of a source is imported, filtered or rejected with its place and reason."""

import gzip
import re
import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategy.domain.account import Account, Product
from strategy.domain.channel import Channel
from strategy.domain.contact_point import ContactKind, ContactPoint, Owner
from strategy.domain.party import Consent, Party
from strategy.errors import InputError
from strategy.portfolio.importer import Imported, import_portfolio
from strategy.portfolio.mapping import read_mapping
from strategy.portfolio.rejects import Reject

AS_OF = datetime(2026, 10, 12, 1, 0, tzinfo=UTC)
TODAY = date(2026, 10, 12)
HEADER = "ID,CUST,PROD,BAL,OVD,DPD,PHONE,SMS"
MAPPING = """\
format: 1
zone: Asia/Shanghai
currency: CNY
keep: {column: DPD, ge: 1}
fields:
  account_id: {column: ID}
  party_id: {column: CUST}
  product: {column: PROD, codes: {"1": credit_card, "2": cash_loan}}
  jurisdiction: {constant: CN}
  balance: {column: BAL, unit: yuan, below_zero: zero}
  overdue: {column: OVD, unit: cents}
  due_date: {column: DPD, unit: days_late}
  zones: {constant: Asia/Shanghai|Asia/Urumqi}
  language: {constant: zh}
  mobile: {column: PHONE}
  consent_sms: {column: SMS, codes: {"Y": "yes", "N": "no"}}
  history_from: {constant: "2026-09-01"}
"""


def imported(folder: Path, text: str, mapping: str = MAPPING, name: str = "s.csv") -> Imported:
    source, mapping_file = folder / name, folder / "m.yaml"
    if text:
        source.write_bytes(text.encode("utf-8", "surrogateescape"))
    mapping_file.write_text(mapping, encoding="utf-8")
    return import_portfolio(source, read_mapping(mapping_file), AS_OF, 7)


def rejects(folder: Path, *rows: str) -> Sequence[Reject]:
    return imported(folder, "\n".join((HEADER, *rows)) + "\n").rejects


def test_a_row_becomes_an_account_with_its_party(tmp_path: Path) -> None:
    result = imported(tmp_path, f"{HEADER}\nA1,P1,2,1234.5,99,41,13x,Y\n")
    assert result.book.accounts == {
        # 1,234.50 yuan; 41 days before 12 October is 1 September
        "A1": Account("A1", "P1", Product.CASH_LOAN, "CNY", 123_450, 99, date(2026, 9, 1))
    }
    assert result.book.parties == {
        "P1": Party(
            "P1",
            "CN",
            ("Asia/Shanghai", "Asia/Urumqi"),
            "zh",
            (ContactPoint("P1-mobile", "P1", ContactKind.MOBILE, Owner.DEBTOR, "13x"),),
            (Consent(Channel.SMS, AS_OF),),
            datetime(2026, 8, 31, 16, tzinfo=UTC),
        )
    }
    assert result.book.histories == {}


@pytest.mark.parametrize(
    ("row", "column", "value", "reason"),
    [
        (",P1,1,5,5,3,,", "ID", "", "is empty, `account_id` needs it"),
        ("A1,P1,7,5,5,3,,", "PROD", "7", "is no known code: one of 1, 2"),
        ("A1,P1,1,5e3,5,3,,", "BAL", "5e3", "is no number"),
        ('A1,P1,1,"1,000",5,3,,', "BAL", "1,000", "is no number"),
        ("A1,P1,1,NaN,5,3,,", "BAL", "NaN", "is no number"),
        ("A1,P1,1,５,5,3,,", "BAL", "５", "is no number"),
        ("A1,P1,1,1.005,5,3,,", "BAL", "1.005", "has fractions of a cent"),
        ("A1,P1,1,99999999999999,5,3,,", "BAL", "99999999999999", "is more than"),
        ("A1,P1,1,5,-1,3,,", "OVD", "-1", "is negative"),
        ("A1,P1,1,5,,3,,", "OVD", "", "is empty, `overdue` needs it"),
        ("A1,P1,1,5,5,late,,", "DPD", "late", "is no whole number"),
        ("A1,P1,1,5,5,99999,,", "DPD", "99999", "is over a century late"),
        ("A1,P1,1,5,5,3,,maybe", "SMS", "maybe", "is no known code: one of Y, N"),
        ("A1,P1,1,5,5,3", "", "", "has 6 values, the header has 8"),
        ("", "", "", "the line is empty"),
        ('"A1"x,P1,1,5,5,3,,', "", "", "is no CSV"),
        ("A\udcff,P1,1,5,5,3,,", "", "", "is not UTF-8"),
    ],
)
def test_a_row_that_cannot_be_read_is_rejected_with_its_place(
    tmp_path: Path, row: str, column: str, value: str, reason: str
) -> None:
    (reject,) = rejects(tmp_path, "A0,P0,1,5,5,3,,", row)
    assert (reject.line, reject.column, reject.value) == (3, column, value)
    assert reject.reason.startswith(reason)


def test_a_row_with_two_faults_is_one_row_with_two_lines(tmp_path: Path) -> None:
    result = imported(tmp_path, f"{HEADER}\nA1,P1,9,x,5,3,,\n")
    assert [(r.line, r.column) for r in result.rejects] == [(2, "PROD"), (2, "BAL")]
    assert (result.read, result.rejected) == (1, 1)


def test_line_numbers_survive_line_breaks_in_quotes(tmp_path: Path) -> None:
    found = rejects(tmp_path, 'A1,P1,1,5,5,3,"line\nbreak\nagain",', "A2,P2,1,x,5,3,,")
    assert [r.line for r in found] == [5]  # header, three lines of A1, then A2


def test_quotes_never_closed_reject_the_rest_and_say_so(tmp_path: Path) -> None:
    found = rejects(tmp_path, "A1,P1,1,5,5,3,,", 'A2,P2,1,5,5,3,"oops,', "A3,P3,1,5,5,3,,")
    assert [r.line for r in found] == [3]
    assert "lines 3 to 4 were read as one row" in found[0].reason


def test_a_second_row_with_the_same_id_is_rejected(tmp_path: Path) -> None:
    (reject,) = rejects(tmp_path, "A1,P1,1,5,5,3,,", "A1,P2,1,6,5,3,,")
    assert reject == Reject("s.csv", 3, "ID", "A1", "is there already, on line 2")


def test_a_party_told_in_two_ways_is_rejected(tmp_path: Path) -> None:
    (reject,) = rejects(tmp_path, "A1,P1,1,5,5,3,111,", "A2,P1,1,6,5,3,222,")
    assert (reject.line, reject.column, reject.value) == (3, "CUST", "P1")


def test_two_accounts_of_one_party_are_imported(tmp_path: Path) -> None:
    result = imported(tmp_path, f"{HEADER}\nA1,P1,1,5,5,3,111,\nA2,P1,1,6,5,3,111,\n")
    assert (len(result.book.accounts), len(result.book.parties)) == (2, 1)


def test_a_filtered_row_is_counted_and_not_judged_further(tmp_path: Path) -> None:
    result = imported(tmp_path, f"{HEADER}\nA1,P1,9,broken,5,0,,\n")
    assert (result.read, result.filtered, result.rejected) == (1, 1, 0)


def test_amounts_below_zero_taken_as_zero_are_announced(tmp_path: Path) -> None:
    result = imported(tmp_path, f"{HEADER}\nA1,P1,1,-5,5,3,,\nA2,P2,1,5,5,3,,\n")
    assert result.book.accounts["A1"].balance_cents == 0
    assert [n for n in result.notes if "below_zero" in n] == [
        "`balance`: 1 accounts had a negative value, taken as 0 (`below_zero: zero`)"
    ]


def test_a_wrong_constant_is_the_mappings_fault_not_the_rows(tmp_path: Path) -> None:
    mapping = MAPPING.replace("Asia/Urumqi", "Asia/Peking")
    with pytest.raises(InputError, match=r"m.yaml:13:3: .*unknown time zone `Asia/Peking`"):
        imported(tmp_path, f"{HEADER}\nA1,P1,1,5,5,3,,\n", mapping)


def test_a_column_the_source_lacks_is_named_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"m.yaml:10:3: `s.csv` has no column `BAL`.*`BALL`"):
        imported(tmp_path, HEADER.replace("BAL", "BALL") + "\n")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ID,ID\n", "column `ID` is there twice"),
        ("\n", "there is no header"),
        ("I\udcff,B\n", "the header is not UTF-8"),
    ],
)
def test_a_wrong_header_is_refused(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(InputError, match=re.escape(says)):
        imported(tmp_path, text)


def test_a_gzipped_source_reads_the_same_and_a_broken_one_is_named(tmp_path: Path) -> None:
    text = f"{HEADER}\nA1,P1,1,5,5,3,,\n"
    packed = gzip.compress(text.encode())
    (tmp_path / "s.csv.gz").write_bytes(packed)
    assert imported(tmp_path, "", name="s.csv.gz").book == imported(tmp_path, text).book
    (tmp_path / "s.csv.gz").write_bytes(packed[:-12])
    with pytest.raises(InputError, match=r"s.csv.gz: cannot be read"):
        imported(tmp_path, "", name="s.csv.gz")


def frame() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "ID": ["A1", "A2"],
            "CUST": [11, 12],
            "PROD": [1, 2],
            "BAL": [Decimal("12.50"), None],
            "OVD": [100, 7],
            "DPD": [3, 3],
            "PHONE": ["x", None],
            "SMS": ["Y", "N"],
            "EXTRA": [1.5, 2.5],
        }
    )


def test_parquet_is_read_by_its_types_and_rejects_name_the_row(tmp_path: Path) -> None:
    frame().write_parquet(tmp_path / "s.parquet")
    result = imported(tmp_path, "", name="s.parquet")
    assert result.book.accounts["A1"].balance_cents == 1250
    assert result.rejects == (Reject("s.parquet", 2, "BAL", "", "is empty, `balance` needs it"),)


def test_binary_fractions_are_no_money(tmp_path: Path) -> None:
    frame().with_columns(BAL=pl.lit(12.5)).write_parquet(tmp_path / "s.parquet")
    with pytest.raises(InputError, match="column `BAL` is Float64"):
        imported(tmp_path, "", name="s.parquet")


def test_what_is_neither_csv_nor_parquet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"must end in .csv, .csv.gz or .parquet"):
        imported(tmp_path, "", name="s.xlsx")


def test_a_missing_source_is_named(tmp_path: Path) -> None:
    for name in ("s.csv", "s.parquet"):
        with pytest.raises(InputError, match="there is no such file"):
            imported(tmp_path, "", name=name)


def test_fillers_are_seeded_and_announced(tmp_path: Path) -> None:
    mapping = re.sub(r"  (overdue|zones|language|mobile|consent_sms|history_from).*\n", "", MAPPING)
    fills = ["overdue", "zones", "language", "contact_points", "consents", "history"]
    mapping += f"fill: [{', '.join(fills)}]\n"
    rows = "".join(f"A{n},P{n},1,100,,45,,\n" for n in range(200))
    one, two = (imported(tmp_path, f"{HEADER}\n{rows}", mapping) for _ in range(2))
    assert one.book == two.book
    assert sum(note.startswith("simulated: ") for note in one.notes) == len(fills)
    # 45 days late is in the second month: 20 % of 100 yuan
    assert {a.overdue_cents for a in one.book.accounts.values()} == {2000}
    assert sum(len(h.attempts) for h in one.book.histories.values()) > 200


CELLS = st.one_of(
    st.sampled_from(["A1", "A2", "P1", "1", "2", "0", "-3", "30", "1.5", "", "x,y", "Y", "N"]),
    st.text(alphabet='ab1."\n\r,; é中', max_size=5),
)


@settings(deadline=None, max_examples=150)
@given(
    rows=st.lists(st.lists(CELLS, min_size=7, max_size=9), max_size=12),
    quoted=st.booleans(),
)
def test_however_messy_the_file_rows_add_up_and_every_reject_is_told(
    rows: list[list[str]], quoted: bool
) -> None:
    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if quoted else text

    text = "\n".join([HEADER, *(",".join(map(cell, row)) for row in rows)])
    with tempfile.TemporaryDirectory() as folder:
        result = imported(Path(folder), text)
    accounts = result.book.accounts.values()
    assert result.read == len(accounts) + result.filtered + result.rejected
    assert len({r.line for r in result.rejects}) == result.rejected
    assert all(r.reason for r in result.rejects)
    if quoted:  # then rows of the file are the rows written
        assert result.read == len(rows)
    for account in accounts:
        assert account.balance_cents >= 0
        assert account.overdue_cents >= 0
        assert account.due_date <= TODAY - timedelta(days=1)
