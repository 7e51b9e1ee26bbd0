"""Numbered changes of the ledger's schema, each applied with its own record in one transaction.

Instants are whole microseconds since 1970 UTC; bodies are JSON of the domain's dataclasses.
"""

import sqlite3

from strategy.domain.audit_entry import BEFORE_THE_FIRST

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE party (id TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID",
        "CREATE TABLE account (id TEXT PRIMARY KEY, party_id TEXT NOT NULL, body BLOB NOT NULL)"
        " WITHOUT ROWID",
        "CREATE TABLE attempt (id TEXT PRIMARY KEY, party_id TEXT NOT NULL,"
        " account_id TEXT NOT NULL, contact_point_id TEXT NOT NULL, channel TEXT NOT NULL,"
        " script TEXT NOT NULL, state TEXT NOT NULL, granted_at INTEGER NOT NULL,"
        " expires_at INTEGER NOT NULL, at INTEGER NOT NULL, outcome TEXT NOT NULL) WITHOUT ROWID",
        "CREATE INDEX attempt_of_party ON attempt (party_id, at)",
        "CREATE TABLE event (id TEXT PRIMARY KEY, party_id TEXT NOT NULL, at INTEGER NOT NULL,"
        " body BLOB NOT NULL) WITHOUT ROWID",
        "CREATE INDEX event_of_party ON event (party_id, at)",
        "CREATE TABLE decision (id TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID",
        "CREATE TABLE request (id TEXT PRIMARY KEY, digest TEXT NOT NULL, answer TEXT NOT NULL)"
        " WITHOUT ROWID",
        "CREATE TABLE plan (id TEXT PRIMARY KEY, state TEXT NOT NULL, capacity TEXT NOT NULL,"
        " at INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID",
        "CREATE TABLE assignment (plan_id TEXT NOT NULL, account_id TEXT NOT NULL,"
        " channel TEXT NOT NULL, slot_start INTEGER NOT NULL, body BLOB NOT NULL,"
        " PRIMARY KEY (plan_id, account_id)) WITHOUT ROWID",
        "CREATE INDEX assignment_by_slot ON assignment (plan_id, slot_start, channel)",
        "CREATE TABLE last_instant (one INTEGER PRIMARY KEY CHECK (one = 1), at INTEGER NOT NULL)",
        "INSERT INTO last_instant VALUES (1, 0)",
    ),
    (
        "ALTER TABLE attempt ADD COLUMN purpose TEXT NOT NULL DEFAULT 'collection'",
        "ALTER TABLE attempt ADD COLUMN agency TEXT NOT NULL DEFAULT ''",
    ),
    (
        "CREATE TABLE rulebook (hash TEXT PRIMARY KEY, files BLOB NOT NULL) WITHOUT ROWID",
        "CREATE TABLE rulebook_change (number INTEGER PRIMARY KEY, hash TEXT NOT NULL"
        " REFERENCES rulebook, at INTEGER NOT NULL, how TEXT NOT NULL, by TEXT NOT NULL)",
    ),
    ("CREATE INDEX attempt_of_account ON attempt (account_id, party_id)",),
    (
        # Decisions made before this change stay in `decision`; the chain begins with the next one.
        "CREATE TABLE audit_entry (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"
        " body BLOB NOT NULL, hash BLOB NOT NULL)",
        "CREATE TABLE audit_head (one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER NOT NULL,"
        " hash BLOB NOT NULL)",
        f"INSERT INTO audit_head VALUES (1, 0, x'{BEFORE_THE_FIRST.hex()}')",
        "CREATE TABLE decision_record (number INTEGER PRIMARY KEY, party_id TEXT NOT NULL,"
        " salt BLOB NOT NULL, body BLOB NOT NULL)",
        "CREATE INDEX decision_record_of_party ON decision_record (party_id)",
        # Nobody wrote down when a request came: it is kept for a day from this change on.
        "ALTER TABLE request ADD COLUMN at INTEGER NOT NULL DEFAULT 0",
        "UPDATE request SET at = max((SELECT at FROM last_instant),"
        " 1000000 * CAST(strftime('%s', 'now') AS INTEGER))",
        "CREATE INDEX request_by_age ON request (at)",
    ),
    (
        "CREATE TABLE erasure_salt (one INTEGER PRIMARY KEY CHECK (one = 1), salt BLOB NOT NULL)",
        "INSERT INTO erasure_salt VALUES (1, randomblob(32))",
        "CREATE TABLE erased (pseudonym TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID",
        # Who else a record names: others who owe the account. Not known of records made before.
        "CREATE TABLE record_of_other (party_id TEXT NOT NULL, number INTEGER NOT NULL,"
        " PRIMARY KEY (party_id, number)) WITHOUT ROWID",
        "CREATE INDEX record_of_other_by_number ON record_of_other (number)",
    ),
    (
        # A party's attempts lie side by side: one look-up reads them all, however many others.
        "ALTER TABLE attempt RENAME TO attempt_by_itself",
        "DROP INDEX attempt_of_party",
        "DROP INDEX attempt_of_account",
        "CREATE TABLE attempt (id TEXT NOT NULL, party_id TEXT NOT NULL,"
        " account_id TEXT NOT NULL, contact_point_id TEXT NOT NULL, channel TEXT NOT NULL,"
        " script TEXT NOT NULL, state TEXT NOT NULL, granted_at INTEGER NOT NULL,"
        " expires_at INTEGER NOT NULL, at INTEGER NOT NULL, outcome TEXT NOT NULL,"
        " purpose TEXT NOT NULL, agency TEXT NOT NULL, PRIMARY KEY (party_id, id)) WITHOUT ROWID",
        "INSERT INTO attempt SELECT id, party_id, account_id, contact_point_id, channel, script,"
        " state, granted_at, expires_at, at, outcome, purpose, agency FROM attempt_by_itself"
        " ORDER BY party_id, id",
        "DROP TABLE attempt_by_itself",
        "CREATE UNIQUE INDEX attempt_by_id ON attempt (id)",
        "CREATE INDEX attempt_of_account ON attempt (account_id, party_id)",
        # NULL: the record holds the rules that fired itself.
        "CREATE TABLE fired (hash BLOB PRIMARY KEY, rules BLOB NOT NULL) WITHOUT ROWID",
        "ALTER TABLE decision_record ADD COLUMN fired BLOB",
    ),
    (
        # Counters of the day's capacity: what permits took, and what a plan keeps for its own.
        "CREATE TABLE plan_terms (plan_id TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID",
        "CREATE TABLE slot_taken (slot_start INTEGER NOT NULL, channel TEXT NOT NULL,"
        " robot TEXT NOT NULL, attempts INTEGER NOT NULL, cents INTEGER NOT NULL,"
        " micro INTEGER NOT NULL, PRIMARY KEY (slot_start, channel, robot)) WITHOUT ROWID",
        "CREATE TABLE slot_kept (plan_id TEXT NOT NULL, slot_start INTEGER NOT NULL,"
        " channel TEXT NOT NULL, robot TEXT NOT NULL, attempts INTEGER NOT NULL,"
        " cents INTEGER NOT NULL, micro INTEGER NOT NULL,"
        " PRIMARY KEY (plan_id, slot_start, channel, robot)) WITHOUT ROWID",
        "CREATE TABLE permit_use (permit_id TEXT PRIMARY KEY, plan_id TEXT NOT NULL,"
        " planned_robot TEXT NOT NULL, slot_start INTEGER NOT NULL, channel TEXT NOT NULL,"
        " robot TEXT NOT NULL, cents INTEGER NOT NULL, micro INTEGER NOT NULL) WITHOUT ROWID",
        # The permit that took what was kept for a planned attempt; empty: it has not come.
        "ALTER TABLE assignment ADD COLUMN permit_id TEXT NOT NULL DEFAULT ''",
        "CREATE INDEX account_of_party ON account (party_id)",
    ),
    (
        # AUTOINCREMENT: a number that somebody resumes from is never used again.
        "CREATE TABLE change (number INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL,"
        " kind TEXT NOT NULL, subject TEXT NOT NULL)",
    ),
    (
        # A plan may contact an account more than once, in different slots.
        "ALTER TABLE assignment RENAME TO assignment_of_account",
        "DROP INDEX assignment_by_slot",
        "CREATE TABLE assignment (plan_id TEXT NOT NULL, account_id TEXT NOT NULL,"
        " channel TEXT NOT NULL, slot_start INTEGER NOT NULL, body BLOB NOT NULL,"
        " permit_id TEXT NOT NULL DEFAULT '', PRIMARY KEY (plan_id, account_id, slot_start))"
        " WITHOUT ROWID",
        "INSERT INTO assignment SELECT plan_id, account_id, channel, slot_start, body, permit_id"
        " FROM assignment_of_account",
        "DROP TABLE assignment_of_account",
        "CREATE INDEX assignment_by_slot ON assignment (plan_id, slot_start, channel)",
    ),
)


def applied(db: sqlite3.Connection) -> int:
    """How many migrations the database has. Reads only."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def migrate(db: sqlite3.Connection) -> None:
    """Bring the schema up to date; a change that fails leaves nothing. A ledger newer than this
    program raises `ValueError`."""
    have = applied(db)
    if have > len(MIGRATIONS):
        raise ValueError(f"the ledger has schema {have}, this program knows {len(MIGRATIONS)}")
    for number in range(have, len(MIGRATIONS)):
        db.execute("BEGIN IMMEDIATE")
        try:
            for statement in MIGRATIONS[number]:
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {number + 1}")
        except sqlite3.Error:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")
