"""A day on the command line: `--as-of 2026-09-01`."""

from datetime import date
from typing import Any

import click


class Day(click.ParamType[date]):
    """A local day as ISO 8601 writes it."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"`{value}` is no day: write it like 2026-09-01", param, ctx)
