"""`strategy plan`: plan a day from files."""

import time
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TimeElapsedColumn

from strategy.cli.words import clock, money
from strategy.domain.capacity import Capacity
from strategy.domain.contact_plan import Churn
from strategy.domain.floor import FloorResult
from strategy.domain.instant import parse_instant
from strategy.domain.local_time import local
from strategy.errors import StrategyError
from strategy.plan import PlannedDay, plan_day
from strategy.plan_folder import Inputs, beside, load_inputs, save
from strategy.plan_progress import PlanProgress
from strategy.plan_summary import PlanSummary, summarise
from strategy.report.plan_page import plan_page
from strategy.requirements import requirements


@click.command("plan")
@click.option(
    "--portfolio",
    "portfolio",
    type=click.Path(path_type=Path),
    required=True,
    help="Folder written by `strategy import` or `strategy generate`.",
)
@click.option(
    "--capacity",
    type=click.Path(path_type=Path),
    required=True,
    help="Capacity file, as docs/examples/capacity.yaml.",
)
@click.option(
    "--rules",
    "rule_dirs",
    type=click.Path(path_type=Path),
    required=True,
    multiple=True,
    help="Folder of rule files; repeat for several.",
)
@click.option(
    "--at",
    required=True,
    metavar="INSTANT",
    help="Any instant of the day to plan, such as 2026-11-24T00:00:00+08:00.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="Folder for the plan; made if it is missing.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["parquet", "csv"]),
    default="parquet",
    help="csv: also write assignments.csv.",
)
@click.option("--seed", default=0, show_default=True, help="Same inputs and seed, same plan.")
@click.option(
    "--from",
    "before",
    type=click.Path(path_type=Path),
    help="Folder of a plan of the same day: change it where that pays, instead of planning anew.",
)
@click.option(
    "--pins",
    type=click.Path(path_type=Path),
    help="With --from: CSV of treatments that stay, as docs/replanning.md.",
)
@click.option(
    "--most-changes",
    metavar="SHARE",
    default="100%",
    show_default=True,
    help="With --from: share of the people who may be treated otherwise than before.",
)
@click.option(
    "--change-price",
    metavar="AMOUNT",
    type=click.FloatRange(0, 1e6),
    default=0,
    show_default=True,
    help="With --from: what each change costs of the value, in the portfolio's currency.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(min=0),
    help="End the search after so many seconds with the best plan so far, and its gap. Such a plan "
    "depends on the machine.",
)
def command(
    portfolio: Path,
    capacity: Path,
    rule_dirs: tuple[Path, ...],
    at: str,
    out: Path,
    form: str,
    seed: int,
    before: Path | None,
    pins: Path | None,
    most_changes: str,
    change_price: float,
    seconds: float | None,
) -> None:
    """Plan a day: who is contacted when, through which channel, with which script.

    Writes assignments.parquet, plan.json and report.html into --out. Exits with 2 when the
    independent verifier finds a violation.
    """
    inputs = load_inputs(portfolio, capacity, rule_dirs, parse_instant(at, "--at"))
    if before is not None:
        inputs = beside(
            inputs,
            before,
            pins,
            most_changed=_share(most_changes),
            change_cents=round(100 * change_price),
        )
    elif pins is not None:
        raise click.UsageError("--pins fixes treatments of the plan that --from names")
    console = Console(stderr=True)
    day, summary, took = plan_with_progress(inputs, seed, console, most_seconds=seconds)
    save(out, inputs, day, summary, seed=seed, seconds=took, csv=form == "csv")
    write_report(out / "report.html", inputs, day, summary, took)
    click.echo(summary_text(day, summary, inputs.capacity, currency_of(inputs), took))
    click.echo(f"wrote {out}/assignments.{form}, {out}/plan.json, {out}/report.html")
    if day.violations:
        click.echo(f"error: the verifier found {len(day.violations)} violations", err=True)
        raise SystemExit(2)


def _share(written: str) -> float:
    try:
        share = float(written.removesuffix("%")) / 100
    except ValueError:
        share = -1.0
    if not written.endswith("%") or not 0 <= share <= 1:
        raise click.UsageError(f"--most-changes must be a share such as 10%, not `{written}`")
    return share


