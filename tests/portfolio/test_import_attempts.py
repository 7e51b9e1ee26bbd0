"""The file of past attempts: every row is imported, filtered or rejected, and none makes room."""

from pathlib import Path

import pytest
from examples import shanghai
from test_import_attributes import declared
from test_import_rows import AS_OF, HEADER, MAPPING

from strategy.domain.attempt import Attempt, Purpose
from strategy.domain.channel import Channel
from strategy.domain.outcome import Outcome
from strategy.errors import InputError
from strategy.portfolio.importer import Imported, import_portfolio
from strategy.portfolio.mapping import read_mapping
from strategy.rules.draft import compile_rules
from strategy.rules.source import RuleFile

DOCS = Path(__file__).parents[2] / "docs"
LOG = "ID,ACCT,TO,TYPE,AT,RESULT,WHY,FIRM"
ATTEMPTS = """\
attempts:
  attempt_id: {column: ID}
  account_id: {column: ACCT}
  contact_point: {column: TO}
  channel: {column: TYPE, codes: {"M": agent_call, "S": sms}}
  at: {column: AT}
  outcome: {column: RESULT}
  purpose: {column: WHY, codes: {"N": legal_notice, "C": collection}}
  agency: {column: FIRM}
"""
ACCOUNTS = (
    "A1,P1,1,5,5,3,111,",
    "A2,P2,1,5,5,3,222,",
    "A3,P2,1,5,5,0,222,",  # filtered: not overdue; its person has A2
    "A4,P4,1,5,5,0,444,",  # filtered, and so is its person
    "A5,P1,9,5,5,3,111,",  # rejected: no such product
)


def imported(folder: Path, *log: str, mapping: str = MAPPING + ATTEMPTS) -> Imported:
    accounts, attempts, mapping_file = (folder / name for name in ("a.csv", "t.csv", "m.yaml"))
    accounts.write_text("\n".join((HEADER, *ACCOUNTS)) + "\n", encoding="utf-8")
    attempts.write_text("\n".join((LOG, *log)) + "\n", encoding="utf-8")
    mapping_file.write_text(mapping, encoding="utf-8")
    return import_portfolio(
        accounts, read_mapping(mapping_file, declared()), AS_OF, 7, attempts=attempts
    )


def unsure(result: Imported) -> list[str]:
    return [p.id for p in result.book.parties.values() if p.history_from is None]


def test_attempts_join_the_history_oldest_first_with_purpose_and_agency(tmp_path: Path) -> None:
    result = imported(
        tmp_path,
        "T2,A1,mobile,M,2026-10-02T08:00:00Z,promise_to_pay,,",
        "T1,A1,111,S,2026-10-01 18:05:30,delivered,N,firm 7",
    )
    assert result.book.histories["P1"].attempts == (
        Attempt(
            "T1",
            "P1",
            "A1",
            "P1-mobile",
            Channel.SMS,
            shanghai("2026-10-01 18:05:30"),
            Outcome.DELIVERED,
            Purpose.LEGAL_NOTICE,
            "firm 7",
        ),
        Attempt(
            "T2",
            "P1",
            "A1",
            "P1-mobile",
            Channel.AGENT_CALL,
            shanghai("2026-10-02 16:00:00"),
            Outcome.PROMISE_TO_PAY,
        ),
    )
    assert unsure(result) == []


def test_an_attempt_without_an_outcome_is_unknown(tmp_path: Path) -> None:
    result = imported(tmp_path, "T1,A1,111,M,2026-10-01 18:05,,,")
    (attempt,) = result.book.histories["P1"].attempts
    assert attempt.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("row", "column", "value", "reason"),
    [
        (",A1,111,M,2026-10-01 18:05,busy,,", "ID", "", "is empty, `attempt_id` needs it"),
        ("T1,A1,999,M,2026-10-01 18:05,busy,,", "TO", "999", "is no contact point of this person"),
        ("T1,A1,111,F,2026-10-01 18:05,busy,,", "TYPE", "F", "is no known code: one of M, S"),
        ("T1,A1,111,M,yesterday,busy,,", "AT", "yesterday", "is no time: write it like"),
        ("T1,A1,111,M,2026-10-12 09:00:01,busy,,", "AT", "2026-10-12 09:00:01", "is after the"),
        ("T1,A1,111,M,2026-10-01 18:05,shrug,,", "RESULT", "shrug", "is none of unknown"),
        ("T1,A1,111,M,2026-10-01 18:05,busy,X,", "WHY", "X", "is no known code: one of N, C"),
        ("T0,A1,111,M,2026-10-01 18:05,busy,,", "ID", "T0", "is there already, on line 2"),
        ("T1,A5,111,M,2026-10-01 18:05,busy,,", "ACCT", "A5", "was not imported, but its person"),
    ],
)
def test_a_rejected_attempt_leaves_its_person_without_a_known_history(
    tmp_path: Path, row: str, column: str, value: str, reason: str
) -> None:
    result = imported(tmp_path, "T0,A2,222,M,2026-10-01 18:00,busy,,", row)
    (_, reject) = result.rejects  # the first is account A5's
    assert (reject.file, reject.line, reject.column, reject.value) == ("t.csv", 3, column, value)
    assert reject.reason.startswith(reason)
    assert unsure(result) == ["P1"]
    assert "history unknown: 1 people, because a past attempt was rejected" in result.notes[-1]


