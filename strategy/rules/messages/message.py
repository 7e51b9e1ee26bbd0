"""One thing that can be wrong, and how to mend it, in both languages."""

from typing import NamedTuple


class Message(NamedTuple):
    """`$name` stands for an argument. Both languages name the same arguments.

    `$thing` is a noun of `things.py`, or a key in backquotes. `$key`, `$other` and the items of a
    list are words of rule files, which sentences may call otherwise. All others are shown as they
    are.
    """

    en: str
    zh: str
    help_en: str
    help_zh: str
