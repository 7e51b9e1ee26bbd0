"""How a rulebook came into force."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class How(StrEnum):
    """Where the rules came from."""

    FOLDERS = "folders"
    PUBLISHED = "published"
    ROLLED_BACK = "rolled_back"


@dataclass(frozen=True, slots=True)
class RulebookChange:
    """At a UTC instant the rulebook of this hash came into force. `by` is empty for folders."""

    hash: str
    at: datetime
    how: How
    by: str = ""
