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
    names = CORRECTNESS if correctness_only else lines.__struct_fields__
    return [Verdict(name, getattr(lines, name), found[name]) for name in names]
