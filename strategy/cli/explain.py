"""`strategy explain`: why this account gets this treatment."""

from pathlib import Path

import click

from strategy.cli.words import clock, money, said
from strategy.domain.contact_plan import Assignment
from strategy.plan_explanation import ChannelStory, Explanation, Option, explain_account
from strategy.plan_folder import load


@click.command("explain")
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("account")
def command(folder: Path, account: str) -> None:
    """Say why ACCOUNT gets its channel, slot and script in the plan in FOLDER, or none."""
    saved = load(folder)
    found = explain_account(saved, account)
    zone = saved.inputs.capacity.zone
    day = saved.inputs.at.astimezone(saved.inputs.capacity.slots[0].start.tzinfo)
    for line in _lines(found, zone, saved.inputs.book.accounts[account].days_past_due(day.date())):
        click.echo(line)


def _lines(found: Explanation, zone: str, days_past_due: int) -> list[str]:
    account = found.account
    currency = account.currency
    lines = [
        f"account {account.id}: {account.product}, {money(account.overdue_cents, currency)} "
        f"overdue, {days_past_due} days past due, party {account.party_id}",
        _planned(found, zone, currency),
    ]
    lines += [f"  also planned for this person: {_treatment(s, zone)}" for s in found.siblings]
    lines.append("channels, best option first:")
    ranked = sorted(found.channels, key=lambda s: -(s.best.surplus_cents if s.best else -1e18))
    for story in ranked:
        lines += _channel(story, found, zone, currency)
    lines.append("rules that fired because of this account's facts:")
    lines += [f"  {rule} {source} ({read})" for rule, source, read in found.fired if read]
    always = sum(not read for _, _, read in found.fired)
    lines.append(f"  and {always} that hold for everybody")
    return lines


def _planned(found: Explanation, zone: str, currency: str) -> str:
    if found.planned is None or found.planned_option is None:
        if any(story.best for story in found.channels):
            return "planned: nothing; what is open is worth less than the capacity it would take"
        return "planned: nothing; no channel has an open slot"
    option = found.planned_option
    return (
        f"planned: {_treatment(found.planned, zone)} worth {money(option.value_cents, currency)}, "
        f"capacity price {money(option.price_cents, currency)}"
    )


def _treatment(planned: Assignment, zone: str) -> str:
    when = clock(planned.slot.start, zone)
    return f"{planned.channel} {when} script {planned.script} to {planned.contact_point_id}"


def _channel(story: ChannelStory, found: Explanation, zone: str, currency: str) -> list[str]:
    if story.best is None:
        lines = [f"  {story.channel}: closed"]
        lines += [f"    {said(reason, zone)}" for reason in story.reasons]
        if not story.reasons:
            lines.append("    no script is left for this account")
        if story.next_at is not None:
            lines.append(f"    next permitted: {clock(story.next_at, zone)}")
        return lines
    best, why = story.best, _why_not(story.best, story, found)
    return [
        f"  {story.channel}: {clock(best.slot.start, zone)} script {best.script}, worth "
        f"{money(best.value_cents, currency)}, capacity price "
        f"{money(best.price_cents, currency)}, left {money(best.surplus_cents, currency)}{why}"
    ]


def _why_not(best: Option, story: ChannelStory, found: Explanation) -> str:
    chosen = found.planned
    if chosen is not None and chosen.channel is story.channel:
        return " <- planned" if (chosen.slot, chosen.script) == (best.slot, best.script) else ""
    if best.value_cents <= 0:
        return ": costs more than it is worth"
    if best.surplus_cents <= 0:
        return ": outbid by others for that capacity"
    if found.planned_option and best.surplus_cents <= found.planned_option.surplus_cents + 1:
        return ": worth less than what is planned"
    return ": left out where the last places were shared out" if chosen is None else ""
