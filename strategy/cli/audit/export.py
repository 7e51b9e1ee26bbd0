"""`strategy audit export`: decisions as rows, without personal data beyond ids."""

import csv
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from pathlib import Path

import click
import msgspec

from strategy.audit.export import ExportedDecision, export
from strategy.domain.instant import parse_instant
from strategy.errors import StrategyError
from strategy.ledger.opening import ledger_to_read


@click.command("export")
@click.argument("ledger")
@click.option("--from", "start", metavar="INSTANT", help="The first instant; all from the start.")
@click.option("--to", "end", metavar="INSTANT", help="The instant before which to end.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The file to write.")
@click.option("--csv", "as_csv", is_flag=True, help="Write CSV instead of JSON lines.")
def command(ledger: str, start: str | None, end: str | None, out: Path, as_csv: bool) -> None:
    """Write the decisions of LEDGER, one a line: ids, verdict, reasons; no address, no amount."""
    first = parse_instant(start, "--from") if start else None
    last = parse_instant(end, "--to") if end else None
    with ledger_to_read(ledger) as reader:
        before = reader.read(lambda tx: tx.audit.before_the_chain())
        count = _write(out, export(reader, first, last), as_csv)
    if before:
        click.echo(f"left out: {before:,} decisions from before the chain", err=True)
    click.echo(f"{count:,} entries written to {out}")


def _write(out: Path, rows: Iterator[ExportedDecision], as_csv: bool) -> int:
    count = 0
    try:
        with out.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            if as_csv:
                table.writerow(field.name for field in fields(ExportedDecision))
            for row in rows:
                count += 1
                if as_csv:
                    table.writerow(_cells(row))
                else:
                    file.write(msgspec.json.encode(row).decode() + "\n")
    except ValueError as error:
        raise StrategyError(
            f"entry {count + 1} cannot be read; run audit verify: {error}"
        ) from error
    except OSError as error:
        raise StrategyError(f"cannot write `{out}`: {error.strerror}") from error
    return count


def _cells(row: ExportedDecision) -> Iterator[str]:
    """Reasons as `code rule; code rule`, removed places as `3-3; 7-9`."""
    for field in fields(row):
        value = getattr(row, field.name)
        match field.name:
            case "reasons":
                yield "; ".join(f"{r.code} {r.rule}".strip() for r in value)
            case "removed":
                yield "; ".join(f"{first}-{last}" for first, last in value)
            case _ if isinstance(value, datetime):
                yield value.isoformat()
            case _:
                yield "" if value is None else str(value)
