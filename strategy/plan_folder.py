"""A plan on disk: assignments as a table, everything else in `plan.json`.

`plan.json` names every input with its path and SHA-256, so that `verify` and `explain` work on
exactly what was planned, or say that it has changed.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import msgspec

from strategy.capacity_file import parse_capacity
from strategy.capacity_use import CapacityUse, capacity_uses
from strategy.domain.before import Before
from strategy.domain.book import Book
from strategy.domain.capacity import Capacity
from strategy.domain.capacity_prices import CapacityPrices
from strategy.domain.contact_plan import Assignment
from strategy.domain.floor import FloorResult
from strategy.errors import InputError
from strategy.plan import PlannedDay
from strategy.plan_before import read_before, read_pins
from strategy.plan_summary import PlanSummary
from strategy.plan_table import read_table, write_table
from strategy.portfolio import folder as portfolio
from strategy.publish import publish
from strategy.requirements import requirements
from strategy.rule_files import read_rule_files
from strategy.rules.rulebook import Rulebook

FORMAT = 5
ASSIGNMENTS, BEFORE = "assignments.parquet", "before.parquet"


@dataclass(frozen=True)
class Inputs:
    """What a plan is made from, loaded. `digests` are SHA-256 by input.

    `before` is the plan that this one changes, read from `before_path` and `pins_path`.
    """

    portfolio_path: Path
    capacity_path: Path
    rule_paths: tuple[Path, ...]
    at: datetime
    book: Book
    capacity: Capacity
    rulebook: Rulebook
    digests: dict[str, str]
    before: Before | None = None
    before_path: Path | None = None
    pins_path: Path | None = None


def load_inputs(
    portfolio_path: Path, capacity_path: Path, rule_paths: Sequence[Path], at: datetime
) -> Inputs:
    """Read and check everything a plan needs. Raises `InputError` that names the file."""
    try:
        text = capacity_path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(str(capacity_path), f"cannot be read: {error.strerror}") from error
    rulebook = publish(read_rule_files(rule_paths))
    return Inputs(
        portfolio_path=portfolio_path,
        capacity_path=capacity_path,
        rule_paths=tuple(rule_paths),
        at=at,
        book=portfolio.load(portfolio_path),
        capacity=parse_capacity(text, str(capacity_path), at),
        rulebook=rulebook,
        digests={
            "portfolio": portfolio.digest(portfolio_path),
            "capacity": sha256(text.encode()).hexdigest(),
            "rules": rulebook.hash,
        },
    )


def beside(
    inputs: Inputs, folder: Path, pins: Path | None, *, most_changed: float, change_cents: int
) -> Inputs:
    """The same inputs, to change the plan in `folder` rather than to plan anew."""
    capacity, digests = inputs.capacity, dict(inputs.digests)
    before, digests["before"] = read_before(
        folder, capacity, most_changed=most_changed, change_cents=change_cents
    )
    if pins is not None:
        pinned, digests["pins"] = read_pins(pins, inputs.book, capacity, before)
        before = replace(before, pinned=pinned)
    return replace(inputs, digests=digests, before=before, before_path=folder, pins_path=pins)


def save(
    out: Path,
    inputs: Inputs,
    day: PlannedDay,
    summary: PlanSummary,
    *,
    seed: int,
    seconds: float,
    csv: bool,
) -> None:
    """Write `assignments.parquet` (or also `.csv`) and `plan.json` into the folder `out`."""
    out.mkdir(parents=True, exist_ok=True)
    uses = capacity_uses(
        inputs.capacity, day.plan.prices, inputs.rulebook.scripts, day.plan.assignments
    )
    write_table(out / ASSIGNMENTS, day.plan.assignments, csv=csv)
    if inputs.before is not None:
        write_table(out / BEFORE, inputs.before.assignments)
    document = {
        "format": FORMAT,
        "mode": day.plan.mode,
        "status": day.plan.status,
        "value_cents": day.plan.value_cents,
        "bound_cents": day.plan.bound_cents,
        "gap": day.plan.gap,
        "seconds": round(seconds, 3),
        "seed": seed,
        "at": inputs.at.isoformat(),
        "verifier": {
            "violations": len(day.violations),
            "first": day.violations[0].what if day.violations else None,
        },
        "note": "values are expected cents, simulated under the assumptions in docs/valuation.md",
        "counts": {
            "accounts": summary.accounts,
            "parties": summary.parties,
            "attempts": len(day.plan.assignments),
            "attempts_by_channel": summary.attempts,
            "attempts_by_touch": list(summary.by_touch),
            "attempts_expected": summary.expected,
        },
        "left_alone": asdict(summary.left_alone),
        "complaints": {
            "expected_micro": summary.complaints_micro,
            "budget_micro": inputs.capacity.complaints_micro,
        },
        "prices_cents": asdict(day.plan.prices),
        "capacities": [_capacity(use) for use in uses],
        "requirements": [
            asdict(one) for one in requirements(inputs.capacity, day.plan.prices, day.plan.floors)
        ],
        "floors": [_floor(result) for result in day.plan.floors],
        "floors_cost_cents": day.plan.floors_cost_cents,
        "churn": asdict(day.plan.churn) if day.plan.churn else None,
        "refusals": [asdict(r) for r in summary.refusals],
        "inputs": {
            "portfolio": str(inputs.portfolio_path),
            "capacity": str(inputs.capacity_path),
            "rules": [str(p) for p in inputs.rule_paths],
            "before": str(inputs.before_path) if inputs.before_path else None,
            "pins": str(inputs.pins_path) if inputs.pins_path else None,
            "digests": {"before": None, "pins": None, **inputs.digests},
        },
    }
    text = json.dumps(document, indent=2, ensure_ascii=False)
    (out / "plan.json").write_text(text + "\n", encoding="utf-8")


@dataclass(frozen=True)
class SavedPlan:
    """A plan read back, with its inputs as they are now; `before` are the assignments of the plan
    that it was made from, by person."""

    document: dict[str, Any]
    prices: CapacityPrices
    assignments: tuple[Assignment, ...]
    inputs: Inputs
    before: Mapping[str, Assignment] = field(default_factory=dict)
    floors: tuple[FloorResult, ...] = ()

    @property
    def change_cents(self) -> float:
        """What treating a person otherwise than before costs at the plan's prices."""
        churn = self.document["churn"]
        return self.prices.change + churn["change_cents"] if churn else 0.0


