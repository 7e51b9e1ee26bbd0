"""A day on the command line: `--as-of 2026-09-01`."""

from datetime import date
from typing import Any

import click


class Day(click.ParamType[date]):
    """A local day as ISO 8601 writes it."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            day = date.fromisoformat(value)
        except ValueError:
            self.fail(f"`{value}` is no day: write it like 2026-09-01", param, ctx)
        if not 1900 <= day.year < 9999:  # beyond, instants cannot be counted
            self.fail(f"{day} is too far away: write a day from 1900 to 9998", param, ctx)
        return day
