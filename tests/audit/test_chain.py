"""The audit chain on real files: whatever is done to it afterwards is found."""

import csv
import json
import sqlite3
from datetime import timedelta

import pytest
from click.testing import CliRunner
from examples import CALM, RULE, FixedRules, a_party, an_account, shanghai

from strategy.accounts import import_parties
from strategy.audit.export import export
from strategy.audit.verify import verify
from strategy.cli.audit import command
from strategy.decide import request_permit
from strategy.domain.audit_entry import AuditEntry, EntryKind, link, ranges
from strategy.domain.channel import VOICE, Channel
from strategy.domain.decision_request import PermitRequest
from strategy.domain.directive import Cap, CapKey
from strategy.domain.outcome import Count
from strategy.errors import Conflict, LedgerUnavailable
from strategy.ledger.migrations import MIGRATIONS
from strategy.ledger.reader import ledger_reader
from strategy.ledger.sqlite import SqliteLedger
from strategy.relief import request_relief

NOON = shanghai("2026-03-10 12:00")
ZONE = "Asia/Shanghai"
ONE = FixedRules((Cap(RULE, VOICE, Count.DIALS, CapKey.PARTY, 1, 1),))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ledger"


@pytest.fixture
def ledger(path):
    """Six decisions: P1, P2, P3 get a permit, then each is refused by the cap."""
    opened = SqliteLedger.open(str(path))
    import_parties(opened, [(a_party(f"P{n}"), (an_account(f"A{n}", f"P{n}"),)) for n in (1, 2, 3)])
    for n in range(6):
        ask(opened, n + 1, party=n % 3 + 1, at=NOON + timedelta(minutes=n))
    yield opened
    opened.close()


def ask(ledger, number, party=1, at=NOON):
    request = PermitRequest(f"r{number}", f"A{party}", f"P{party}-m1", Channel.AGENT_CALL, CALM.id)
    return request_permit(ledger, ONE, request, at, ZONE)


def spoil(path, *statements):
    db = sqlite3.connect(path)
    for statement in statements:
        assert db.execute(statement).rowcount > 0, statement
    db.commit()
    db.close()


def verified(path, *noted):
    ran = CliRunner().invoke(command, ["verify", str(path), *noted])
    return ran.exit_code, ran.output


def test_an_untouched_chain_fits_while_the_server_has_the_ledger_open(ledger, path):
    code, said = verified(path)

    assert code == 0
    assert "6 entries" in said


def test_a_repeated_request_and_one_that_is_in_error_are_no_new_entries(ledger, path):
    ask(ledger, 1, party=1, at=NOON + timedelta(hours=1))
    with pytest.raises(Conflict):
        ask(ledger, 1, party=2)

    assert "6 entries" in verified(path)[1]


def test_allowed_refused_and_relief_are_all_entries_in_their_order(ledger, path):
    request_relief(ledger, ONE, "help", "A1", NOON + timedelta(hours=1), ZONE)
    stored = ledger.read(lambda tx: tx.audit.stored(0, 100))
    told = [entry.decode() for entry in stored]

    assert [entry.number for entry in stored] == [1, 2, 3, 4, 5, 6, 7]
    assert [entry.permitted for entry in told] == [True] * 3 + [False] * 4
    assert told[3].reasons == (("frequency_cap", "R-TEST"),)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE audit_entry SET number = 60 WHERE number = 6", "entry 6 is missing"),
        ("UPDATE audit_entry SET number = 0 WHERE number = 1", "entry 1 is missing"),
        ("UPDATE audit_entry SET id = 'd-other' WHERE number = 3", "entry 3 is of `d-"),
        ("UPDATE audit_entry SET id = 7 WHERE number = 3", "entry 3 is of `d-"),
        (
            "UPDATE audit_entry SET body = CAST(replace(CAST(body AS TEXT), 'frequency_cap',"
            " 'hold') AS BLOB) WHERE number = 5",
            "entry 5 (`d-",
        ),
        ("UPDATE audit_entry SET body = 'x' WHERE number = 2", "entry 2 (`d-"),
        ("UPDATE audit_entry SET hash = zeroblob(32) WHERE number = 2", "entry 2 (`d-"),
        ("UPDATE audit_entry SET hash = 'text' WHERE number = 6", "entry 6 (`d-"),
        ("UPDATE decision_record SET number = 9 WHERE number = 2", "record of entry 2 is gone"),
        ("UPDATE decision_record SET party_id = 'P3' WHERE number = 2", "record of entry 2 (`d-"),
        ("UPDATE decision_record SET salt = x'00' WHERE number = 2", "record of entry 2 (`d-"),
        ("UPDATE decision_record SET salt = 'words' WHERE number = 2", "record of entry 2 (`d-"),
        (
            "UPDATE decision_record SET body = (SELECT body FROM decision_record WHERE number = 1)"
            " WHERE number = 4",
            "record of entry 4 (`d-",
        ),
        ("UPDATE decision_record SET fired = NULL WHERE number = 2", "record of entry 2 (`d-"),
        ("UPDATE fired SET rules = '[]'", "record of entry 1 (`d-"),
        ("DELETE FROM fired", "record of entry 1 (`d-"),
        ("UPDATE audit_head SET number = 5", "entries end at 6"),
        ("UPDATE audit_head SET hash = zeroblob(32)", "entries end at 6"),
        ("DELETE FROM audit_entry WHERE number = 1", "entry 1 is missing"),
        ("DELETE FROM audit_entry WHERE number = 4", "entry 4 is missing"),
        ("DELETE FROM audit_entry WHERE number = 6", "entries end at 5"),
        ("DELETE FROM decision_record WHERE number = 4", "record of entry 4 is gone"),
        ("INSERT INTO decision_record VALUES (99, 'P1', x'00', x'00', NULL)", "but no entry 99"),
    ],
)
def test_whatever_is_changed_or_deleted_is_found_and_named(ledger, path, statement, said):
    ledger.close()
    spoil(path, statement)
    code, told = verified(path)

    assert code == 2
    assert said in told


