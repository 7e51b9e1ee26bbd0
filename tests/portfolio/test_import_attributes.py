"""Fields that a rule file declares, and wishes, from a flat file: typed, checked, or rejected."""

from pathlib import Path

import pytest
from examples import shanghai
from test_import_rows import AS_OF, HEADER, MAPPING

from strategy.domain.channel import Channel
from strategy.domain.contact_point import ContactKind
from strategy.domain.local_time import LocalWindow
from strategy.domain.party import Wish
from strategy.errors import InputError
from strategy.portfolio.importer import Imported, import_portfolio
from strategy.portfolio.mapping import read_mapping
from strategy.rules.catalogue import Catalogue
from strategy.rules.draft import compile_rules
from strategy.rules.source import RuleFile

DECLARED = """\
schema: collections-rules/1
pack: house
kind: house
fields:
  - {name: score, type: whole, low: -10, high: 850, about: a score, en: the score, zh: 评分}
  - {name: credit_limit, type: money, about: the credit line, en: the credit limit, zh: 授信额度}
  - {name: vulnerable, type: flag, about: said so, en: the customer is vulnerable, zh: 弱势客户}
  - name: collector
    type: choice
    choices: [creditor, agency]
    about: who collects
    en: the collector
    zh: 催收主体
  - {name: branch, type: code, pattern: "[A-Z]{2}[0-9]+", about: a branch, en: the branch, zh: 网点}
"""
ATTRIBUTES = """\
attributes:
  score: {column: SCORE}
  credit_limit: {column: LIMIT, unit: yuan, below_zero: zero}
  vulnerable: {column: VULN, codes: {"Y": "yes", "N": "no"}}
  collector: {column: COLL, codes: {"1": creditor, "2": agency, "3": solicitor}}
  branch: {column: BRANCH}
"""
WISHES = """\
  unwanted_hours: {column: HOURS}
  unwanted_channels: {column: CHANNELS}
  unwanted_kinds: {column: KINDS, codes: {"office": work}}
  unwanted_until: {column: UNTIL}
"""


def declared() -> Catalogue:
    return compile_rules([RuleFile("rules/house/fields.yaml", DECLARED)]).fields


def imported(folder: Path, mapping: str, columns: str, row: str) -> Imported:
    source, mapping_file = folder / "s.csv", folder / "m.yaml"
    source.write_text(f"{HEADER},{columns}\nA1,P1,2,1234.5,99,41,13x,Y,{row}\n", encoding="utf-8")
    mapping_file.write_text(mapping, encoding="utf-8")
    return import_portfolio(source, read_mapping(mapping_file, declared()), AS_OF, 7)


def with_attributes(folder: Path, row: str) -> Imported:
    return imported(folder, MAPPING + ATTRIBUTES, "SCORE,LIMIT,VULN,COLL,BRANCH", row)


def with_wishes(folder: Path, row: str) -> Imported:
    return imported(folder, MAPPING + WISHES, "HOURS,CHANNELS,KINDS,UNTIL", row)


def test_each_type_is_read_as_rules_read_it(tmp_path: Path) -> None:
    result = with_attributes(tmp_path, "-10,1200.5,N,2,SH7")
    assert result.book.accounts["A1"].attributes == {
        "score": -10,
        "credit_limit": 120_050,
        "vulnerable": False,
        "collector": "agency",
        "branch": "SH7",
    }


def test_what_is_empty_is_missing_and_not_zero(tmp_path: Path) -> None:
    assert with_attributes(tmp_path, ",,,,").book.accounts["A1"].attributes == {}


def test_an_amount_below_zero_taken_as_zero_is_announced(tmp_path: Path) -> None:
    result = with_attributes(tmp_path, ",-3,,,")
    assert result.book.accounts["A1"].attributes == {"credit_limit": 0}
    assert any("`credit_limit`: 1 accounts had a negative value" in note for note in result.notes)