@dataclass(frozen=True)
class _Named:
    portfolio: str
    capacity: str
    rules: list[str]
    digests: dict[str, str | None]


@dataclass(frozen=True)
class _Written:
    """What is needed of `plan.json` again."""

    at: Annotated[datetime, msgspec.Meta(tz=True)]
    inputs: _Named
    prices_cents: CapacityPrices
    churn: dict[str, Any] | None
    floors: tuple[FloorResult, ...]


def load(out: Path) -> SavedPlan:
    """Read a plan and its inputs. Raises `InputError` where an input has changed since."""
    try:
        document = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(
            str(out), f"is not a folder written by `strategy plan`: {error}"
        ) from error
    assignments = read_table(out / ASSIGNMENTS)
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise InputError(str(out), "was written by another version; plan again")
    try:
        written = msgspec.convert(document, _Written)
    except msgspec.ValidationError as error:
        raise InputError(str(out / "plan.json"), f"was changed by hand: {error}") from error
    named = written.inputs
    inputs = load_inputs(
        Path(named.portfolio), Path(named.capacity), [Path(p) for p in named.rules], written.at
    )
    for name in ("portfolio", "capacity", "rules"):
        if named.digests.get(name) != inputs.digests[name]:
            where = document["inputs"][name]
            raise InputError(name, f"`{where}` has changed since the plan was made; plan again")
    old = read_table(out / BEFORE) if written.churn else ()
    before = {a.party_id: a for a in old}
    return SavedPlan(document, written.prices_cents, assignments, inputs, before, written.floors)


def _floor(result: FloorResult) -> dict[str, object]:
    why = {"shortfall": result.shortfall, "why_missed": list(result.why_missed())}
    return {**asdict(result), **why}


def _capacity(use: CapacityUse) -> dict[str, object]:
    return {
        "kind": use.kind,
        "of": use.of,
        "slot_start": use.slot.start.isoformat() if use.slot else None,
        "limit": use.limit,
        "used": use.used,
        "slack": use.limit - use.used,
        "price_cents": use.price,
    }
