"""`strategy explain`: why this account gets this treatment."""

from pathlib import Path

import click

from strategy.cli.explain_capacity import capacity_lines
from strategy.cli.words import clock, money, said
from strategy.domain.contact_plan import CERTAIN, Assignment
from strategy.plan_explanation import ChannelStory, Explanation, explain_account
from strategy.plan_folder import load
from strategy.priced_options import Option


@click.command("explain")
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("account", required=False)
@click.option(
    "--capacity",
    metavar="NAME",
    help="Instead of an account: what a capacity is worth and who waits for it, such as "
    "`agent_call@18:00`, a robot type and slot, `sms` for a bounded day, `money`, `complaints`; "
    "`all` lists them by what they cost.",
)
def command(folder: Path, account: str | None, capacity: str | None) -> None:
    """Say why ACCOUNT gets its channel, slot and script in the plan in FOLDER, or none."""
    if (account is None) == (capacity is None):
        raise click.UsageError("name an account, or a capacity with --capacity")
    saved = load(folder)
    if capacity is not None:
        for line in capacity_lines(saved, capacity):
            click.echo(line)
        return
    assert account is not None
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
        *_planned(found, zone, currency),
    ]
    lines += [f"  also planned for this person: {_treatment(s, zone)}" for s in found.siblings]
    if found.best:
        lines.append("best options at the plan's prices:")
    for option in found.best:
        lines += _ranked(option, found, zone, currency)
    lines.append("channels, best option first:")
    ranked = sorted(found.channels, key=lambda s: -(s.best.surplus_cents if s.best else -1e18))
    for story in ranked:
        lines += _channel(story, found, zone, currency)
    lines.append("rules that fired because of this account's facts:")
    lines += [f"  {rule} {source} ({read})" for rule, source, read in found.fired if read]
    always = sum(not read for _, _, read in found.fired)
    lines.append(f"  and {always} that hold for everybody")
    return lines


def _planned(found: Explanation, zone: str, currency: str) -> list[str]:
    if not found.planned:
        if any(story.best for story in found.channels):
            return ["planned: nothing; what is open is worth less than the capacity it would take"]
        return ["planned: nothing; no channel has an open slot"]
    return [
        f"planned: {_treatment(planned, zone)} worth {money(option.value_cents, currency)}, "
        f"capacity price {money(option.price_cents, currency)}{_asked_for(option, currency)}"
        for planned, option in found.planned
    ]


def _asked_for(option: Option, currency: str) -> str:
    return "".join(
        f", asked for by floor `{name}`, which adds {money(cents, currency)}"
        for name, cents in option.bonus.items()
    )


def _treatment(planned: Assignment, zone: str) -> str:
    when = clock(planned.slot.start, zone)
    said = f"{planned.channel} {when} script {planned.script} to {planned.contact_point_id}"
    if planned.touch == 1:
        return said
    chance = planned.chance_micro / CERTAIN
    return f"{said}, touch {planned.touch}, only if those before it fail (chance {chance:.0%}),"


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
        f"{money(best.price_cents, currency)}{_asked_for(best, currency)}, left "
        f"{money(best.surplus_cents, currency)}{why}"
    ]


def _ranked(option: Option, found: Explanation, zone: str, currency: str) -> list[str]:
    paid = ", ".join(
        f"{what} {money(cents, currency)}"
        for what, cents in sorted(option.paid.items(), key=lambda item: -item[1])
        if cents >= 0.005
    )
    paid = (paid or "nothing") + _asked_for(option, currency)
    left = money(option.surplus_cents, currency)
    return [
        f"  {option.channel} {clock(option.slot.start, zone)} script {option.script}: worth "
        f"{money(option.value_cents, currency)}, pays {paid}, left {left}",
        f"    {_what_would_change_it(option, found, currency)}",
    ]


def _what_would_change_it(option: Option, found: Explanation, currency: str) -> str:
    this = (option.channel, option.slot, option.script)
    if any((a.channel, a.slot, a.script) == this for a, _ in found.planned):
        return "planned"
    wanted = max([0.0, *(chosen.surplus_cents for _, chosen in found.planned[:1])])
    short = wanted - option.surplus_cents
    if short <= 1:
        return "as good as what is planned, to a cent or so: somebody else needed its place more"
    more = money(short, currency)
    dearest = max(option.paid, key=lambda what: option.paid[what])
    if option.paid[dearest] >= short:
        return (
            f"planned if it were worth {more} more, or its {dearest} {more} cheaper: more "
            "capacity, or fewer who want it"
        )
    return f"planned only if it were worth {more} more"


def _why_not(best: Option, story: ChannelStory, found: Explanation) -> str:
    chosen = [a for a, _ in found.planned if a.channel is story.channel]
    if chosen:
        planned = any((a.slot, a.script) == (best.slot, best.script) for a in chosen)
        return " <- planned" if planned else ""
    if best.value_cents <= 0 and not best.bonus:
        return ": costs more than it is worth"
    if best.surplus_cents <= 0:
        return ": outbid by others for that capacity"
    if any(best.surplus_cents <= option.surplus_cents + 1 for _, option in found.planned):
        return ": worth less than what is planned"
    return ": left out where the last places were shared out" if not found.planned else ""
