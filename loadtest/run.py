"""One command: a portfolio, an echo, the load, the checks, the report, the verdict."""

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from loadtest.against import compared, read_report
from loadtest.judge import Verdict, judge
from loadtest.knee import SPREAD
from loadtest.knee_runs import find_knee
from loadtest.limits import GENERATOR, OTHERS
from loadtest.meanwhile import own_rules
from loadtest.measure import checked_load, echo
from loadtest.own_ledger import OwnLedger, own_ledger
from loadtest.own_server import servers_on
from loadtest.prepare import WORK, Tell, own_folder, prepare
from loadtest.report import page as report_page
from loadtest.scenario import Scenario, read_scenario, scenario_path
from loadtest.settings import Settings
from loadtest.surroundings import surroundings
from strategy.errors import StrategyError

HELD, COULD_NOT_RUN, BROKEN = 0, 1, 2
ECHO_S = 8.0


@click.command()
@click.argument("name", metavar="SCENARIO")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="A new folder.")
@click.option("--accounts", type=int, help="Size of the portfolio; else the scenario's.")
@click.option("--seconds", type=float, help="The same shape in another time.")
@click.option("--factor", type=float, default=1.0, help="So many times the scenario's arrivals.")
@click.option("--workers", type=int, default=1, help="Generating processes.")
@click.option("--seed", type=int, default=7)
@click.option("--knee", "knee_runs", type=int, default=0, help="Find the knee so many times.")
@click.option("--against", type=click.Path(path_type=Path), help="An earlier run's --out.")
@click.option("--correctness-only", is_flag=True, help="Judge no timing, as on a shared machine.")
def main(
    name: str,
    out: Path,
    accounts: int | None,
    seconds: float | None,
    factor: float,
    workers: int,
    seed: int,
    knee_runs: int,
    against: Path | None,
    correctness_only: bool,
) -> None:
    """Will it hold? Runs SCENARIO (a name in loadtest/scenarios, or a file) and judges it.

    Ends with 0 where every pass line held, 2 where one did not, 1 where it could not run.
    """
    try:
        scenario = read_scenario(scenario_path(name)).scaled(seconds, factor)
        old = read_report(against) if against else None
        own_folder(out)
        settings = Settings(scenario, str(out), seed, str(out / WORK), workers=workers)
        found = run(settings, accounts or scenario.accounts, knee_runs, _tell)
    except StrategyError as error:
        raise click.ClickException(str(error)) from error
    verdicts = judge(scenario.passes, found["load"], correctness_only)
    found |= {"name": scenario_path(name).stem, "lines": _lines(verdicts)}
    if old is not None:
        found["against"] = compared(found, old)
    (out / "report.json").write_text(json.dumps(found, indent=1, ensure_ascii=False), "utf-8")
    (out / "report.html").write_text(report_page(found), "utf-8")
    raise SystemExit(_say(found, verdicts, out / "report.html"))


def run(settings: Settings, accounts: int, knee_runs: int, tell: Tell) -> dict[str, Any]:
    """Everything measured and found, ready for JSON. Raises `StrategyError`."""
    out = Path(settings.folder)
    with own_ledger(out, settings.scenario.replicas) as ledger:
        if settings.scenario.replicas > 1:
            settings = msgspec.structs.replace(settings, database=ledger.place)
        return _run(settings, ledger, accounts, knee_runs, tell)


def _run(
    settings: Settings, ledger: OwnLedger, accounts: int, knee_runs: int, tell: Tell
) -> dict[str, Any]:
    scenario, out = settings.scenario, Path(settings.folder)
    began = time.monotonic()
    prepare(settings, accounts, ledger.place, tell)
    prepared_s = round(time.monotonic() - began, 1)
    rules = own_rules(scenario, out)
    knee = {}
    if knee_runs:
        tell(f"the knee, {knee_runs} times")
        knee = {"knee": find_knee(settings, rules, ledger, knee_runs)}
    with servers_on(ledger.place, scenario, rules, out) as servers:
        settings = msgspec.structs.replace(settings, ahead_s=servers[0].ahead_s)
        tell("the same arrivals against an echo")
        short = scenario.scaled(min(ECHO_S, scenario.seconds), 1.0)
        bare = echo(msgspec.structs.replace(settings, scenario=short), servers)
        tell(f"{scenario.title}: {scenario.seconds:g} seconds of load")
        found = checked_load(settings, servers)
    return {
        "title": scenario.title,
        "at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "accounts": accounts,
        "prepared_s": prepared_s,
        "seed": settings.seed,
        "workers": settings.workers,
        "scenario": _profile(scenario),
        "surroundings": surroundings(ledger.place),
        "echo": bare,
        "load": found,
        **knee,
    }


def _profile(scenario: Scenario) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(scenario)
    return plain


def _lines(verdicts: list[Verdict]) -> list[dict[str, Any]]:
    return [verdict._asdict() | {"held": verdict.held} for verdict in verdicts]


def _say(found: dict[str, Any], verdicts: list[Verdict], page: Path) -> int:
    load, check = found["load"], found["load"]["check"]
    click.echo(
        f"{load['decisions_per_s']:g} decisions/s: p50 {load['p50_ms']:g} ms,"
        f" p99 {load['p99_ms']:g} ms; echo p99 {found['echo']['p99_ms']:g} ms;"
        f" first limit: {load['first_limit']}"
    )
    click.echo(
        f"checked {check['permits']} permits, {check['caps']} caps, {check['bans']} bans,"
        f" {check['outcomes']} outcomes, {check['repeated']} repeated ids"
    )
    if knee := found.get("knee"):
        limits = ", ".join(sorted({run["first_limit"] for run in knee["runs"]}))
        click.echo(
            f"holds {knee['holds']:g} decisions/s at p99 < {knee['p99_ms']:g} ms (median of"
            f" {len(knee['runs'])}, spread {knee['spread']:.0%}); first limit: {limits}"
        )
        click.echo(
            f"{knee['core_ms']:g} ms of the server's processor time a decision (spread"
            f" {knee['core_ms_spread']:.0%})"
        )
    for _, subject, what in check["violations"][:10]:
        click.echo(f"VIOLATION {subject}: {what}")
    for verdict in verdicts:
        word = "held" if verdict.held else "BROKEN"
        click.echo(f"{word:6} {verdict.line}: {verdict.found:g} (at most {verdict.allowed:g})")
    if knee and not all(run["found"] for run in knee["runs"]):
        click.echo("THE KNEE WAS NOT FOUND in every run: do not plan with it")
    elif knee and knee["spread"] > SPREAD:
        click.echo("THE RUNS OF THE KNEE ARE FAR APART: the machine was not quiet")
    if load["first_limit"] == GENERATOR:
        click.echo("THE GENERATOR WAS FULL: latencies are its own; use --workers or less load")
    if load["first_limit"] == OTHERS:
        click.echo("THE MACHINE WAS NOT QUIET: figures are of other work on it as well")
    click.echo(f"report: {page}")
    return HELD if all(verdict.held for verdict in verdicts) else BROKEN


def _tell(what: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{what}", err=True, nl=False)
