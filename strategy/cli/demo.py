"""`strategy demo`: the whole service on a sample portfolio, from import to a dialer's work."""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TimeElapsedColumn
from rich.table import Table

from strategy.api.v1 import plan_pb2
from strategy.api.v1.plan_pb2_grpc import PlanServiceStub
from strategy.cli.connection import Connection
from strategy.cli.plan import currency_of, plan_with_progress, summary_text
from strategy.cli.rehearsal import Played, play
from strategy.cli.server_process import SERVER, running_server
from strategy.cli.upload import upload
from strategy.cli.words import clock, money
from strategy.domain.local_time import local_day, start_of_day
from strategy.errors import StrategyError
from strategy.plan import PlannedDay
from strategy.plan_folder import Inputs, load_inputs, save
from strategy.portfolio import folder as portfolio
from strategy.portfolio.sample import NOTES, sample_book
from strategy.report.plan_page import Rehearsal, plan_page

HEAD_START = timedelta(seconds=4)
_ZONE = "Asia/Shanghai"
_PLAN_SEED = 0  # the server's own, so that both must come to the same plan


@click.command("demo")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("demo-out"),
    show_default=True,
    help="Folder for everything made; emptied first.",
)
@click.option(
    "--portfolio",
    "folder",
    type=click.Path(path_type=Path),
    help="A portfolio of your own, from `strategy import`, instead of the sample.",
)
@click.option("--accounts", default=10_000, show_default=True, help="Size of the sample.")
@click.option("--seed", default=7, show_default=True, help="Same seed, same sample and outcomes.")
def command(out: Path, folder: Path | None, accounts: int, seed: int) -> None:
    """Plan tomorrow for a sample portfolio, start the real server, and play a dialer."""
    console = Console()
    _empty(out)
    with _bar() as progress:
        inputs = _inputs(out, folder, accounts, seed, progress)
    book, rulebook = inputs.book, inputs.rulebook
    simulated = "as imported" if folder else "all simulated, docs/sample-portfolio.md"
    _say(
        console,
        "1. Portfolio",
        f"{len(book.accounts):,} overdue accounts of {len(book.parties):,} people, their contact "
        f"history and events: {simulated}",
    )
    _say(
        console,
        "2. Rules",
        f"{len(rulebook.rules)} rules of the China pack and the house compiled, proven by "
        f"durable_rules: rulebook {rulebook.hash[:16]}",
    )
    day, summary, seconds = plan_with_progress(inputs, _PLAN_SEED, Console(stderr=True))
    save(out / "plan", inputs, day, summary, seed=_PLAN_SEED, seconds=seconds, csv=True)
    currency = currency_of(inputs)
    told = summary_text(day, summary, inputs.capacity, currency, seconds)
    _say(console, "3. Plan", told.removeprefix("plan "))
    if day.violations or not day.plan.assignments:
        raise StrategyError("the plan is empty or breaks a limit; look at plan.json")
    console.print("   closed by rules all day: limit, rule, accounts, an example", style="dim")
    closed = summary.refusals
    _rows(console, [(r.code, r.rule_id, r.accounts, r.example_account, r.example) for r in closed])

    played = _serve(console, out, inputs, day, seed)
    page = plan_page(
        day,
        summary,
        inputs.capacity,
        rulebook_hash=rulebook.hash,
        currency=currency,
        seconds=seconds,
        rehearsal=Rehearsal(tuple(_facts(played)), played.refusals()),
    )
    (out / "report.html").write_text(page, encoding="utf-8")
    if played.duplicates_refused < played.duplicates_tried or not played.permits:
        raise StrategyError("a duplicate dial got a permit; this must not happen")
    _say(console, "Report", f"{out}/report.html")
    _say(
        console,
        "Try next",
        f"\n  .venv/bin/strategy explain {out}/plan {day.plan.assignments[0].account_id}"
        f"\n  .venv/bin/strategy verify {out}/plan"
        "\n  edit rules/house/contact.yaml, then"
        "\n  .venv/bin/strategy rules check rules/cn rules/house"
        "\n  connect a dialer of your own: docs/connecting-a-dialer.md",
    )


def _inputs(
    out: Path, folder: Path | None, accounts: int, seed: int, progress: Callable[[str, float], None]
) -> Inputs:
    """The given portfolio, or a fresh sample of this evening; planned is the day after."""
    home = Path(os.path.relpath(SERVER.parent))
    if folder is None:
        progress(f"making {accounts:,} sample accounts", 0.0)
        evening = start_of_day(local_day(datetime.now(UTC), _ZONE), _ZONE) + timedelta(hours=20)
        portfolio.save(sample_book(accounts, seed, evening, _ZONE), out / "portfolio", NOTES)
        folder = out / "portfolio"
    progress("reading, compiling and proving the rules", 0.5)
    return load_inputs(
        folder,
        home / "docs" / "examples" / "capacity.yaml",
        (home / "rules" / "cn", home / "rules" / "house"),
        portfolio.load(folder).as_of + timedelta(days=1),
    )


