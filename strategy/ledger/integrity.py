"""Whether a database file is whole, as far as SQLite can tell."""

import sqlite3

_MEND = (
    "nothing was changed; keep the file for whoever looks into it and restore the last backup"
    " (docs/ledger.md)"
)


def damage(db: sqlite3.Connection, *, thorough: bool = False) -> str | None:
    """What is broken and what to do; None: nothing.

    Reads the whole file. `thorough` compares indexes with their tables as well.
    """
    check = "integrity_check" if thorough else "quick_check"
    try:
        (first,) = db.execute(f"PRAGMA {check}(1)").fetchone()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CORRUPT:
            raise
        first = str(error)
    if first == "ok":
        return None
    return f"it is damaged ({' '.join(str(first).split())}); {_MEND}"
