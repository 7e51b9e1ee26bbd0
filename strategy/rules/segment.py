"""The sorting centre: an account is in the first segment whose condition holds."""

from dataclasses import dataclass

from strategy.rules.catalogue import Field, FieldKind
from strategy.rules.condition import Condition


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment. `source` is its `file:line`."""

    id: str
    title: str
    condition: Condition
    source: str


def segment_field(ids: tuple[str, ...]) -> Field:
    """The field by which rules read the segment."""
    about = "where the sorting centre puts the account"
    return Field("segment", FieldKind.CHOICE, about, choices=ids, en="the segment", zh="分群")
