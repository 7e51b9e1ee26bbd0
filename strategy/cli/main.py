"""`strategy`: one command a file.

Exit codes: 0 done, 1 could not run, 2 ran and found fault.
"""

import sys
from importlib import import_module

import click

from strategy.errors import StrategyError

FILES = {
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
"""The file of each command, below `strategy.cli`."""


class _Commands(click.Group):
    """Loads the one that is called: all of them together take seconds."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(FILES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in FILES:
            return None
        command = import_module(f"strategy.cli.{FILES[cmd_name]}").command
        assert isinstance(command, click.Command)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
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
