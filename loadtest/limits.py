"""What is full first: the server's interpreter, the ledger's writer, or the generator."""

from collections.abc import Sequence

from loadtest.watch import Sample

FULL = 0.85
"""A limit used for this share of the time is where the next caller waits."""

GENERATOR = "the generator"


def use(samples: Sequence[Sample], generators: int, cores: int) -> dict[str, float]:
    """The share of each limit that was used, on average; 1 is all of it.

    A Python process computes on one core at a time, so one core is all the server's interpreter
    and each generator has.
    """
    count = max(1, len(samples))

    def mean(name: str) -> float:
        return sum(getattr(sample, name) for sample in samples) / count

    return {
        "the server's interpreter": round(mean("server_cores"), 3),
        "the ledger's writer": round(mean("writing"), 3),
        GENERATOR: round(mean("generator_cores") / generators, 3),
        "the machine": round(mean("machine_cores") / cores, 3),
    }


def saturation(used: dict[str, float]) -> float:
    """Of the server's own limits, the fullest."""
    return max(used["the server's interpreter"], used["the ledger's writer"])


def first_limit(used: dict[str, float]) -> str:
    """The generator first: what it cannot send says nothing of the server."""
    if used[GENERATOR] >= FULL:
        return GENERATOR
    own = {name: share for name, share in used.items() if name not in (GENERATOR, "the machine")}
    name = max(own, key=lambda one: own[one])
    if own[name] >= FULL:
        return name
    return "the machine" if used["the machine"] >= FULL else "none was full"
