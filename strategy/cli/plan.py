"""`strategy plan`: plan a day from files."""

import time
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TimeElapsedColumn

from strategy.cli.words import clock, money
from strategy.domain.capacity import Capacity
from strategy.domain.instant import parse_instant
from strategy.domain.local_time import local
from strategy.errors import StrategyError
from strategy.plan import PlannedDay, PlanProgress, plan_day
from strategy.plan_folder import Inputs, load_inputs, save
from strategy.plan_summary import PlanSummary, summarise
from strategy.report.plan_page import plan_page


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
def command(
    portfolio: Path,
    capacity: Path,
    rule_dirs: tuple[Path, ...],
    at: str,
    out: Path,
    form: str,
    seed: int,
) -> None:
    """Plan a day: who is contacted when, through which channel, with which script.

    Writes assignments.parquet, plan.json and report.html into --out. Exits with 2 when the
    independent verifier finds a violation.
    """
    inputs = load_inputs(portfolio, capacity, rule_dirs, parse_instant(at, "--at"))
    console = Console(stderr=True)
    day, summary, seconds = plan_with_progress(inputs, seed, console)
    save(out, inputs, day, summary, seed=seed, seconds=seconds, csv=form == "csv")
    write_report(out / "report.html", inputs, day, summary, seconds)
    click.echo(summary_text(day, summary, inputs.capacity, currency_of(inputs), seconds))
    click.echo(f"wrote {out}/assignments.{form}, {out}/plan.json, {out}/report.html")
    if day.violations:
        click.echo(f"error: the verifier found {len(day.violations)} violations", err=True)
        raise SystemExit(2)


def plan_with_progress(
    inputs: Inputs, seed: int, console: Console
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


def summary_text(
    day: PlannedDay, summary: PlanSummary, capacity: Capacity, currency: str, seconds: float
) -> str:
    """What the plan comes to, for a terminal."""
    plan = day.plan
    first, last = capacity.slots[0].start, capacity.slots[-1].end
    by_channel = ", ".join(f"{c} {n:,}" for c, n in sorted(summary.attempts.items()))
    lines = [
        f"plan for {clock(first, capacity.zone)} to {local(last, capacity.zone):%H:%M}, "
        f"{capacity.zone}: {plan.status}",
        f"  accounts   {summary.accounts:,} of {summary.parties:,} people",
        f"  attempts   {len(plan.assignments):,} ({by_channel or 'none'})",
        f"  left alone {summary.blocked_accounts:,} closed by rules, "
        f"{summary.outbid_accounts:,} open but outbid or worth nothing",
        f"  complaints {summary.complaints_micro / 1e6:.3f} expected, "
        f"budget {capacity.complaints_micro / 1e6:g} (simulated)",
        f"  value      {money(plan.value_cents, currency)} expected (simulated)",
        f"  bound      {money(plan.bound_cents, currency)} proven, gap {plan.gap:.4%}",
        f"  verified   {'no violation' if not day.violations else day.violations[0].what}",
        f"  seconds    {seconds:.1f}",
    ]
    return "\n".join(lines)
