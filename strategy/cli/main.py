"""`strategy`: one command a file.

Exit codes: 0 done, 1 could not run, 2 ran and found fault.
"""

import sys
from typing import Any

import click

from strategy.cli import demo, explain, generate, import_, plan, rules, verify
from strategy.errors import StrategyError


class _Commands(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except StrategyError as error:
            click.echo(f"error: {error}", err=True)
            sys.exit(1)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Decide before every contact: whether, when, through which channel, with which script."""


for command in (
    import_.command,
    generate.command,
    plan.command,
    verify.command,
    explain.command,
    rules.command,
    demo.command,
):
    main.add_command(command)
