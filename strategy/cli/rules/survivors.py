"""Mutants that no test catches, as `strategy rules test` says them."""

from typing import Any

from strategy.rule_tests.survivors import MutantReport


def lines(report: MutantReport) -> list[str]:
    said = [f"survived: {m.rule.ref.source} {m.rule.ref.id} {m.what}" for m in report.survived]
    counts = f"{report.made} mutants, {report.caught} caught, {len(report.survived)} survived"
    return [*said, f"{counts}: {report.share:.0%} caught"]


def annotations(report: MutantReport) -> list[str]:
    """Warnings in a pull request, at the rule."""
    said = []
    for mutant in report.survived:
        file, line = mutant.rule.ref.source.rsplit(":", 1)
        what = f"{mutant.rule.ref.id}: no test notices {mutant.what}".replace("%", "%25")
        said.append(f"::warning file={file},line={line}::{what}")
    return said


def as_json(report: MutantReport) -> dict[str, Any]:
    return {
        "made": report.made,
        "caught": report.caught,
        "survived": [
            {"rule": m.rule.ref.id, "source": m.rule.ref.source, "what": m.what}
            for m in report.survived
        ],
    }
