"""A mapping file is read whole, and each fault is named with file, line and column."""

from pathlib import Path

import pytest

from strategy.errors import InputError
from strategy.portfolio.mapping import read_mapping
from strategy.portfolio.protected import is_protected

GOOD = """\
format: 1
zone: Asia/Shanghai
currency: CNY
fields:
  account_id: {column: ID}
  party_id: {column: CUST}
  product: {constant: cash_loan}
  jurisdiction: {constant: CN}
  balance: {column: BAL, unit: yuan}
  due_date: {column: DPD, unit: days_late}
fill: [overdue, zones, language]
"""


def faults(tmp_path: Path, text: str) -> str:
    path = tmp_path / "m.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_mapping(path)
    return str(error.value).replace(str(path), "m.yaml")


def test_a_good_mapping_is_read(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(GOOD, encoding="utf-8")
    mapping = read_mapping(path)
    assert (mapping.zone, mapping.currency) == ("Asia/Shanghai", "CNY")
    assert mapping.fill == ("overdue", "zones", "language")
    assert mapping.fields["balance"].unit == "yuan"
    assert list(mapping.columns()) == ["DPD", "BAL", "CUST", "ID"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("BAL,", "SEX,", "m.yaml:9:13: `SEX` is a protected column"),
        ("{column: CUST}", "{column: Customer_Age}", "m.yaml:6:14: `Customer_Age` is a protected"),
        ("fill:", "keep: {column: MARRIAGE, ge: 1}\nfill:", "m.yaml:11:8: `MARRIAGE` is a prot"),
        ("format: 1", "format: 2", "m.yaml:1:1: `format` must be 1"),
        ("Asia/Shanghai", "Asia/Peking", "m.yaml:2:1: unknown time zone `Asia/Peking`"),
        ("currency: CNY", "currency: 7", "m.yaml:3:1: `currency` must be text"),
        ("currency: CNY\n", "", "m.yaml:1:1: `currency` is missing"),
        ("  balance:", "  balanse:", "m.yaml:9:3: unknown key `balanse`: did you mean `balance`?"),
        ("  balance:", "  balanse:", "m.yaml:4:1: `balance` is missing: add it"),
        (", zones, ", ", ", "`zones` is missing: add it, or `zones` under `fill`"),
        (", unit: yuan", ", unit: yen", "m.yaml:9:26: `balance` needs a `unit`: one of cents"),
        (", unit: yuan", "", "m.yaml:9:3: `balance` needs a `unit`"),
        ("{column: ID}", "{column: ID, unit: cents}", "m.yaml:5:28: `account_id` takes no unit"),
        ("{column: ID}", "{constant: A}", "m.yaml:5:16: `account_id` cannot be the same for"),
        ("{column: CUST}", "{}", "m.yaml:6:3: `party_id` needs one of column, constant"),
        ("{column: CUST}", "CUST", "m.yaml:6:3: `party_id` must be like `{column: NAME}`"),
        (
            "product: {constant: cash_loan}",
            "product: {column: P, codes: {1: cash_loan}}",
            "m.yaml:7:32: put quotes around `1`",
        ),
        ("fill: [overdue,", "fill: [overdu,", "`overdu` cannot be filled: did you mean `overdue`?"),
        (
            "  due_date:",
            "  overdue: {column: O, unit: fen}\n  due_date:",
            "m.yaml:10:3: `overdue` has a source and is also filled: keep one",
        ),
        ("fill:", "keep: {column: X}\nfill:", "m.yaml:11:1: `keep` needs bounds"),
        ("fill:", "keep: {column: X, ge: '1'}\nfill:", "m.yaml:11:19: `ge` must be a whole number"),
        ("{column: CUST}", "{column: CUST, below_zero: zero}", "m.yaml:6:28: only money takes"),
        ("zone: Asia", "format: 1\nzone: Asia", "m.yaml:2:1: not YAML: found duplicate key"),
        ("zone: Asia", "zone: [Asia", "not YAML"),
        ("zone: Asia", "zone: " + "[" * 3000 + "Asia", "nested too deeply"),
    ],
)
def test_a_fault_is_named_with_line_and_column(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    assert old in GOOD
    assert says in faults(tmp_path, GOOD.replace(old, new, 1))


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("format: 1", "format: 3").replace("BAL", "EDUCATION")
    assert faults(tmp_path, text).count("m.yaml:") == 2


@pytest.mark.parametrize("text", ["", "- 1\n", "just text"])
def test_what_is_no_mapping_is_refused(tmp_path: Path, text: str) -> None:
    assert "must be a mapping with `fields`" in faults(tmp_path, text)


def test_a_missing_mapping_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none.yaml: cannot be read"):
        read_mapping(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    "column",
    ["SEX", "sex", "Age", "customerAge", "AGE_GROUP", "EDUCATION", "Marriage", "marital status",
     "X2_GENDER", "date_of_birth", "Religion", "race", "ethnicity", "客户性别", "年龄段"],
)  # fmt: skip
def test_a_protected_column_is_known_in_any_writing(column: str) -> None:
    assert is_protected(column)


@pytest.mark.parametrize("column", ["PAY_0", "stage", "mortgage", "package", "AGENT", "percentage"])
def test_other_columns_are_not_protected(column: str) -> None:
    assert not is_protected(column)
