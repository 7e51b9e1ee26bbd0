"""YAML written by people, read so that every mapping knows the lines of its keys."""

from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from strategy.errors import InputError


def load(text: str, name: str) -> Any:
    """The tree; `name` of the file goes into errors. Raises `InputError`."""
    try:
        return YAML(typ="rt", pure=True).load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
        raise InputError(place, f"not YAML: {error.problem}") from error
    except (YAMLError, RecursionError) as error:
        raise InputError(name, "not YAML, or nested too deeply") from error
    except NotImplementedError as error:  # two comments that ruamel cannot keep apart
        what = "not YAML that can be read: write comments above keys and not beside them"
        raise InputError(name, what) from error
