"""Which cases make a full run, and how long they take on two quiet cores.

value     1,000 to 100,000: 9 cases each; 1,000,000: 3     18 min
whole     4 cases of 4 times 20 s of processor time         6 min
flow, repeat, sequences, replan, floors, cold-start         9 min
"""

from collections.abc import Iterator, Sequence

from planner_peers.case import Case

SIZES = (1_000, 10_000, 100_000, 1_000_000)
SEEDS = (0, 1, 2)
TIGHTNESS = ("tight", "medium", "loose")
PARTS = ("value", "whole", "flow", "repeat", "sequences", "replan", "floors", "cold-start")
QUICK_SIZE = 500

EVERY_PAIR = 100_000
"""Up to this size every seed meets every tightness; above, each seed has a tightness of its own."""
WHOLE, WHOLE_SMALL, FLOW, MIDDLE, SMALL = 1_000, 200, 10_000, 100_000, 1_000


def schedule(
    sizes: Sequence[int], seeds: Sequence[int], tightness: Sequence[str], parts: Sequence[str]
) -> list[Case]:
    cases = {
        "value": _value(sizes, seeds, tightness),
        "whole": _whole(sizes, seeds, tightness),
        "flow": (Case("flow", n, seeds[0], tightness[0]) for n in sizes if n <= FLOW),
        "repeat": _largest("repeat", sizes, seeds, tightness, MIDDLE),
        "sequences": _largest("sequences", sizes, seeds, tightness, MIDDLE),
        "replan": _largest("replan", sizes, seeds, tightness, max(sizes)),
        "floors": _sizes("floors", {MIDDLE, max(sizes)}, sizes, seeds, tightness),
        "cold-start": [Case("cold-start", min(SMALL, max(sizes)), seeds[0], "medium")],
    }
    return [case for part in PARTS if part in parts for case in cases[part]]


def _value(sizes: Sequence[int], seeds: Sequence[int], tightness: Sequence[str]) -> Iterator[Case]:
    for n in sizes:
        for number, seed in enumerate(seeds):
            own = tightness[number % len(tightness)]
            for tight in tightness if n <= EVERY_PAIR else (own,):
                yield Case("value", n, seed, tight)


def _whole(sizes: Sequence[int], seeds: Sequence[int], tightness: Sequence[str]) -> Iterator[Case]:
    for n in sizes:
        if n <= WHOLE:
            yield Case("whole", min(n, WHOLE_SMALL), seeds[0], tightness[0])
            for tight in tightness if n > WHOLE_SMALL else ():
                yield Case("whole", n, seeds[0], tight)


def _sizes(
    part: str,
    wanted: set[int],
    sizes: Sequence[int],
    seeds: Sequence[int],
    tightness: Sequence[str],
) -> Iterator[Case]:
    for size in sorted(wanted & set(sizes)):
        yield from _largest(part, [size], seeds, tightness, size)


def _largest(
    part: str, sizes: Sequence[int], seeds: Sequence[int], tightness: Sequence[str], most: int
) -> Iterator[Case]:
    fitting = [n for n in sizes if n <= most]
    if fitting:
        middle = "medium" if "medium" in tightness else tightness[0]
        yield Case(part, max(fitting), seeds[0], middle)