@pytest.mark.parametrize("row", ["T1,,111,M,2026-10-01 18:05,busy,,", "T1,A1", '"T1"x,A1,,,,,,'])
def test_a_row_of_nobody_knows_whom_leaves_everybody_without(tmp_path: Path, row: str) -> None:
    assert unsure(imported(tmp_path, row)) == ["P1", "P2"]


def test_attempts_about_accounts_left_out_are_filtered_unless_their_person_is_there(
    tmp_path: Path,
) -> None:
    result = imported(
        tmp_path,
        "T1,A3,222,M,2026-10-01 18:05,busy,,",
        "T2,A4,444,M,2026-10-01 18:05,busy,,",
        "T3,A9,444,M,2026-10-01 18:05,busy,,",
    )
    done = result.attempts
    assert done is not None
    assert (done.read, len(done.attempts), done.filtered, done.rejected) == (3, 0, 1, 2)
    assert [(r.value, r.reason) for r in result.rejects[1:]] == [
        ("A3", "was not imported, but its person `P2` was: import it too"),
        ("A9", "is no account of the accounts file"),
    ]
    assert unsure(result) == ["P2"]


def test_a_wall_clock_that_is_two_instants_needs_its_offset(tmp_path: Path) -> None:
    berlin = (MAPPING + ATTEMPTS).replace("zone: Asia/Shanghai", "zone: Europe/Berlin")
    result = imported(tmp_path, "T1,A1,111,M,2025-10-26 02:30,busy,,", mapping=berlin)
    assert result.rejects[-1].reason.startswith("is no or two instants, the clocks change")


@pytest.mark.parametrize("given", [True, False])
def test_the_mapping_and_the_file_need_each_other(tmp_path: Path, given: bool) -> None:
    source, mapping = tmp_path / "s.csv", tmp_path / "m.yaml"
    source.write_text(HEADER + "\n", encoding="utf-8")
    mapping.write_text(MAPPING if given else MAPPING + ATTEMPTS, encoding="utf-8")
    with pytest.raises(InputError, match="need each other"):
        import_portfolio(
            source, read_mapping(mapping), AS_OF, 7, attempts=source if given else None
        )


def test_attempts_cannot_also_be_simulated(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"m.yaml:18:1: `history` is also filled: keep one"):
        imported(tmp_path, mapping=MAPPING + ATTEMPTS + "fill: [history]\n")


def test_the_page_about_importing_works_as_it_is_written(tmp_path: Path) -> None:
    text = (DOCS / "importing.md").read_text(encoding="utf-8")
    mapping, rules, attributes, attempts = (
        block.split("```")[0] for block in text.split("```yaml\n")[1:]
    )
    accounts, log, mapping_file = (tmp_path / name for name in ("s.csv", "t.csv", "m.yaml"))
    mapping = mapping.replace("fill: [history]\n", "")
    mapping_file.write_text(mapping + attributes + attempts, encoding="utf-8")
    accounts.write_text(
        "ACCT,CUST,PROD,BAL,OVD,DPD,PHONE,SMS_OK,NOT_AT,LIMIT,COLL,VULN\n"
        "1,9,01,10,100,5,token:1,Y,12:00-14:00,20000,2,N\n"
        "2,9,02,1,1,0,,N,,,,\n"
    )
    log.write_text(
        "CALL_ID,ACCT,DIALLED,TYPE,STARTED,RESULT,WHY,FIRM\n"
        "c1,1,token:1,M,2026-10-10 10:00:00,0,C,Firm\n"
    )
    declared = compile_rules([RuleFile("rules/house/f.yaml", rules)]).fields
    result = import_portfolio(
        accounts, read_mapping(mapping_file, declared), AS_OF, 7, attempts=log
    )
    assert result.rejects == ()
    assert (result.read, len(result.book.accounts), result.filtered) == (2, 1, 1)
    assert result.book.accounts["1"].attributes == {
        "credit_limit": 2_000_000,
        "collector": "agency",
        "vulnerable": False,
    }
    assert [a.agency for a in result.book.histories["9"].attempts] == ["Firm"]
    assert result.book.parties["9"].wishes
