"""A group that loads the command that is called: all of them together take seconds."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class Commands(click.Group):
    """`places` says where each command is: a module below `strategy.cli`, and its name there if
    that is not `command`, such as `rules.preview:key_command`."""

    def __init__(self, *args: Any, places: Mapping[str, str], **others: Any) -> None:
        super().__init__(*args, **others)
        self._places = places

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._places:
            return None
        module, _, name = self._places[cmd_name].partition(":")
        command = getattr(import_module(f"strategy.cli.{module}"), name or "command")
        assert isinstance(command, click.Command)
        return command