def plan_with_progress(
    inputs: Inputs, seed: int, console: Console, most_seconds: float | None = None
) -> tuple[PlannedDay, PlanSummary, float]:
    """Plan with a progress bar; returns the seconds it took."""
    started = time.perf_counter()
    columns = (SpinnerColumn(), *Progress.get_default_columns()[:3], TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("reading", total=1.0)
        day = plan_day(
            inputs.book,
            inputs.rulebook,
            inputs.capacity,
            seed=seed,
            before=inputs.before,
            stop=lambda: most_seconds is not None and time.perf_counter() - started > most_seconds,
            tell=lambda p: bar.update(task, description=_said(p), completed=p.share),
        )
    return day, summarise(day, inputs.capacity), time.perf_counter() - started


def _said(progress: PlanProgress) -> str:
    if progress.value_cents is None or not progress.bound_cents:
        return progress.phase
    gap = 1 - progress.value_cents / progress.bound_cents
    return f"{progress.phase}, gap {gap:.3%}"


def write_report(
    path: Path, inputs: Inputs, day: PlannedDay, summary: PlanSummary, seconds: float
) -> None:
    page = plan_page(
        day,
        summary,
        inputs.capacity,
        rulebook_hash=inputs.rulebook.hash,
        currency=currency_of(inputs),
        seconds=seconds,
    )
    path.write_text(page, encoding="utf-8")


def currency_of(inputs: Inputs) -> str:
    found = sorted({account.currency for account in inputs.book.accounts.values()})
    if len(found) != 1:
        raise StrategyError(f"the portfolio holds {len(found)} currencies; plan one at a time")
    return found[0]


def _churn_lines(churn: Churn | None) -> list[str]:
    if churn is None:
        return []
    return [
        f"  changed    {churn.changed:,} people: {churn.begun:,} contacted now, {churn.ended:,} no "
        f"longer, {churn.moved:,} otherwise; {churn.pinned:,} fixed"
    ]


def _touch_lines(summary: PlanSummary) -> list[str]:
    if len(summary.by_touch) == 1:
        return []
    counts = ", ".join(f"{n:,}" for n in summary.by_touch)
    return [
        f"  touches    {counts} as first, second and so on of a person; a later one only where "
        f"those before it failed: {summary.expected:,.0f} attempts expected"
    ]


MOST_NAMED = 3


def _requirement_lines(day: PlannedDay, capacity: Capacity, currency: str) -> Iterator[str]:
    plan = day.plan
    for result in plan.floors:
        yield (
            f"  floor      {result.name}: {result.reached:,} of {result.asked:,} asked"
            f"{_price_of(result, currency)}"
        )
        yield from (f"             {why}" for why in result.why_missed())
    if plan.floors:
        yield f"  floors     cost {money(plan.floors_cost_cents, currency)} together (simulated)"
    dear = [r for r in requirements(capacity, plan.prices, plan.floors) if r.cost_cents > 0]
    named = [f"{r.of} ({r.kind}) {money(r.cost_cents, currency)}" for r in dear[:MOST_NAMED]]
    yield f"  costs most {', '.join(named) or 'nothing: no requirement binds'}"


def _price_of(result: FloorResult, currency: str) -> str:
    if result.price_cents <= 0:
        return ""
    one = money(result.price_cents, currency)
    cost = "" if result.cost_cents is None else f", it costs {money(result.cost_cents, currency)}"
    return f"; one fewer brings up to {one}{cost}"


def summary_text(
    day: PlannedDay, summary: PlanSummary, capacity: Capacity, currency: str, seconds: float
) -> str:
    """What the plan comes to, for a terminal."""
    plan, alone = day.plan, summary.left_alone
    first, last = capacity.slots[0].start, capacity.slots[-1].end
    by_channel = ", ".join(f"{c} {n:,}" for c, n in sorted(summary.attempts.items()))
    lines = [
        f"plan for {clock(first, capacity.zone)} to {local(last, capacity.zone):%H:%M}, "
        f"{capacity.zone}: {plan.status}",
        f"  accounts   {summary.accounts:,} of {summary.parties:,} people",
        f"  attempts   {len(plan.assignments):,} ({by_channel or 'none'})",
        *_touch_lines(summary),
        f"  left alone {alone.closed:,} closed by rules, {alone.worth_nothing:,} worth no contact, "
        f"{alone.person_planned:,} whose person is contacted, {alone.outbid:,} outbid",
        f"  complaints {summary.complaints_micro / 1e6:.3f} expected, "
        f"budget {capacity.complaints_micro / 1e6:g} (simulated)",
        f"  value      {money(plan.value_cents, currency)} expected (simulated)",
        f"  bound      {money(plan.bound_cents, currency)} proven, gap {plan.gap:.4%}",
        *_churn_lines(plan.churn),
        *_requirement_lines(day, capacity, currency),
        f"  verified   {'no violation' if not day.violations else day.violations[0].what}",
        f"  seconds    {seconds:.1f}",
    ]
    return "\n".join(lines)
