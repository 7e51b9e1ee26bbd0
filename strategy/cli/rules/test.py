"""`strategy rules test`: run the tests that stand beside the rules."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import click

from strategy.cli.rules import survivors
from strategy.cli.rules.cases import cases
from strategy.cli.rules.folders import folders
from strategy.publish import publish
from strategy.rule_files import read_rule_files
from strategy.rule_tests.run import Result, Status, run_test, untested
from strategy.rule_tests.survivors import MutantReport, try_mutants
from strategy.rules.rule import Rule


@click.command("test")
@folders
@click.option(
    "--with",
    "beside",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Rules that hold as well, whose own tests are not run.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "junit", "github"]),
    default="text",
    show_default=True,
    help="junit for build servers, github for annotations in a pull request.",
)
@click.option("--mutants", is_flag=True, help="Change the rules a little: do tests notice?")
@click.option(
    "--least-caught",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Exit with 2 when tests catch a smaller part of the mutants. Implies --mutants.",
)
def command(
    dirs: tuple[Path, ...],
    beside: tuple[Path, ...],
    form: str,
    mutants: bool,
    least_caught: float | None,
) -> None:
    """Run tests/*.yaml beside the rules in DIRS.

    Every case says its own instant, so there is no --as-of: a test means the same every day.
    Exits with 2 when a test fails, and with 1 when there are none: a suite that tests nothing
    proves nothing. Mutants are tried when all tests pass.
    """
    mutants = mutants or least_caught is not None
    if mutants and form == "junit":
        raise click.ClickException("junit has no place for mutants: use text, json or github")
    rulebook = publish(read_rule_files([*dirs, *beside]))
    tests = cases(dirs, rulebook)
    if not tests:
        raise click.ClickException("there are no tests: write tests/*.yaml beside the rules")
    results = [run_test(test, rulebook) for test in tests]
    own = {file.name for file in read_rule_files(dirs)}
    rules = [rule for rule in rulebook.rules if rule.ref.source.rsplit(":", 1)[0] in own]
    bare = untested(rules, results)
    failed = any(result.status in (Status.FAIL, Status.ERROR) for result in results)
    report = try_mutants(rules, tests, rulebook) if mutants and not failed else None
    if form == "json":
        click.echo(_json(results, bare, report))
    elif form == "junit":
        click.echo(_junit(results, bare))
    else:
        click.echo("\n".join((_text if form == "text" else _github)(results, bare, report)))
    if failed or (report is not None and report.share * 100 < (least_caught or 0)):
        raise SystemExit(2)


def _text(
    results: Sequence[Result], bare: Sequence[Rule], report: MutantReport | None
) -> list[str]:
    lines = []
    for result in results:
        if result.status is Status.PASS:
            continue
        lines.append(f"{result.status.upper()} {result.test.source} {result.test.name}")
        lines += [f"    {what}" for what in result.wrong]
        lines += [f"      {what}" for what in result.read]
    lines += [f"untested: {rule.ref.source} {rule.ref.id} {rule.ref.title}" for rule in bare]
    counts = [f"{sum(r.status is s for r in results)} {_WORD[s]}" for s in Status]
    lines.append(", ".join([*counts, f"{len(bare)} rules untested"]))
    return lines if report is None else [*lines, *survivors.lines(report)]


_WORD = {
    Status.PASS: "passed",
    Status.FAIL: "failed",
    Status.ERROR: "in error",
    Status.SKIPPED: "skipped",
}


def _json(results: Sequence[Result], bare: Sequence[Rule], report: MutantReport | None) -> str:
    told = [
        {
            "name": result.test.name,
            "source": result.test.source,
            "status": result.status.value,
            "wrong": result.wrong,
            "read": result.read,
        }
        for result in results
    ]
    rules = [{"rule": rule.ref.id, "source": rule.ref.source} for rule in bare]
    found: dict[str, Any] = {"cases": told, "untested": rules}
    if report is not None:
        found["mutants"] = survivors.as_json(report)
    return json.dumps(found, ensure_ascii=False, indent=1)


def _junit(results: Sequence[Result], bare: Sequence[Rule]) -> str:
    tag = {Status.FAIL: "failure", Status.ERROR: "error", Status.SKIPPED: "skipped"}
    lines = [f'<testsuite name="rules" tests="{len(results)}">']
    for result in results:
        file = result.test.source.rsplit(":", 1)[0]
        name = f"<testcase classname={quoteattr(file)} name={quoteattr(result.test.name)}"
        if result.status is Status.PASS:
            lines.append(f"{name}/>")
        else:
            message = quoteattr("; ".join(result.wrong))
            lines.append(f"{name}><{tag[result.status]} message={message}/></testcase>")
    return "\n".join([*lines, "</testsuite>"])


def _github(
    results: Sequence[Result], bare: Sequence[Rule], report: MutantReport | None
) -> list[str]:
    lines = []
    for result in results:
        if result.status in (Status.FAIL, Status.ERROR):
            file, line = result.test.source.rsplit(":", 1)
            what = "; ".join(result.wrong).replace("%", "%25").replace("\n", "%0A")
            lines.append(f"::error file={file},line={line},title={result.test.name}::{what}")
    for rule in bare:
        file, line = rule.ref.source.rsplit(":", 1)
        lines.append(f"::warning file={file},line={line}::{rule.ref.id} is tested by nothing")
    return lines if report is None else [*lines, *survivors.annotations(report)]
