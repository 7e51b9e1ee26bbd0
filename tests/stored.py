"""Everything that a ledger holds, as bytes, whichever database it lies in."""

from pathlib import Path

from strategy.ledger.opening import POSTGRESQL, SQLITE


def stored(place):
    """Each file of a ledger on SQLite; each value in the tables on PostgreSQL, whose dead rows go
    later."""
    if place.startswith(POSTGRESQL):
        return _values(place)
    path = Path(place.removeprefix(SQLITE))
    return [file.read_bytes() for file in path.parent.iterdir() if file.name.startswith(path.name)]


def _values(url):
    import psycopg

    with psycopg.connect(url) as db:
        tables = db.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
        ).fetchall()
        return [
            value if isinstance(value, bytes) else str(value).encode()
            for (table,) in tables
            for row in db.execute(f"SELECT * FROM {table}")
            for value in row
        ]
