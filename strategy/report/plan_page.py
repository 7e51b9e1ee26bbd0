"""The plan as one self-contained HTML page."""

from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from strategy.domain.capacity import Capacity
from strategy.domain.local_time import local
from strategy.plan import PlannedDay
from strategy.plan_summary import PlanSummary
from strategy.report import pictures

ASSUMED = (
    "Values are expected amounts, simulated under the assumptions in docs/valuation.md. "
    "They are not measured results."
)


@dataclass(frozen=True, slots=True)
class RefusalCount:
    """How often one limit of one rule refused a permit."""

    code: str
    rule_id: str
    source: str
    count: int
    example_account: str
    example: str


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What happened when a dialer was played against the plan: facts by name, and refusals."""

    facts: tuple[tuple[str, str], ...]
    refusals: tuple[RefusalCount, ...]

    @property
    def picture(self) -> str:
        labels = [r.code + (f" · {r.rule_id}" if r.rule_id else "") for r in self.refusals]
        return pictures.counts(labels, [r.count for r in self.refusals])


def plan_page(
    day: PlannedDay,
    summary: PlanSummary,
    capacity: Capacity,
    *,
    rulebook_hash: str,
    currency: str,
    seconds: float,
    rehearsal: Rehearsal | None = None,
) -> str:
    """HTML with its pictures inside; it loads nothing."""
    clocks = [f"{local(slot.start, capacity.zone):%H:%M}" for slot in capacity.slots]
    environment = Environment(
        loader=PackageLoader("strategy.report", "."), autoescape=True, undefined=StrictUndefined
    )
    refusals = summary.refusals[:15]
    return environment.get_template("plan.html").render(
        day=f"{local(capacity.slots[0].start, capacity.zone):%Y-%m-%d}",
        zone=capacity.zone,
        rulebook=rulebook_hash[:16],
        status=day.plan.status.value,
        verified="verified" if not day.violations else "THE VERIFIER FOUND VIOLATIONS",
        note=ASSUMED,
        tiles=_tiles(day, summary, capacity, currency, seconds),
        heat_map=pictures.capacity_heat_map(summary.used, capacity.attempts, clocks),
        value_picture=pictures.value_and_bound(
            day.plan.value_cents, day.plan.bound_cents, currency
        ),
        gap=f"{day.plan.gap:.4%}",
        refusal_picture=pictures.counts(
            [f"{r.code}" + (f" · {r.rule_id}" if r.rule_id else "") for r in refusals],
            [r.accounts for r in refusals],
        ),
        refusals=refusals,
        rehearsal=rehearsal,
    )


def _tiles(
    day: PlannedDay, summary: PlanSummary, capacity: Capacity, currency: str, seconds: float
) -> Sequence[tuple[str, str]]:
    return (
        ("accounts", f"{summary.accounts:,}"),
        ("planned attempts", f"{len(day.plan.assignments):,}"),
        (f"expected value, {currency}", f"{day.plan.value_cents / 100:,.0f}"),
        (
            "expected complaints, of budget",
            f"{summary.complaints_micro / 1e6:.2f} / {capacity.complaints_micro / 1e6:g}",
        ),
        ("closed by rules", f"{summary.left_alone.closed:,}"),
        ("open, but outbid", f"{summary.left_alone.outbid:,}"),
        *((f"floor {f.name}, of {f.asked:,} asked", f"{f.reached:,}") for f in day.plan.floors),
        ("seconds", f"{seconds:.1f}"),
    )
