"""One piece of work in a transaction that it shares with others, on SQLite."""

import sqlite3
from typing import Any

from strategy.ledger.ledger import Work
from strategy.ledger.transaction import Transaction


def undoable(db: sqlite3.Connection, tx: Transaction, work: Work[Any]) -> Any:
    """What the work returns, or what it raises; then nothing of it stays."""
    end = tx.end.get()
    db.execute("SAVEPOINT one")
    try:
        result = work(tx)
    except sqlite3.Error:
        raise
    except Exception as error:  # the caller's, not the batch's
        db.execute("ROLLBACK TO one")
        tx.undo(end)
        result = error
    db.execute("RELEASE one")
    return result


def deciding(db: sqlite3.Connection, tx: Transaction, work: Work[Any]) -> Any:
    """What the work returns, or what it raises before it has written anything."""
    end, changes = tx.end.get(), db.total_changes
    try:
        return work(tx)
    except sqlite3.Error:
        raise
    except Exception as error:
        if (tx.end.get(), db.total_changes) != (end, changes):
            raise sqlite3.ProgrammingError(f"half done, then: {error}") from error
        return error
