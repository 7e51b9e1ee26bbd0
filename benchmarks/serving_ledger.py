"""A synthetic ledger for `serving.py`: parties with seven days of attempts, written in bulk.

The same number of parties and seed make the same ledger. No figure in it describes real people.
"""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec

from strategy.domain.account import Account, Product
from strategy.domain.channel import Channel
from strategy.domain.contact_point import ContactKind, ContactPoint, Owner
from strategy.domain.decision_request import PermitRequest
from strategy.domain.instant import to_micros
from strategy.domain.outcome import Outcome
from strategy.domain.party import Party
from strategy.ledger.sqlite import SqliteLedger

ZONE = "Asia/Shanghai"
NOW = datetime(2026, 3, 10, 2, tzinfo=UTC)  # a Tuesday, ten in the morning there
DAYS = 7
MOST_ATTEMPTS = 10
"""A party has 0 to this many attempts, five on average."""

_EVERYBODY = "@"  # stands for the party's number in the texts below
_HOUR = 3_600_000_000
_PARTY = Party(
    f"P{_EVERYBODY}",
    "CN",
    (ZONE,),
    "zh",
    (ContactPoint(f"M{_EVERYBODY}", f"P{_EVERYBODY}", ContactKind.MOBILE, Owner.DEBTOR, "token"),),
    history_from=NOW - timedelta(days=30),
)
_ACCOUNT = Account(
    f"A{_EVERYBODY}",
    f"P{_EVERYBODY}",
    Product.CONSUMER_LOAN,
    "CNY",
    1_000_000,
    200_000,
    date(2026, 2, 1),
)


def make_ledger(path: Path, parties: int, seed: int) -> int:
    """Returns how many attempts it holds."""
    SqliteLedger.open(str(path)).close()  # the schema
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA cache_size = -500000")
        db.execute("BEGIN")
        for table, body in (("party", _PARTY), ("account", _ACCOUNT)):
            text = msgspec.json.encode(body)
            db.executemany(*_people(table, text, parties))
        db.executemany(
            "INSERT INTO attempt (id, party_id, account_id, contact_point_id, channel, script,"
            " state, granted_at, expires_at, at, outcome, purpose, agency)"
            " VALUES (?, ?, ?, ?, ?, '', 'imported', ?, ?, ?, ?, 'collection', '')",
            _attempts(parties, seed),
        )
        db.execute("COMMIT")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return int(db.execute("SELECT count(*) FROM attempt").fetchone()[0])


SHARES = {
    "wire": (0.0, 0.45),
    "stream": (0.45, 0.7),
    "alone 0": (0.7, 0.8),
    "alone 1": (0.8, 0.9),
    "alone 2": (0.9, 1.0),
}
"""Of the parties of one ledger, for the parts that share it: nobody is asked about twice."""


def requests(parties: int, part: str, script: str) -> Iterator[PermitRequest]:
    """For each of its parties once, in a random order; ids of their own."""
    order = list(range(parties))
    random.Random("order").shuffle(order)
    first, last = (int(share * parties) for share in SHARES.get(part, (0.0, 1.0)))
    for place, number in enumerate(order[first:last]):
        name = f"{number:08}"
        yield PermitRequest(f"{part}-{place}", f"A{name}", f"M{name}", Channel.AGENT_CALL, script)


def _people(table: str, text: bytes, parties: int) -> tuple[str, Iterator[tuple[object, ...]]]:
    sign = _EVERYBODY.encode()
    names = (f"{number:08}" for number in range(parties))
    if table == "party":
        rows = ((f"P{name}", text.replace(sign, name.encode())) for name in names)
        return "INSERT INTO party VALUES (?, ?)", rows
    owned = ((f"A{name}", f"P{name}", text.replace(sign, name.encode())) for name in names)
    return "INSERT INTO account VALUES (?, ?, ?)", owned


def _attempts(parties: int, seed: int) -> Iterator[tuple[object, ...]]:
    """None in the last three hours, so that most parties may be called now."""
    rng = random.Random(f"attempts {seed}")
    now, channels = to_micros(NOW), [Channel.AGENT_CALL, Channel.ROBOT_CALL, Channel.SMS]
    outcomes = [Outcome.NO_ANSWER, Outcome.NO_ANSWER, Outcome.BUSY, Outcome.VOICEMAIL]
    for number in range(parties):
        name = f"{number:08}"
        for which in range(int(rng.random() * (MOST_ATTEMPTS + 1))):
            at = now - 3 * _HOUR - int(rng.random() * (24 * DAYS - 3) * _HOUR)
            channel = channels[int(rng.random() * len(channels))]
            outcome = outcomes[int(rng.random() * len(outcomes))]
            of = (f"t{name}-{which}", f"P{name}", f"A{name}", f"M{name}")
            yield (*of, channel, at, at, at, outcome)
