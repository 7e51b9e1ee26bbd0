"""What the checker found wrong."""

from typing import NamedTuple


class Violation(NamedTuple):
    """`line` is the promise that was broken, `subject` the permit, outcome or request."""

    line: str
    subject: str
    what: str