@pytest.mark.parametrize(
    ("row", "column", "value", "reason"),
    [
        ("851,,,,", "SCORE", "851", "is outside -10 to 850, as `score` declares"),
        ("8.5,,,,", "SCORE", "8.5", "is no whole number"),
        (",1e5,,,", "LIMIT", "1e5", "is no number"),
        (",,true,,", "VULN", "true", "is no known code: one of Y, N"),
        (",,,3,", "COLL", "3", "is none of creditor, agency: translate it with `codes`"),
        (",,,,sh7", "BRANCH", "sh7", "does not look like `[A-Z]{2}[0-9]+`, as `branch` must"),
        (f",,,,SH{'7' * 200}", "BRANCH", f"SH{'7' * 200}", "must be at most 128 characters"),
    ],
)
def test_a_value_of_another_type_rejects_the_row(
    tmp_path: Path, row: str, column: str, value: str, reason: str
) -> None:
    (reject,) = with_attributes(tmp_path, row).rejects
    assert (reject.file, reject.line, reject.column, reject.value) == ("s.csv", 2, column, value)
    assert reject.reason.startswith(reason)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("score:", "scoer:", "m.yaml:19:3: unknown key `scoer`: did you mean `score`?"),
        ("unit: yuan, ", "", "m.yaml:20:3: `credit_limit` needs a `unit`: one of cents"),
        ("column: SCORE}", "column: SCORE, unit: fen}", "m.yaml:19:26: `score` takes no unit"),
        ("column: SCORE}", "column: AGE}", "m.yaml:19:11: `AGE` is a protected column"),
        ("column: SCORE}", "row_number: X}", "m.yaml:19:11: `score` cannot be a row number"),
        ("column: SCORE}", "column: SCORE, below_zero: zero}", "only money takes this rule"),
    ],
)
def test_a_wrong_attribute_is_named_with_its_place(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    assert old in ATTRIBUTES
    with pytest.raises(InputError) as error:
        imported(tmp_path, MAPPING + ATTRIBUTES.replace(old, new), "SCORE", "")
    assert says in str(error.value).replace(str(tmp_path / "m.yaml"), "m.yaml")


def test_attributes_without_rule_files_say_how_to_give_them(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(MAPPING + ATTRIBUTES, encoding="utf-8")
    with pytest.raises(InputError, match=r"m.yaml:18:1: no rule file declares fields: .* --rules"):
        read_mapping(path)


def test_a_constant_that_does_not_fit_is_the_mappings_fault(tmp_path: Path) -> None:
    wrong = ATTRIBUTES.replace("column: SCORE", 'constant: "999"')
    with pytest.raises(InputError, match=r"m.yaml:19:3: `999` is outside -10 to 850"):
        imported(tmp_path, MAPPING + wrong, "LIMIT,VULN,COLL,BRANCH", ",,,")


def test_every_column_is_a_wish_of_its_own(tmp_path: Path) -> None:
    result = with_wishes(tmp_path, "21:00-08:30|12:00-13:00,visit|sms,office,2026-12-31")
    until = shanghai("2027-01-01 00:00")  # the day given is still part of it
    assert result.book.parties["P1"].wishes == (
        Wish(windows=(LocalWindow(1260, 510), LocalWindow(720, 780)), until=until),
        Wish(channels=frozenset({Channel.VISIT, Channel.SMS}), until=until),
        Wish(kinds=frozenset({ContactKind.WORK}), until=until),
    )


def test_who_says_nothing_wishes_nothing(tmp_path: Path) -> None:
    assert with_wishes(tmp_path, ",,,").book.parties["P1"].wishes == ()


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("21-8,,,", "HOURS", "`21-8` are no hours of the day: write `21:00-08:30`"),
        ("12:00-12:00,,,", "HOURS", "`12:00-12:00` are no hours"),
        ("12:60-13:00,,,", "HOURS", "`12:60-13:00` are no hours"),
        (",fax,,", "CHANNELS", "is none of agent_call"),
        (",sms|,,", "CHANNELS", "is none of agent_call"),
        (",,work,", "KINDS", "is no known code: one of office"),
        (",sms,,soon", "UNTIL", "`soon` is no instant"),
        (",sms,,9999-12-31", "UNTIL", "is too far away: leave it empty"),
    ],
)
def test_a_wish_that_cannot_be_read_rejects_the_row(
    tmp_path: Path, row: str, column: str, reason: str
) -> None:
    (reject,) = with_wishes(tmp_path, row).rejects
    assert reject.column == column
    assert reject.reason.startswith(reason)
