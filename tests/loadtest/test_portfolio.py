"""A big portfolio is drawn in pieces; what is stored is all of it, each person once."""

import random
import sqlite3
from contextlib import closing
from itertools import islice

import pytest
from examples import shanghai

from loadtest import portfolio
from loadtest.portfolio import pieces, store
from loadtest.work import items_of, read_items, write_items
from strategy.ledger.sqlite import SqliteLedger

EVENING = shanghai("2026-03-09 20:00")


@pytest.fixture
def books(monkeypatch):
    monkeypatch.setattr(portfolio, "PIECE", 50)
    return list(pieces(120, 7, EVENING))


def test_pieces_are_the_whole_number_and_share_no_id(books):
    assert [len(book.accounts) for book in books] == [50, 50, 20]
    assert len({one for book in books for one in book.accounts}) == 120
    assert len({one for book in books for one in book.parties}) == 45 + 45 + 18


def test_pieces_are_different_people(books):
    first, second, _ = ([a.balance_cents for a in b.accounts.values()] for b in books)

    assert first != second


def test_all_of_a_piece_is_in_the_ledger(books, tmp_path):
    path = tmp_path / "ledger"
    ledger = SqliteLedger.open(str(path))
    for book in books:
        store(ledger, book)
    ledger.close()

    histories = [history for book in books for history in book.histories.values()]
    attempts = {attempt.id for history in histories for attempt in history.attempts}
    events = {event.id for history in histories for event in history.events}
    assert attempts
    assert events
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT count(*) FROM account").fetchone() == (120,)
        assert db.execute("SELECT count(*) FROM party").fetchone() == (108,)
        assert {one for (one,) in db.execute("SELECT id FROM attempt")} == attempts
        assert {one for (one,) in db.execute("SELECT id FROM event")} == events


def test_work_begins_again_after_its_last_line(books, tmp_path):
    items = [item for of in items_of(books[2], random.Random(7)).values() for item in of]
    write_items(tmp_path / "work.csv", items)

    read = islice(read_items(tmp_path / "work.csv"), 2 * len(items) + 1)
    assert list(read) == [*items, *items, items[0]]
