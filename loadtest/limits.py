"""What is full first: the server's interpreter, the ledger's writer, or the generator."""

from collections.abc import Sequence

from loadtest.watch import Sample

FULL = 0.85
"""A limit used for this share of the time is where the next caller waits."""

INTERPRETER, WRITER = "the server's interpreter", "the ledger's writer"
GENERATOR, MACHINE, OTHERS = "the generator", "the machine", "other work on the machine"

DISTURBED = 0.2
"""Where others use this share of a full machine, the figures are of them as well."""


def use(samples: Sequence[Sample], generators: int, cores: int) -> dict[str, float]:
    """The share of each limit that was used, on average; 1 is all of it.

    A Python process computes on one core at a time, so one core is all the server's interpreter
    and each generator has.
    """
    count = max(1, len(samples))

    def mean(name: str) -> float:
        total: float = sum(getattr(sample, name) for sample in samples)
        return total / count

    others = mean("machine_cores") - mean("server_cores") - mean("generator_cores")
    return {
        INTERPRETER: round(mean("server_cores"), 3),
        WRITER: round(mean("writing"), 3),
        GENERATOR: round(mean("generator_cores") / generators, 3),
        MACHINE: round(mean("machine_cores") / cores, 3),
        OTHERS: round(max(0.0, others) / cores, 3),
    }


def saturation(used: dict[str, float]) -> float:
    """Of the server's own limits, the fullest."""
    return max(used[INTERPRETER], used[WRITER])


def first_limit(used: dict[str, float]) -> str:
    """Generator and others first: what they keep from the server says nothing of it."""
    if used[GENERATOR] >= FULL:
        return GENERATOR
    if used[MACHINE] >= FULL and used[OTHERS] >= DISTURBED:
        return OTHERS
    name = max((INTERPRETER, WRITER), key=lambda one: used[one])
    if used[name] >= FULL:
        return name
    return MACHINE if used[MACHINE] >= FULL else "none was full"
