"""`python -m loadtest.check FOLDER`: 0 nothing wrong, 2 violations. JSON on stdout."""

import json
import sys
from pathlib import Path

import click

from loadtest.check.ledger import check
from loadtest.settings import LEDGER, read_settings


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def main(folder: Path) -> None:
    """Prove the promises of the decision path from the ledger and the journals of a load test."""
    settings = read_settings(folder)
    place = settings.database or f"sqlite:{folder / LEDGER}"  # the folder may have been moved
    checked = check(place, folder, settings.ahead_s)
    found = checked._asdict() | {"violations": [v._asdict() for v in checked.violations]}
    click.echo(json.dumps(found, ensure_ascii=False))
    sys.exit(2 if checked.violations else 0)


main()
