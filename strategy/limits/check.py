"""All limits together: why not, when next, and how long an open door stays open."""

from dataclasses import replace
from datetime import datetime, timedelta

from strategy.domain.attempt import Proposal
from strategy.domain.local_time import start_of_day
from strategy.domain.reason import Reason
from strategy.limits import (
    channel_ban,
    consent,
    contact_point,
    contact_time_ban,
    cool_down,
    disclosure,
    frequency_cap,
    hold,
    jurisdiction,
    minimum_gap,
    open_permit,
    opt_out,
    quarantine,
    script_choice,
    time_zone,
    wish,
)
from strategy.limits.case import Case, Limit

ZONE_LIMITS: dict[str, Limit] = {"time_zone": time_zone.blocks}
"""No other limit can be evaluated without a clock."""

CLOCK_LIMITS: dict[str, Limit] = {
    "contact_time_ban": contact_time_ban.blocks,
    "consent": consent.blocks,
    "wish": wish.blocks,
}
"""Limits that may close again as time passes; they read the clock, but no past attempts."""

STANDING_LIMITS: dict[str, Limit] = {
    "jurisdiction": jurisdiction.blocks,
    "quarantine": quarantine.blocks,
    "contact_point": contact_point.blocks,
    "open_permit": open_permit.blocks,
    "opt_out": opt_out.blocks,
    "channel_ban": channel_ban.blocks,
    "hold": hold.blocks,
    "cool_down": cool_down.blocks,
    "minimum_gap": minimum_gap.blocks,
    "frequency_cap": frequency_cap.blocks,
    "script_choice": script_choice.blocks,
    "disclosure": disclosure.blocks,
}
"""Limits that, given no new events and no new rules, only ever open as time passes; `minimum_gap`
alone closes again before an attempt that stands in the future."""

Blocking = dict[str, list[Reason]]
"""What the limits that block say, by their names."""

FORESEEN = timedelta(days=60)
"""How far `next_permitted` looks ahead."""


def reasons(proposal: Proposal, case: Case) -> tuple[Reason, ...]:
    """Every reason against the proposal, not the first; none means that it is allowed."""
    return _all(_blocking(STANDING_LIMITS, proposal, case))


def zone_reasons(proposal: Proposal, case: Case) -> tuple[Reason, ...]:
    return _all(_asked(ZONE_LIMITS, proposal, case))


def clock_reasons(proposal: Proposal, case: Case) -> tuple[Reason, ...]:
    return _all(_asked(CLOCK_LIMITS, proposal, case))


def standing_reasons(proposal: Proposal, case: Case) -> tuple[Reason, ...]:
    return _all(_asked(STANDING_LIMITS, proposal, case))


def with_readings(told: tuple[Reason, ...], case: Case) -> tuple[Reason, ...]:
    """Reasons that were found without the values that made their rules fire, with these."""
    return tuple([_with_readings(reason, case) for reason in told])


def why_and_when(proposal: Proposal, case: Case) -> tuple[tuple[Reason, ...], datetime | None]:
    """`reasons` and `next_permitted` of a proposal for one instant, for less than both."""
    blocking = _blocking(STANDING_LIMITS, proposal, case)
    return _all(blocking), _opens(proposal, case, blocking)


def next_permitted(proposal: Proposal, case: Case) -> datetime | None:
    """First UTC instant from `proposal.at` on at which nothing blocks, given no new events.

    None: only an event can open it, or it stays closed for as long as can be foreseen.
    """
    return why_and_when(replace(proposal, ends=None), case)[1]


def _opens(proposal: Proposal, case: Case, blocking: Blocking) -> datetime | None:
    at = proposal.at
    while blocking:
        found = _all(blocking)
        untils = [r.until for r in found if r.until is not None]
        if len(untils) < len(found) or max(untils) <= at:
            return None
        at = max(untils)
        if at > proposal.at + FORESEEN:
            return None
        standing = _may_still_block(blocking, proposal, case)
        blocking = _blocking(standing, replace(proposal, at=at, ends=None), case)
    return at


def _may_still_block(blocking: Blocking, proposal: Proposal, case: Case) -> dict[str, Limit]:
    """Standing limits that can block later than the proposal: those that did before, since others
    only ever open, unless rules begin or end or an attempt stands in the future."""
    attempts = case.history.attempts
    if not case.verdict.directives.timeless or (attempts and attempts[-1].at > proposal.at):
        return STANDING_LIMITS
    return {name: limit for name, limit in STANDING_LIMITS.items() if name in blocking}


def _blocking(standing: dict[str, Limit], proposal: Proposal, case: Case) -> Blocking:
    nowhere = _asked(ZONE_LIMITS, proposal, case)
    if nowhere:  # no other limit can be evaluated without a clock
        return nowhere
    return _asked(CLOCK_LIMITS, proposal, case) | _asked(standing, proposal, case)


def _all(blocking: Blocking) -> tuple[Reason, ...]:
    return tuple([reason for told in blocking.values() for reason in told])


def _asked(limits: dict[str, Limit], proposal: Proposal, case: Case) -> Blocking:
    found: Blocking = {}
    for name, limit in limits.items():
        try:
            told = list(limit(proposal, case))
            if told:
                found[name] = [_with_readings(_while_in_force(r, case), case) for r in told]
        except Exception as error:  # a limit that cannot be checked is a limit that holds
            found[name] = [Reason("limit_failed", f"`{name}` could not be checked: {error}")]
    return found


def _while_in_force(reason: Reason, case: Case) -> Reason:
    """A reason ends with its rule."""
    if reason.rule is None or reason.rule.valid_to is None:
        return reason
    day_after = reason.rule.valid_to + timedelta(days=1)
    over = max(start_of_day(day_after, zone) for zone in case.party.zones)
    return replace(reason, until=over if reason.until is None else min(reason.until, over))


def _with_readings(reason: Reason, case: Case) -> Reason:
    if reason.rule is None:
        return reason
    read = case.verdict.readings.get(reason.rule.id, ())
    return replace(reason, values=reason.values + read) if read else reason


def open_until(proposal: Proposal, case: Case, at_most: datetime) -> datetime:
    """How long, up to `at_most`, a proposal that is allowed now stays allowed by the clock."""
    closes = (
        contact_time_ban.next_ban(proposal, case),
        consent.expires(proposal, case),
        wish.next_wish(proposal, case),
        *_new_rules(proposal, case),
    )
    return min((at_most, *(c for c in closes if c is not None)))


def _new_rules(proposal: Proposal, case: Case) -> list[datetime]:
    """When rules that are not in force yet will be."""
    days, zones = case.verdict.directives.begin, case.party.zones
    begins = [start_of_day(day, zone) for day in days for zone in zones]
    return [one for one in begins if one > proposal.at]
