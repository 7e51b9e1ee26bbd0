"""The pass lines of the scenario against what was measured."""

from typing import NamedTuple

from loadtest.scenario import PassLines


class Verdict(NamedTuple):
    """One line: what was allowed, what was found."""

    line: str
    allowed: float
    found: float

    @property
    def held(self) -> bool:
        return self.found <= self.allowed


CORRECTNESS = ("error_rate", "violations")


def judge(lines: PassLines, found: dict[str, float], correctness_only: bool) -> list[Verdict]:
    """What the scenario draws no line for is not judged."""
    names = CORRECTNESS if correctness_only else lines.__struct_fields__
    drawn = {name: getattr(lines, name) for name in names}
    return [Verdict(name, most, found[name]) for name, most in drawn.items() if most is not None]
