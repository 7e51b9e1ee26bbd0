"""`strategy audit replay`: would the same be decided again."""

import click

from strategy.audit.replay import replay
from strategy.errors import InputError
from strategy.ledger.opening import ledger_to_read


@click.command("replay")
@click.argument("ledger")
@click.option("--decision", metavar="ID", help="Only this decision.")
@click.option("--sample", type=click.IntRange(min=1), help="So many decisions, evenly spread.")
def command(ledger: str, decision: str | None, sample: int | None) -> None:
    """Decide the decisions of LEDGER again, from what was recorded and the rules in force then.

    Exits with 2 where an answer or a reason differs in a single bit, and lists what differs.
    """
    if decision is not None and sample is not None:
        raise InputError("--sample", "cannot be used together with --decision")
    count = differing = 0
    with ledger_to_read(ledger) as reader:
        removed = reader.read(lambda tx: tx.audit.removed())
        for one in replay(reader, decision, sample):
            count += 1
            if one.difference is not None:
                differing += 1
                click.echo(f"{one.decision_id}: {one.difference}")
    if differing:
        click.echo(f"error: {differing:,} of {count:,} decisions differ", err=True)
        raise SystemExit(2)
    click.echo(f"{count:,} decisions made again: the same answers, bit for bit")
    if decision is None and removed:
        gone = ", ".join(f"{number:,} {kind}" for kind, number in sorted(removed.items()))
        click.echo(f"cannot be made again, because their records are gone: {gone}")
