"""What the limits leave to plan: for each account, channel and slot, and by which contact point.

The limits themselves decide, through the same functions that guard permits. Three facts make that
fast for a whole book: standing limits only ever open as time passes, so each is asked once per
account and channel (but gaps are kept before an attempt as well, so they are asked of each slot
where somebody was contacted inside the horizon); clock limits do not read the past, so equal
situations share one answer; and where nothing in the past bears on contact any more, standing
limits are shared so as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from strategy.domain.attempt import Proposal
from strategy.domain.channel import Channel
from strategy.domain.contact_point import SUITABLE, ContactKind, ContactPoint, Owner
from strategy.domain.directive import Directive
from strategy.domain.directives import Directives
from strategy.domain.history import History
from strategy.domain.party import Party
from strategy.domain.reason import Reason
from strategy.domain.script import Script
from strategy.domain.slot import Slot
from strategy.limits import check, minimum_gap, script_choice
from strategy.limits.case import Case
from strategy.limits.quiet import quiet

Standing = tuple[datetime | None, tuple[Reason, ...]]
"""When the standing limits open inside a horizon; None: they do not, and why."""

_PREFERENCE = {kind: rank for rank, kind in enumerate(ContactKind)}


@dataclass(frozen=True, slots=True)
class Openings:
    """One account, one channel: the contact point to use and the slots open for it.

    `reasons` say why where no slot is open.
    """

    point: ContactPoint | None
    slots: NDArray[np.bool_]
    reasons: tuple[Reason, ...]


class Eligibility:
    """Answers for one horizon; keeps what equal situations share."""

    def __init__(self, slots: Sequence[Slot]) -> None:
        self._slots = tuple(slots)
        self._clock: dict[object, NDArray[np.bool_]] = {}
        self._quiet: dict[object, Standing] = {}
        self._coming: dict[int, Directives] = {}
        self._directives: list[object] = []  # keeps ids in the cache's keys from being reused

    def openings(self, account_id: str, case: Case, channel: Channel) -> Openings:
        """The first contact point, mobiles before others, that has any open slot."""
        closed = Openings(None, np.zeros(len(self._slots), np.bool_), ())
        for point in points_for(case.party, channel):
            proposal = Proposal(account_id, point, channel, self._slots[0].start)
            found = self._open_slots(proposal, case)
            if found.slots.any():
                return found
            if closed.point is None:
                closed = found
        if closed.point is None:
            return replace(closed, reasons=(no_point(channel),))
        return closed

    def _open_slots(self, proposal: Proposal, case: Case) -> Openings:
        case = self._with_coming_rules(case)
        point, nothing = proposal.contact_point, np.zeros(len(self._slots), np.bool_)
        nowhere = check.zone_reasons(proposal, case)
        if nowhere:
            return Openings(point, nothing, nowhere)
        opens, standing = self._standing_of(proposal, case)
        if opens is None:
            return Openings(point, nothing, standing)
        slots = self._by_the_clock(proposal, case)
        if opens > proposal.at:
            slots = slots & np.array([slot.start >= opens for slot in self._slots])
        first = self._slots[int(slots.argmax())] if slots.any() else self._slots[0]
        attempts = case.history.attempts
        if attempts and attempts[-1].at > proposal.at:
            slots = slots & self._apart(proposal, case)
        if slots.any():
            return Openings(point, slots, ())
        return Openings(point, nothing, check.reasons(_whole(proposal, first), case))

    def _apart(self, proposal: Proposal, case: Case) -> NDArray[np.bool_]:
        """Slots that no gap keeps from an attempt before or after them."""
        wholes = (_whole(proposal, slot) for slot in self._slots)
        return np.array([not any(minimum_gap.blocks(one, case)) for one in wholes], np.bool_)

    def _standing_of(self, proposal: Proposal, case: Case) -> Standing:
        """As `_standing`, shared by all whose past is quiet and who are alike otherwise.

        What is wrong with a contact point is said with its id, so that is not shared.
        """
        point, party, history = proposal.contact_point, case.party, case.history
        if not point.valid or point.owner is Owner.UNKNOWN or not quiet(proposal, case):
            return self._standing(proposal, case)
        directives = case.verdict.directives
        key = (
            id(directives),
            case.verdict.refused,
            party.zones,
            party.history_from,
            history.others_from,
            proposal.channel,
            point.owner,
            point.kind,
        )
        found = self._quiet.get(key)
        if found is None:
            nothing = History(others_from=history.others_from)
            unread = replace(case.verdict, readings={})
            found = self._standing(proposal, replace(case, history=nothing, verdict=unread))
            self._quiet[key] = found
            self._directives.append(directives)
        opens, reasons = found
        return (opens, check.with_readings(reasons, case)) if reasons else found

    def _standing(self, proposal: Proposal, case: Case) -> Standing:
        """When the standing limits open inside the horizon, or why they do not."""
        end, at = self._slots[-1].end, proposal.at
        reasons = first = check.standing_reasons(proposal, case)
        while reasons:
            untils = [r.until for r in reasons if r.until is not None]
            if len(untils) < len(reasons) or not at < max(untils) < end:
                return None, first
            at = max(untils)
            reasons = check.standing_reasons(replace(proposal, at=at), case)
        return at, ()

    def _by_the_clock(self, proposal: Proposal, case: Case) -> NDArray[np.bool_]:
        key = (
            id(case.verdict.directives),
            case.party.zones,
            proposal.channel,
            proposal.contact_point.owner,
            proposal.contact_point.kind,
            case.party.wishes,
            self._consents(proposal.channel, case),
        )
        mask = self._clock.get(key)
        if mask is None:
            open_slots = [
                not check.clock_reasons(_whole(proposal, slot), case) for slot in self._slots
            ]
            mask = self._clock[key] = np.array(open_slots, np.bool_)
            mask.setflags(write=False)
            self._directives.append(case.verdict.directives)
        return mask

    def _with_coming_rules(self, case: Case) -> Case:
        """Rules that begin inside the horizon hold from its start, so that limits only open."""
        directives = case.verdict.directives
        key = id(directives)
        if key not in self._coming:
            last = self._slots[-1].end
            self._directives.append(directives)
            coming = Directives(_begun(d, last) for d in directives)
            same = all(new is old for new, old in zip(coming, directives, strict=True))
            self._coming[key] = directives if same else coming
        coming = self._coming[key]
        if coming is directives:
            return case
        return replace(case, verdict=replace(case.verdict, directives=coming))

    def _consents(self, channel: Channel, case: Case) -> tuple[object, ...]:
        """The consents as far as this horizon can tell them apart."""
        start, end = self._slots[0].start, self._slots[-1].end
        return tuple(
            (
                c.any_hour,
                c.granted_at if c.granted_at > start else None,
                c.until and min(c.until, end),
            )
            for c in case.party.consents
            if c.channel is channel and c.granted_at < end and (c.until is None or c.until > start)
        )


def points_for(party: Party, channel: Channel) -> list[ContactPoint]:
    """The contact points that the channel can use, in the order in which they are tried."""
    fit = [point for point in party.contact_points if point.kind in SUITABLE[channel]]
    return sorted(fit, key=lambda point: (_PREFERENCE[point.kind], point.id))


def no_point(channel: Channel) -> Reason:
    return Reason("contact_point", f"the person has no contact point for `{channel}`")


def script_reasons(
    script_id: str, scripts: Mapping[str, Script], channel: Channel, language: str
) -> tuple[Reason, ...]:
    """Why the script itself is unfit: unknown, for another channel, in another language."""
    script = scripts.get(script_id)
    if script is None:
        return (Reason("script_choice", f"the rulebook has no script `{script_id}`"),)
    if script.channel is not channel:
        what = f"script `{script_id}` is for `{script.channel}`, not `{channel}`"
        return (Reason("script_choice", what),)
    if language not in script.languages:
        return (Reason("script_choice", f"script `{script_id}` is not in language `{language}`"),)
    return ()


def open_scripts(
    scripts: Mapping[str, Script], channel: Channel, slots: Sequence[Slot], case: Case
) -> tuple[str, ...]:
    """Scripts that may be used for this case by this channel in all of these slots."""
    return tuple(
        s
        for s in scripts
        if not script_reasons(s, scripts, channel, case.party.language)
        and script_choice.allowed(s, channel, slots, case)
    )


def _begun(directive: Directive, last: datetime) -> Directive:
    """The directive, in force from the start if it comes into force before `last` anywhere."""
    begins = directive.rule.valid_from
    if begins is None or begins > (last + timedelta(hours=14)).date():  # zones reach 14 hours ahead
        return directive
    return replace(directive, rule=replace(directive.rule, valid_from=None))


def _whole(proposal: Proposal, slot: Slot) -> Proposal:
    return replace(proposal, at=slot.start, ends=slot.end)
