"""How far a plan is, told while it is made."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlanProgress:
    """`share` of the phase that is done, 0 to 1; cents of the best plan so far and of the bound,
    None while not known."""

    phase: str
    share: float = 0.0
    value_cents: int | None = None
    bound_cents: int | None = None


Tell = Callable[[PlanProgress], None]
Stop = Callable[[], bool]
"""Asked again and again whether to end with the best plan so far."""