def test_two_entries_that_changed_places_are_found(ledger, path):
    ledger.close()
    spoil(
        path,
        "UPDATE audit_entry SET number = 100 WHERE number = 2",
        "UPDATE audit_entry SET number = 2 WHERE number = 5",
        "UPDATE audit_entry SET number = 5 WHERE number = 100",
    )
    code, told = verified(path)

    assert code == 2
    assert "entry 2 (`d-" in told


def test_a_forged_entry_at_the_end_is_found_with_and_without_the_right_hash(ledger, path):
    _, before = ledger.read(lambda tx: tx.audit.head())
    ledger.close()
    body = b'{"id":"d-forged","at":"2026-03-10T04:00:00Z","kind":"decision","permitted":true}'
    for hash_ in (bytes(32), link(before, body)):
        db = sqlite3.connect(path)
        db.execute("INSERT INTO audit_entry VALUES (7, 'd-forged', ?, ?)", (body, hash_))
        db.commit()
        code, told = verified(path)
        db.execute("DELETE FROM audit_entry WHERE number = 7")
        db.commit()
        db.close()

        assert code == 2
        assert "entry 7" in told


def test_a_chain_written_anew_is_found_by_a_place_that_was_noted_down(ledger, path, tmp_path):
    (noted,) = [
        line.removeprefix("note down: ")
        for line in verified(path)[1].splitlines()
        if line.startswith("note down")
    ]
    ask(ledger, 50, at=NOON + timedelta(hours=2))
    assert verified(path, "--noted", noted)[0] == 0
    ledger.close()

    other = tmp_path / "other"
    forged = SqliteLedger.open(str(other))
    import_parties(forged, [(a_party(), (an_account(),))])
    for n in range(8):
        ask(forged, n)
    assert verified(other)[0] == 0
    code, told = verified(other, "--noted", noted)
    assert (code, "entry 6 is not the one that was noted down" in told) == (2, True)
    code, told = verified(other, "--noted", noted.replace("6:", "600:"))
    assert (code, "there is no entry 600" in told) == (2, True)
    forged.close()


def test_a_record_that_goes_while_the_chain_is_walked_is_told_by_a_later_entry(ledger, path):
    def remove(tx):
        gone = tx._db.execute("DELETE FROM decision_record WHERE number IN (2, 5)").rowcount
        assert gone == 2
        tx.audit.append(AuditEntry("removal", NOON, EntryKind.ERASED, removed=ranges([2, 5])))

    ledger.write(remove_with(remove))
    with ledger_reader(path) as reader:
        found = verify(reader)

    assert (found.fault, found.removed, found.entries) == (None, 2, 7)


def remove_with(work):
    """`Transaction` keeps its connection to itself; this test needs it."""

    def wrapped(tx):
        tx._db = tx.audit._db
        return work(tx)

    return wrapped


