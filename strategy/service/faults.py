"""What is wrong with a message, for callers to mend."""

from dataclasses import dataclass

from strategy.errors import StrategyError

MOST_FAULTS = 20
"""Faults told at once. They travel in HTTP/2 trailers, which callers cap at 8 KiB."""


@dataclass(frozen=True, slots=True)
class FieldFault:
    """`field` is the path in the message: `party.zones[1]`."""

    field: str
    what: str

    def __str__(self) -> str:
        return f"{self.field}: {self.what}"


class BadMessage(StrategyError):
    """A message is wrong. Carries every fault, in the order of the fields."""

    def __init__(self, faults: tuple[FieldFault, ...]) -> None:
        super().__init__("; ".join(map(str, faults[:MOST_FAULTS])))
        self.faults = faults


def quoted(word: str) -> str:
    """A caller's word in backticks, cut where it is long."""
    return f"`{word}`" if len(word) <= 40 else f"`{word[:40]}…`"
