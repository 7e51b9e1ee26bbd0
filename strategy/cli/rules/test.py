"""`strategy rules test`: run the tests that stand beside the rules."""

import json
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

import click

from strategy.cli.rules.cases import cases
from strategy.cli.rules.folders import folders
from strategy.publish import publish
from strategy.rule_files import read_rule_files
from strategy.rule_tests.run import Result, Status, run_test, untested
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
def command(dirs: tuple[Path, ...], beside: tuple[Path, ...], form: str) -> None:
    """Run tests/*.yaml beside the rules in DIRS.

    Exits with 2 when a test fails, and with 1 when there are none: a suite that tests nothing
    proves nothing.
    """
    rulebook = publish(read_rule_files([*dirs, *beside]))
    tests = cases(dirs, rulebook)
    if not tests:
        raise click.ClickException("there are no tests: write tests/*.yaml beside the rules")
    results = [run_test(test, rulebook) for test in tests]
    own = {file.name for file in read_rule_files(dirs)}
    rules = [rule for rule in rulebook.rules if rule.ref.source.rsplit(":", 1)[0] in own]
    bare = untested(rules, results)
    click.echo(
        {"text": _text, "json": _json, "junit": _junit, "github": _github}[form](results, bare)
    )
    if any(result.status in (Status.FAIL, Status.ERROR) for result in results):
        raise SystemExit(2)


def _text(results: Sequence[Result], bare: Sequence[Rule]) -> str:
    lines = []
    for result in results:
        if result.status is Status.PASS:
            continue
        lines.append(f"{result.status.upper()} {result.test.source} {result.test.name}")
        lines += [f"    {what}" for what in result.wrong]
        lines += [f"      {what}" for what in result.read]
    lines += [f"untested: {rule.ref.source} {rule.ref.id} {rule.ref.title}" for rule in bare]
    counts = [f"{sum(r.status is s for r in results)} {_WORD[s]}" for s in Status]
    return "\n".join([*lines, ", ".join([*counts, f"{len(bare)} rules untested"])])


_WORD = {
    Status.PASS: "passed",
    Status.FAIL: "failed",
    Status.ERROR: "in error",
    Status.SKIPPED: "skipped",
}


def _json(results: Sequence[Result], bare: Sequence[Rule]) -> str:
    cases = [
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
    return json.dumps({"cases": cases, "untested": rules}, ensure_ascii=False, indent=1)


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


def _github(results: Sequence[Result], bare: Sequence[Rule]) -> str:
    lines = []
    for result in results:
        if result.status in (Status.FAIL, Status.ERROR):
            file, line = result.test.source.rsplit(":", 1)
            what = "; ".join(result.wrong).replace("%", "%25").replace("\n", "%0A")
            lines.append(f"::error file={file},line={line},title={result.test.name}::{what}")
    for rule in bare:
        file, line = rule.ref.source.rsplit(":", 1)
        lines.append(f"::warning file={file},line={line}::{rule.ref.id} is tested by nothing")
    return "\n".join(lines)
