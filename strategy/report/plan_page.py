"""The plan as one self-contained HTML page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from strategy.domain.capacity import Capacity
from strategy.domain.channel import Channel
from strategy.domain.contact_plan import ContactPlan
from strategy.domain.local_time import local
from strategy.plan import PlannedDay
from strategy.plan_summary import PlanSummary

ASSUMED = (
    "Values are expected amounts, simulated under the assumptions in docs/valuation.md. "
    "They are not measured results."
)


class Bar(NamedTuple):
    """One line of a chart; `share` of the longest, 0 to 1."""

    label: str
    share: float
    said: str


class Slot(NamedTuple):
    """One field of the heat map: attempts, and the share of the slot's capacity they use."""

    attempts: int
    share: float


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
    def bars(self) -> list[Bar]:
        return _refusal_bars([(r.code, r.rule_id, r.count) for r in self.refusals])


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
        clocks=clocks,
        heat_map=heat_map(summary.used, capacity.attempts),
        value_bars=_value_bars(day.plan, currency),
        gap=f"{day.plan.gap:.4%}",
        refusal_bars=_refusal_bars([(r.code, r.rule_id, r.accounts) for r in refusals]),
        refusals=refusals,
        rehearsal=rehearsal,
    )


def heat_map(
    used: Mapping[Channel, Sequence[float]], capacity: Mapping[Channel, Sequence[int]]
) -> list[tuple[str, list[Slot]]]:
    """Each channel with its slots in order."""
    return [
        (channel.replace("_", " "), [*map(_slot, used[channel], rooms)])
        for channel, rooms in capacity.items()
    ]


def _slot(attempts: float, room: int) -> Slot:
    return Slot(round(attempts), attempts / room if room else 0.0)


def bars(rows: Sequence[tuple[str, int, str]]) -> list[Bar]:
    """Rows of label, number and the number as it is written."""
    longest = max((number for _, number, _ in rows), default=0) or 1
    return [Bar(label, number / longest, said) for label, number, said in rows]


def _value_bars(plan: ContactPlan, currency: str) -> list[Bar]:
    worth = (("proven bound", plan.bound_cents), ("this plan", plan.value_cents))
    return bars([(name, cents, f"{cents / 100:,.2f} {currency}") for name, cents in worth])


def _refusal_bars(counted: Sequence[tuple[str, str, int]]) -> list[Bar]:
    """Of limit, rule or none, and how often."""
    return bars([(f"{code} · {rule}" if rule else code, n, f"{n:,}") for code, rule, n in counted])


def _later_touches(summary: PlanSummary, capacity: Capacity) -> Iterator[tuple[str, str]]:
    if capacity.touches_per_party > 1:
        yield "of them second and later touches", f"{sum(summary.by_touch[1:]):,}"
        yield "attempts that are made, expected", f"{summary.expected:,.0f}"


def _tiles(
    day: PlannedDay, summary: PlanSummary, capacity: Capacity, currency: str, seconds: float
) -> Sequence[tuple[str, str]]:
    return (
        ("accounts", f"{summary.accounts:,}"),
        ("planned attempts", f"{len(day.plan.assignments):,}"),
        *_later_touches(summary, capacity),
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