def _serve(console: Console, out: Path, inputs: Inputs, day: PlannedDay, seed: int) -> Played:
    """The evening: import and plan. Then stop, start again in the morning, and dial."""
    ledger, slot, zone = out / "ledger.sqlite", day.plan.assignments[0].slot, inputs.book.zone
    evening = running_server(
        inputs.rule_paths, ledger, zone, inputs.book.as_of, out / "server-evening.log"
    )
    with evening as address, _bar() as progress:
        record = _evening(address, inputs, progress)
    same = "the same as above" if record.value_cents == day.plan.value_cents else "ANOTHER PLAN"
    worth = money(record.value_cents, currency_of(inputs))
    _say(
        console,
        "4. Server, the evening before",
        f"accounts and history imported over gRPC; its own plan is worth {worth}, {same}",
    )
    morning = running_server(
        inputs.rule_paths, ledger, zone, slot.start - HEAD_START, out / "server-morning.log"
    )
    with morning as address, _bar() as progress:
        played = play(address, inputs, day, slot, HEAD_START, seed, progress)
    when = clock(slot.start, inputs.capacity.zone)
    _say(console, "5. A dialer's first half hour", f"{when}, outcomes simulated")
    for name, value in _facts(played):
        console.print(f"   {name:<44} {value}", highlight=False, soft_wrap=True)
    console.print("   permits refused: limit, rule, times, an example", style="dim")
    refused = played.refusals()
    _rows(console, [(r.code, r.rule_id, r.count, r.example_account, r.example) for r in refused])
    return played


def _evening(address: str, inputs: Inputs, progress: Callable[[str, float], None]) -> plan_pb2.Plan:
    with Connection(address).open() as channel:
        upload(channel, inputs.book, progress)
        stub = PlanServiceStub(channel)
        request = plan_pb2.CreatePlanRequest(
            request_id="demo-plan",
            capacity_yaml=inputs.capacity_path.read_text(encoding="utf-8"),
        )
        request.at.FromDatetime(inputs.at)
        record = stub.CreatePlan(request)
        watch = plan_pb2.WatchPlanRequest(plan_id=record.plan_id)
        for latest in stub.WatchPlan(watch):
            record = latest
            progress(f"the server plans: {record.phase}", 0.0)
        if record.state != plan_pb2.PLAN_STATE_ACTIVE:
            raise StrategyError(f"the server's plan failed: {record.phase}")
        return record


def _say(console: Console, title: str, text: str) -> None:
    console.print(f"[bold]{title}[/] {text}", highlight=False, soft_wrap=True)


def _rows(console: Console, rows: Sequence[tuple[str, str, int, str, str]]) -> None:
    """One refusal a line, cut at the width of the terminal; the report has all of it."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1), width=console.width)
    for name in ("limit", "rule"):
        table.add_column(name, no_wrap=True)
    table.add_column("times", justify="right", no_wrap=True)
    table.add_column("example", no_wrap=True, overflow="ellipsis", ratio=1)
    for code, rule, times, account, example in rows:
        table.add_row(f"   {code}", rule or "-", f"{times:,}", f"{account}: {example}")
    console.print(table, highlight=False)


def _facts(played: Played) -> Iterator[tuple[str, str]]:
    yield "work list", f"{played.planned} planned attempts"
    yield (
        "refused a moment before the hour",
        f"{played.early_refused} of {played.early_tried} eager calls",
    )
    yield "permits granted", str(played.permits)
    yield (
        "duplicate dials by a second dialer, refused",
        f"{played.duplicates_refused} of {played.duplicates_tried}",
    )
    yield (
        "same request id again, same answer",
        f"{played.repeats_same} of {played.repeats_tried}",
    )
    yield "forbidden dials refused", f"{played.forbidden_refused} of {played.forbidden_tried}"
    yield "outcomes", ", ".join(f"{o} {n}" for o, n in played.outcomes.most_common())
    yield "asked for help", played.asked_for_help


@contextmanager
def _bar() -> Iterator[Callable[[str, float], None]]:
    columns = (SpinnerColumn(), *Progress.get_default_columns()[:3], TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda phase, share: bar.update(task, description=phase, completed=share)


def _empty(out: Path) -> None:
    """Remove what an earlier demo made, and nothing else."""
    if out.exists() and any(out.iterdir()) and not (out / "portfolio" / "portfolio.json").exists():
        raise StrategyError(f"`{out}` holds something that is not a demo; choose another --out")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
