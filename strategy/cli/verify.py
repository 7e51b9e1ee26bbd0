"""`strategy verify`: replay a plan through the limits."""

from pathlib import Path

import click

from strategy.optimizer.verify import verify
from strategy.plan import judge
from strategy.plan_folder import load


@click.command("verify")
@click.argument("folder", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Replay every assignment of the plan in FOLDER through the limits.

    Uses none of the optimizer's code. Exits with 2 at a violation and prints the first one.
    """
    saved = load(folder)
    inputs = saved.inputs
    cases = judge(inputs.book, inputs.rulebook, inputs.capacity)
    verdicts = {account_id: case.verdict for account_id, case in cases.items()}
    found = verify(
        saved.assignments,
        inputs.book,
        verdicts,
        inputs.rulebook.scripts,
        inputs.capacity,
        saved.floors,
    )
    if found:
        click.echo(f"error: {len(found)} violations; the first: {found[0].what}", err=True)
        raise SystemExit(2)
    click.echo(f"verified {len(saved.assignments):,} assignments: no violation")
