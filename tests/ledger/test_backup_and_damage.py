"""Copies of a ledger in use, and files that are no longer whole."""

import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from examples import CALM, RULE, FixedRules, a_party, an_account, shanghai

from strategy.accounts import import_parties
from strategy.audit.verify import verify
from strategy.cli.ledger import command
from strategy.decide import request_permit
from strategy.domain.channel import VOICE, Channel
from strategy.domain.decision_request import PermitRequest
from strategy.domain.directive import Cap, CapKey
from strategy.domain.outcome import Count
from strategy.errors import InputError, LedgerUnavailable
from strategy.ledger.backup import copy_ledger
from strategy.ledger.integrity import damage as damage_of
from strategy.ledger.reader import ledger_reader
from strategy.ledger.sqlite import SqliteLedger

ROOT = Path(__file__).resolve().parents[2]
NOON = shanghai("2026-03-10 12:00")


def fill(ledger, numbers):
    people = [(a_party(f"P{n}"), (an_account(f"A{n}", f"P{n}"),)) for n in numbers]
    import_parties(ledger, people)
    for n in numbers:
        request = PermitRequest(f"r{n}", f"A{n}", f"P{n}-m1", Channel.AGENT_CALL, CALM.id)
        request_permit(ledger, FixedRules(), request, NOON, "Asia/Shanghai")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ledger"


@pytest.fixture
def ledger(path):
    opened = SqliteLedger.open(str(path))
    fill(opened, range(50))
    yield opened
    opened.close()


def backup(*words):
    return CliRunner().invoke(command, ["backup", *map(str, words)])


def damage(path):
    """Overwrites the middle of a table."""
    db = sqlite3.connect(path)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'attempt'").fetchone()
    (size,) = db.execute("PRAGMA page_size").fetchone()
    db.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)


def test_a_copy_made_while_others_write_is_whole_and_of_one_moment(ledger, path, tmp_path):
    going = threading.Event()

    def write():
        number = 1000
        while not going.is_set():
            fill(ledger, [number])
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        ran = backup(path, tmp_path / "copy")
    finally:
        going.set()
        writer.join()

    assert ran.exit_code == 0, (ran.output, ran.exception)
    assert "audit entries fit" in ran.output
    copy = SqliteLedger.open(str(tmp_path / "copy"))  # a restored copy is a ledger like any other
    fill(copy, [5000])
    permits = [copy.read(lambda tx, n=n: tx.people.account(f"A{n}")) for n in range(50)]
    copy.close()
    assert all(permits)
    assert sorted(p.name for p in tmp_path.iterdir() if "part" in p.name) == []


def test_a_copy_has_every_permit_that_was_acknowledged_before_it_began(ledger, path, tmp_path):
    """Six callers never pause while three copies are made."""
    callers, going = 6, threading.Event()
    answers = [[] for _ in range(callers)]
    people = [(a_party(f"Q{n}"), (an_account(f"B{n}", f"Q{n}"),)) for n in range(3000)]
    import_parties(ledger, people)

    def call(place):
        for n in range(place, len(people), callers):
            if going.is_set():
                return
            request = PermitRequest(f"q{n}", f"B{n}", f"Q{n}-m1", Channel.AGENT_CALL, CALM.id)
            answers[place].append(
                request_permit(ledger, FixedRules(), request, NOON, "Asia/Shanghai")
            )

    threads = [threading.Thread(target=call, args=(place,)) for place in range(callers)]
    for thread in threads:
        thread.start()
    copies = []
    try:
        for number in range(3):
            before = [given for some in answers for given in tuple(some)]
            copies.append((tmp_path / f"copy-{number}", before))
            copy_ledger(path, copies[-1][0])
        still_calling = any(thread.is_alive() for thread in threads)
    finally:
        going.set()
        for thread in threads:
            thread.join()

    assert still_calling, "the load ended before the last copy"
    for copy, before in copies:
        with ledger_reader(copy) as reader:
            assert verify(reader).fault is None
            for given in before:
                permit = reader.read(lambda tx, id_=given.permit.id: tx.attempts.permit(id_))
                assert permit is not None
                assert permit[0] == given.permit
                record = reader.read(lambda tx, id_=given.decision_id: tx.decisions.get(id_))
                assert record.answer == given
        db = sqlite3.connect(copy)
        assert damage_of(db, thorough=True) is None
        db.close()
    assert len(copies[-1][1]) > len(copies[0][1]), "nobody called between the copies"


def test_a_restored_copy_gives_the_answers_it_gave_and_goes_on_counting(ledger, path, tmp_path):
    asked = PermitRequest("r7", "A7", "P7-m1", Channel.AGENT_CALL, CALM.id)
    rules = FixedRules((Cap(RULE, VOICE, Count.DIALS, CapKey.PARTY, 1, 1),))
    given = request_permit(ledger, rules, asked, NOON, "Asia/Shanghai")
    copy_ledger(path, tmp_path / "copy")
    restored = SqliteLedger.open(str(tmp_path / "copy"))
    again = request_permit(restored, rules, asked, NOON + timedelta(hours=2), "Asia/Shanghai")
    other = replace(asked, request_id="r7b")
    refused = request_permit(restored, rules, other, NOON + timedelta(hours=2), "Asia/Shanghai")
    restored.close()

    assert given.permit is not None
    assert again == given
    assert [reason.code for reason in refused.reasons] == ["frequency_cap"]


def test_a_backup_overwrites_nothing_and_a_missing_ledger_is_told(ledger, path, tmp_path):
    (tmp_path / "copy").write_text("mine")

    assert isinstance(backup(path, tmp_path / "copy").exception, InputError)
    assert (tmp_path / "copy").read_text() == "mine"
    ran = backup(tmp_path / "none", tmp_path / "other")
    assert isinstance(ran.exception, LedgerUnavailable)
    assert not (tmp_path / "other").exists()


def test_a_backup_of_a_damaged_ledger_is_no_backup(ledger, path, tmp_path):
    ledger.close()
    damage(path)
    ran = backup(path, tmp_path / "copy")

    assert isinstance(ran.exception, LedgerUnavailable)
    assert not (tmp_path / "copy").exists()


def test_a_backup_of_a_ledger_whose_chain_does_not_fit_says_so_and_ends_with_2(
    ledger, path, tmp_path
):
    ledger.close()
    db = sqlite3.connect(path)
    db.execute("DELETE FROM audit_entry WHERE number = 7")
    db.commit()
    db.close()
    ran = backup(path, tmp_path / "copy")

    assert ran.exit_code == 2
    assert "entry 7 is missing" in ran.output


def test_a_damaged_ledger_is_refused_at_start_with_what_to_do(ledger, path):
    ledger.close()
    damage(path)
    before = path.read_bytes()
    words = ["--ledger", f"sqlite:{path}", "--rules", "rules/cn", "--listen", "127.0.0.1:0"]
    ran = subprocess.run(
        [sys.executable, "server.py", *words], cwd=ROOT, capture_output=True, text=True, timeout=60
    )

    assert ran.returncode == 1
    assert "it is damaged (" in ran.stderr
    assert "restore the last backup (docs/ledger.md)" in ran.stderr
    assert path.read_bytes() == before


def test_a_reader_cannot_write(ledger, path):
    with ledger_reader(path) as reader, pytest.raises(LedgerUnavailable, match="readonly"):
        reader.read(lambda tx: tx.people.remove_party("P1"))
