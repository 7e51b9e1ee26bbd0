"""`strategy`: one command a file.

Exit codes: 0 done, 1 could not run, 2 ran and found fault.
"""

import sys

import click

from strategy.cli.commands import Commands
from strategy.errors import StrategyError

PLACES = {
    "audit": "audit",
    "compare": "compare",
    "demo": "demo",
    "explain": "explain",
    "generate": "generate",
    "import": "import_",
    "ledger": "ledger",
    "plan": "plan",
    "rules": "rules",
    "upload": "upload",
    "verify": "verify",
}


@click.group(cls=Commands, places=PLACES, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Decide before every contact: whether, when, through which channel, with which script."""


def run() -> None:
    """The `strategy` command. A mistyped option is "could not run", like any bad input."""
    try:
        sys.exit(main(standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
    except click.Abort:
        click.echo("interrupted", err=True)
    except StrategyError as error:
        click.echo(f"error: {error}", err=True)
    sys.exit(1)
