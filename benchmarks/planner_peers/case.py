"""One case in a process of its own, so that memory and seconds are its own.

    python -m planner_peers.case value 10000 0 tight

The last line on stdout is the result as JSON. `planner.py` runs many of these.
"""

import json
import sys
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Case:
    """`part` names a file of this folder that has `run(case)`; `tightness` as in `planner_book`."""

    part: str
    accounts: int
    seed: int
    tightness: str

    @property
    def name(self) -> str:
        return f"{self.part} {self.accounts} {self.seed} {self.tightness}"


def run(case: Case) -> dict[str, Any]:
    """Parts import what they need: a cold start should not be warmed, nor HiGHS always loaded."""
    from importlib import import_module

    module = import_module(f"planner_peers.{case.part.replace('-', '_')}")
    return {"name": case.name, **vars(case), **module.run(case)}


def main() -> None:
    part, accounts, seed, tightness = sys.argv[1:]
    print(json.dumps(run(Case(part, int(accounts), int(seed), tightness))))


if __name__ == "__main__":
    main()
