"""A copy of a ledger made while a server writes it."""

import sqlite3
from pathlib import Path

from strategy.errors import InputError, LedgerUnavailable
from strategy.ledger.integrity import damage
from strategy.ledger.reader import open_read_only


def copy_ledger(path: Path, to: Path) -> None:
    """The ledger as it is at one moment, as a file of its own.

    The copy gets its name only when it is whole and on the disk. Raises `InputError` where `to`
    exists, `LedgerUnavailable`.
    """
    if to.exists():
        raise InputError("to", f"`{to}` exists; name a new file")
    part = to.with_name(f"{to.name}.part")
    source = open_read_only(path)
    try:
        part.unlink(missing_ok=True)
        target = sqlite3.connect(part)
        try:
            source.backup(target)  # all pages in one step: one moment, and no lock for the writer
            target.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
            broken = damage(target, thorough=True)
        finally:
            target.close()
    except (sqlite3.Error, OSError) as error:
        raise LedgerUnavailable(f"cannot back up `{path}` to `{to}`: {error}") from error
    finally:
        source.close()
    if broken:
        raise LedgerUnavailable(f"the copy of `{path}` is not whole: {broken}")
    part.rename(to)
