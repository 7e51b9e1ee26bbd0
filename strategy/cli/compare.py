"""`strategy compare`: what differs between two plans."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from strategy.cli.plan import currency_of
from strategy.cli.words import money
from strategy.domain.contact_plan import expected_sum
from strategy.plan import judge
from strategy.plan_difference import PlanDifference, difference
from strategy.plan_folder import SavedPlan, load
from strategy.segments import segments_of

_LISTED = 20


@click.command("compare")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def command(old: Path, new: Path, form: str) -> None:
    """Say what differs between the plans in the folders OLD and NEW, by segment and by account."""
    first, second = load(old), load(new)
    inputs = second.inputs
    cases = judge(inputs.book, inputs.rulebook, inputs.capacity)
    places = segments_of(inputs.book, inputs.capacity, cases)
    gone = {a.account_id: "no longer in the portfolio" for a in first.assignments}
    found = difference({**gone, **places}, first.assignments, second.assignments)
    if form == "json":
        click.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2))
        return
    currency = currency_of(inputs)
    for line in _lines(first, second, found, currency):
        click.echo(line)


def _lines(first: SavedPlan, second: SavedPlan, found: PlanDifference, currency: str) -> list[str]:
    values = [saved.document["value_cents"] for saved in (first, second)]
    complaints = [
        expected_sum(saved.assignments, lambda a: a.complaint_micro) / 1e6
        for saved in (first, second)
    ]
    lines = [
        f"value {money(values[0], currency)} -> {money(values[1], currency)} (simulated)",
        f"complaints {complaints[0]:.3f} -> {complaints[1]:.3f} expected (simulated)",
        f"{found.churn} accounts are not contacted as before",
        f"{'segment':32} {'accounts':>9} {'gain':>7} {'lose':>7} {'other':>7}",
    ]
    lines += [
        f"{s.segment:32} {s.accounts:9} {s.gain:7} {s.lose:7} {s.other:7}" for s in found.segments
    ]
    lines += [
        f"  {c.account_id}: {c.before or 'no contact'} -> {c.after or 'no contact'}"
        for c in found.accounts[:_LISTED]
    ]
    if found.churn > _LISTED:
        lines.append(f"  and {found.churn - _LISTED} more: --format json lists them all")
    return lines
