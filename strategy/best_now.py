"""The best treatment of an account now, at the prices of the plan in force.

A plan leaves an account alone, or its time has passed, or what was planned is no longer allowed:
then the account may still have something worth more than the capacity it uses. The same values and
prices as the plan's decide, over the present slot and those to come, so an account that the plan
treats best in a later slot waits for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np

from strategy.case_file import CaseFile
from strategy.domain.attempt import Proposal
from strategy.domain.channel import Channel
from strategy.domain.contact_point import ContactPoint
from strategy.domain.plan_terms import PlanTerms
from strategy.domain.reason import Reason
from strategy.domain.room import Room
from strategy.domain.script import Script
from strategy.eligibility import Eligibility, no_point, open_scripts, points_for
from strategy.limits import check
from strategy.priced_options import Option, PricedOptions
from strategy.rules.rulebook import Rulebook

LEAST_CENTS = 0.001
"""Less is the rounding of prices, not a gain."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A treatment worth giving now, by which contact point."""

    option: Option
    point: ContactPoint
    script: Script


class BestNow:
    """What may be done now for one account, at a UTC instant within or before the plan's day.

    `place` is the present slot; -1 before the day. `room` is what is left of it. The answers are
    worked out when they are asked for.
    """

    def __init__(
        self,
        file: CaseFile,
        rulebook: Rulebook,
        terms: PlanTerms,
        room: Room | None,
        channels: frozenset[Channel],
        now: datetime,
        zone: str,
    ) -> None:
        self._file, self._rulebook, self._terms, self._room = file, rulebook, terms, room
        self._slots = terms.capacity.slots
        self._now, self._zone = now, zone
        self._channels = [c for c in terms.capacity.attempts if not channels or c in channels]
        place = terms.place_at(now)
        self.place = -1 if place is None else place

    def candidates(self) -> Iterator[Candidate]:
        """What is worth more than it costs and has room, the best first."""
        for option in self._worth_it:
            point = self._open[option.channel].point
            if point is not None and self._fits(option):
                yield Candidate(option, point, self._rulebook.scripts[option.script])

    def later(self, more_than: float) -> Option | None:
        """The option of a later slot that leaves most, if that is more than so many cents."""
        coming = self._slots[self.place + 1 :]
        if not coming:
            return None
        eligibility, best = Eligibility(coming), None
        for channel in self._channels:
            left = self._priced.surplus(channel)[self.place + 1 :]
            if left.max() <= more_than:  # the limits need not be asked
                continue
            slots = eligibility.openings(self._file.account.id, self._file.case, channel).slots
            left = np.where(slots, left, -np.inf)
            first = int(left.argmax())
            if left[first] > more_than:
                more_than = float(left[first])
                best = self._priced.best(channel, self.place + 1 + first)
        return best

    def why_not(self) -> Iterator[Reason]:
        """Why nothing is worth doing now, channel by channel."""
        for channel in self._channels:
            yield from self._open[channel].reasons
        worth = self._worth_it
        if worth and not any(self._fits(option) for option in worth):
            assert self._room is not None, "options of the present slot have its room"
            full = {row.of for o in worth for row in self._room.lacking(o.use, planned=False)}
            ends = self._slots[self.place].end
            left = ", ".join(f"`{one}`" for one in sorted(full))
            yield Reason("no_room", f"no capacity is left for it now: {left}", until=ends)
        elif not worth and any(self._open[channel].point for channel in self._channels):
            yield Reason(
                "not_worth", "nothing that is allowed now is worth more than the capacity it uses"
            )

    @property
    def next_at(self) -> datetime | None:
        """First instant at which one of the channels opens, or the next slot has room again."""
        found = [n for channel in self._channels if (n := self._open[channel].next_at) is not None]
        if self._worth_it and self.place + 1 < len(self._slots):
            found.append(self._slots[self.place].end)
        return min(found, default=None)

    def _fits(self, option: Option) -> bool:
        return self._room is not None and not self._room.lacking(option.use, planned=False)

    @cached_property
    def _worth_it(self) -> list[Option]:
        """Options of the present slot that leave something, the best first."""
        if self.place < 0:
            return []
        found = [
            self._priced.option(channel, self.place, script)
            for channel in self._channels
            if self._open[channel].point is not None
            for script in self._priced.ranked(channel, self.place, LEAST_CENTS)
        ]
        return sorted(found, key=lambda option: -option.surplus_cents)

    @cached_property
    def _open(self) -> "dict[Channel, _Opening]":
        return {channel: self._opening(channel) for channel in self._terms.capacity.attempts}

    def _opening(self, channel: Channel) -> "_Opening":
        """The first contact point that may be used now, or why none may."""
        first: _Opening | None = None
        for point in points_for(self._file.party, channel):
            proposal = Proposal(self._file.account.id, point, channel, self._now)
            reasons, again = check.why_and_when(proposal, self._file.case)
            if not reasons:
                return _Opening(point)
            first = first or _Opening(None, reasons, again)
        return first or _Opening(None, (no_point(channel),))

    @cached_property
    def _priced(self) -> PricedOptions:
        place, scripts = max(self.place, 0), self._rulebook.scripts
        case = self._file.case
        points: dict[Channel, ContactPoint | None] = {}
        usable: dict[Channel, tuple[str, ...]] = {}
        for channel in self._terms.capacity.attempts:
            first = next(iter(points_for(self._file.party, channel)), None)
            points[channel] = self._open[channel].point or first
            usable[channel] = open_scripts(scripts, channel, self._slots[place : place + 1], case)
        return PricedOptions(
            self._file.account,
            case,
            self._terms.capacity,
            self._terms.prices,
            scripts,
            self._zone,
            points,
            usable,
        )


@dataclass(frozen=True, slots=True)
class _Opening:
    """The contact point of a channel that may be used now; None, why not and when next."""

    point: ContactPoint | None
    reasons: tuple[Reason, ...] = ()
    next_at: datetime | None = None
