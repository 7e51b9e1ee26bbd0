"""The folders of rule files that every verb takes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

folders: Callable[[Any], Any] = click.argument(
    "dirs", type=click.Path(path_type=Path), nargs=-1, required=True
)
