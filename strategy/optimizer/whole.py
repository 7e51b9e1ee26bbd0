"""What a solver of whole choices is asked for, and what it answers."""

from dataclasses import dataclass

from strategy.optimizer.choice_problem import Ints


@dataclass(frozen=True)
class Limits:
    """When to stop: at a choice worth `enough`, or after `effort`, which is work and not time.

    A unit of effort is a few seconds; `seed` is below 2^31.
    """

    seed: int
    effort: float
    enough: int


@dataclass(frozen=True)
class Whole:
    """The best choice found, positions of options, if any; no choice is worth more than `bound`.

    The bound is infinite where nothing was proven, and minus infinity where there is no choice.
    """

    chosen: Ints | None
    bound: float