def test_ranges_are_hand_counted():
    assert ranges([]) == ()
    assert ranges([3]) == ((3, 3),)
    assert ranges([1, 2, 3, 7, 9, 10]) == ((1, 3), (7, 7), (9, 10))


def test_a_ledger_from_before_the_chain_goes_on_and_its_old_decisions_are_told_as_such(path):
    db = sqlite3.connect(path, isolation_level=None)
    for migration in MIGRATIONS[:3]:
        for statement in migration:
            db.execute(statement)
    db.execute("PRAGMA user_version = 3")
    old = {
        "decision_id": "d-old",
        "at": "2026-03-09T04:00:00Z",
        "asked": {"request_id": "r0", "account_id": "A1"},
        "rulebook_hash": "h",
        "plan_id": None,
        "facts": {},
        "fired": [],
        "answer": {"decision_id": "d-old", "permit": None},
    }
    db.execute("INSERT INTO decision VALUES ('d-old', ?)", (json.dumps(old).encode(),))
    db.close()
    with pytest.raises(LedgerUnavailable, match="start the server"), ledger_reader(path):
        pass

    ledger = SqliteLedger.open(str(path))
    import_parties(ledger, [(a_party(), (an_account(),))])
    ask(ledger, 1)
    kept = ledger.read(lambda tx: tx.decisions.get("d-old"))
    ledger.close()
    code, said = verified(path)

    assert (kept.asked["request_id"], kept.grounds) == ("r0", None)
    assert code == 0
    assert "1 decisions from before the chain" in said
    assert "1 entries" in said


def test_no_file_and_a_foreign_file_are_told_and_nothing_is_made(tmp_path):
    ran = CliRunner().invoke(command, ["verify", str(tmp_path / "none")])
    assert isinstance(ran.exception, LedgerUnavailable)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "text").write_text("no database at all " * 100)
    ran = CliRunner().invoke(command, ["verify", str(tmp_path / "text")])
    assert isinstance(ran.exception, LedgerUnavailable)


def test_an_export_has_ids_verdicts_and_reasons_of_the_time_asked_for_and_no_address(
    ledger, path, tmp_path
):
    out = tmp_path / "out.jsonl"
    span = ["--from", "2026-03-10T12:01:00+08:00", "--to", "2026-03-10T12:04:00+08:00"]
    ran = CliRunner().invoke(command, ["export", str(path), *span, "--out", str(out)])
    rows = [json.loads(line) for line in out.read_text().splitlines()]

    assert ran.exit_code == 0, ran.output
    assert [row["number"] for row in rows] == [2, 3, 4]
    assert [row["account_id"] for row in rows] == ["A2", "A3", "A1"]
    assert [row["permitted"] for row in rows] == [True, True, False]
    assert rows[2]["reasons"] == [
        {
            "code": "frequency_cap",
            "rule": "R-TEST",
            "source": "rules/test.yaml:1",
            "until": "2026-03-10T16:00:00Z",
        }
    ]
    text = out.read_text()
    assert "138000" not in text  # the address
    assert "1000000" not in text  # the balance


def test_an_export_as_csv_has_the_same_rows(ledger, path, tmp_path):
    out = tmp_path / "out.csv"
    CliRunner().invoke(command, ["export", str(path), "--csv", "--out", str(out)])
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))

    assert [row["party_id"] for row in rows] == ["P1", "P2", "P3"] * 2
    assert rows[5]["reasons"] == "frequency_cap R-TEST"
    with ledger_reader(path) as reader:
        assert [row.hash for row in export(reader, None, None)] == [row["hash"] for row in rows]


def test_work_that_fails_after_an_entry_leaves_the_chain_where_it_was(ledger, path):
    def spoiled(tx):
        tx.audit.append(AuditEntry("removal", NOON, EntryKind.ERASED))
        raise LedgerUnavailable("no")

    with pytest.raises(LedgerUnavailable, match="no"):
        ledger.write(spoiled)
    ask(ledger, 7)
    ledger.close()

    code, said = verified(path)
    assert (code, "7 entries" in said) == (0, True)


def test_the_rules_that_fired_are_stored_once_for_all_decisions(ledger, path):
    ledger.close()
    with sqlite3.connect(path) as db:
        stored = db.execute("SELECT count(*) FROM fired").fetchone()[0]
        records = db.execute("SELECT count(*) FROM decision_record").fetchone()[0]

    assert (stored, records) == (1, 6)
