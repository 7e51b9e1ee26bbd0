"""A plan on disk: assignments as a table, everything else in `plan.json`.

`plan.json` names every input with its path and SHA-256, so that `verify` and `explain` work on
exactly what was planned, or say that it has changed.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import msgspec
import polars as pl

from strategy.capacity_file import parse_capacity
from strategy.capacity_use import CapacityUse, capacity_uses
from strategy.domain.book import Book
from strategy.domain.capacity import Capacity
from strategy.domain.capacity_prices import CapacityPrices
from strategy.domain.channel import Channel
from strategy.domain.contact_plan import Assignment
from strategy.domain.slot import Slot
from strategy.errors import InputError
from strategy.plan import PlannedDay
from strategy.plan_summary import PlanSummary
from strategy.portfolio import folder as portfolio
from strategy.publish import publish
from strategy.rule_files import read_rule_files
from strategy.rules.rulebook import Rulebook

FORMAT = 2
_INSTANT = pl.Datetime("us", "UTC")
_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "account_id": pl.String,
    "party_id": pl.String,
    "contact_point_id": pl.String,
    "channel": pl.String,
    "slot_start": _INSTANT,
    "slot_end": _INSTANT,
    "script": pl.String,
    "value_cents": pl.Int64,
    "complaint_micro": pl.Int64,
    "cost_cents": pl.Int64,
}


@dataclass(frozen=True)
class Inputs:
    """What a plan is made from, loaded. `digests` are SHA-256 by input."""

    portfolio_path: Path
    capacity_path: Path
    rule_paths: tuple[Path, ...]
    at: datetime
    book: Book
    capacity: Capacity
    rulebook: Rulebook
    digests: dict[str, str]


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
    rows = [_row(a) for a in day.plan.assignments]
    table = pl.DataFrame(rows, schema=_SCHEMA, orient="row")
    table.write_parquet(out / "assignments.parquet")
    if csv:
        table.write_csv(out / "assignments.csv")
    document = {
        "format": FORMAT,
        "status": day.plan.status,
        "value_cents": day.plan.value_cents,
        "bound_cents": day.plan.bound_cents,
        "gap": day.plan.gap,
        "seconds": round(seconds, 3),
        "seed": seed,
        "at": inputs.at.isoformat(),
        "verified": not day.violations,
        "note": "values are expected cents, simulated under the assumptions in docs/valuation.md",
        "counts": {
            "accounts": summary.accounts,
            "parties": summary.parties,
            "attempts": len(day.plan.assignments),
            "attempts_by_channel": summary.attempts,
            "blocked_accounts": summary.blocked_accounts,
            "outbid_accounts": summary.outbid_accounts,
        },
        "complaints": {
            "expected_micro": summary.complaints_micro,
            "budget_micro": inputs.capacity.complaints_micro,
        },
        "prices_cents": asdict(day.plan.prices),
        "capacities": [_capacity(use) for use in uses],
        "refusals": [asdict(r) for r in summary.refusals],
        "inputs": {
            "portfolio": str(inputs.portfolio_path),
            "capacity": str(inputs.capacity_path),
            "rules": [str(p) for p in inputs.rule_paths],
            "digests": inputs.digests,
        },
    }
    text = json.dumps(document, indent=2, ensure_ascii=False)
    (out / "plan.json").write_text(text + "\n", encoding="utf-8")


@dataclass(frozen=True)
class SavedPlan:
    """A plan read back, with its inputs as they are now."""

    document: dict[str, Any]
    prices: CapacityPrices
    assignments: tuple[Assignment, ...]
    inputs: Inputs


@dataclass(frozen=True)
class _Named:
    portfolio: str
    capacity: str
    rules: list[str]
    digests: dict[str, str]


@dataclass(frozen=True)
class _Written:
    """What is needed of `plan.json` again."""

    at: Annotated[datetime, msgspec.Meta(tz=True)]
    inputs: _Named
    prices_cents: CapacityPrices


def load(out: Path) -> SavedPlan:
    """Read a plan and its inputs. Raises `InputError` where an input has changed since."""
    try:
        document = json.loads((out / "plan.json").read_text(encoding="utf-8"))
        table = pl.read_parquet(out / "assignments.parquet")
    except (
        OSError,
        ValueError,
        RecursionError,
        pl.exceptions.PolarsError,
        pl.exceptions.PanicException,
    ) as error:
        raise InputError(
            str(out), f"is not a folder written by `strategy plan`: {error}"
        ) from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise InputError(str(out), "was written by another version; plan again")
    if dict(table.schema) != _SCHEMA:
        raise InputError(str(out), "was written by another version; plan again")
    try:
        written = msgspec.convert(document, _Written)
    except msgspec.ValidationError as error:
        raise InputError(str(out / "plan.json"), f"was changed by hand: {error}") from error
    named = written.inputs
    inputs = load_inputs(
        Path(named.portfolio), Path(named.capacity), [Path(p) for p in named.rules], written.at
    )
    for name, digest in inputs.digests.items():
        if named.digests.get(name) != digest:
            where = document["inputs"][name]
            raise InputError(name, f"`{where}` has changed since the plan was made; plan again")
    assignments = tuple(_assignment(row) for row in table.iter_rows())
    return SavedPlan(document, written.prices_cents, assignments, inputs)


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


def _row(a: Assignment) -> tuple[object, ...]:
    return (
        a.account_id,
        a.party_id,
        a.contact_point_id,
        a.channel.value,
        a.slot.start,
        a.slot.end,
        a.script,
        a.value_cents,
        a.complaint_micro,
        a.cost_cents,
    )


def _assignment(row: tuple[Any, ...]) -> Assignment:
    account, party, point, channel, start, end, *rest = row
    slot = Slot(start.astimezone(UTC), end.astimezone(UTC))
    return Assignment(account, party, point, Channel(channel), slot, *rest)
