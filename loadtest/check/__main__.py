"""`python -m loadtest.check LEDGER JOURNALS`: 0 nothing wrong, 2 violations. JSON on stdout."""

import json
import sys
from pathlib import Path

import click

from loadtest.check.ledger import check


@click.command()
@click.argument("ledger", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("journals", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--ahead-s", type=float, default=0.0, help="Server's clock ahead of ours, seconds.")
def main(ledger: Path, journals: Path, ahead_s: float) -> None:
    """Prove the promises of the decision path from LEDGER and what callers were told."""
    checked = check(ledger, journals, ahead_s)
    found = checked._asdict() | {"violations": [v._asdict() for v in checked.violations]}
    click.echo(json.dumps(found, ensure_ascii=False))
    sys.exit(2 if checked.violations else 0)


main()
