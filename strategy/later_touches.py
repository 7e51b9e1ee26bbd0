"""What caps, gaps and rests leave to a person after a touch that the plan makes.

The first touch of a person is asked of the limits themselves. A later one is made where those
before it failed, so what a failed touch would close is worked out here: for each channel of the
first touch how much later the second may come on each channel, and for both how much later the
third. People with equal answers are of one kind. Where an answer would depend on which account or
number is contacted it is the strictest: caps are kept as if all accounts and numbers of a person
were one.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from strategy.domain.account import Account
from strategy.domain.attempt import Proposal, Purpose
from strategy.domain.channel import Channel
from strategy.domain.directive import Cap, CoolDown, MinimumGap
from strategy.domain.directives import Directives
from strategy.domain.slot import SLOT, Slot
from strategy.eligibility import Openings
from strategy.limits import frequency_cap
from strategy.limits.case import Case
from strategy.limits.failed_touch import begins, counts
from strategy.optimizer.priced.problem import NEVER, Following, Int8s

Gaps = NDArray[np.int16]

Asked = tuple[Account, Case, Sequence[Openings]]
"""An account, what the rules say, and by channel which contact point would be used."""

CapLeft = tuple[frozenset[int], frozenset[int], int]
"""The channels that a cap refuses, those whose failed touches count for it, and how many touches
the history leaves."""


class LaterTouches:
    """Filled person by person. `most` is the number of touches that a person may get."""

    def __init__(self, channels: Sequence[Channel], slots: Sequence[Slot], most: int) -> None:
        self._channels, self._start, self._most = tuple(channels), slots[0].start, most
        self._number: dict[bytes, int] = {}
        self._tables: list[tuple[Gaps, Gaps]] = []
        self._known: dict[object, int] = {}
        self._directives: list[object] = []  # keeps ids in the keys from being reused
        self._kind: list[int] = []

    def add(self, person: Sequence[Asked]) -> None:
        """One person with all its accounts."""
        caps = tuple(self._caps_left(person))
        cases = {id(case.verdict.directives): case for _, case, _ in person}
        key = (*cases, caps)
        if key not in self._known:
            self._directives += [case.verdict.directives for case in cases.values()]
            second = self._second(cases.values(), caps)
            third = self._third(second, caps)
            number = self._number.setdefault(second.tobytes() + third.tobytes(), len(self._tables))
            if number == len(self._tables):
                self._tables.append((second, third))
            self._known[key] = number
        self._kind.append(self._known[key])

    def following(self) -> Following:
        """Of the people added, in their order."""
        second = np.array([second for second, _ in self._tables], np.int16)
        third = np.array([third for _, third in self._tables], np.int16)
        return Following(np.array(self._kind, np.int32), second, third)

    def touches_left(self) -> Int8s:
        """(P,): how many touches of each person may ever follow one another."""
        may = [
            1 + int((second < NEVER).any()) + int((third < NEVER).any())
            for second, third in self._tables
        ]
        return np.minimum(np.array(may, np.int8)[self._kind], self._most).astype(np.int8)

    def _caps_left(self, person: Sequence[Asked]) -> Iterator[CapLeft]:
        """The caps that could bind later touches."""
        refused: dict[Cap, set[int]] = {}
        left: dict[Cap, int] = {}
        for account, case, row in person:
            points = [(c, o.point) for c, o in zip(self._channels, row, strict=True) if o.point]
            for cap in _caps(case.verdict.directives):
                fit = [
                    (c, point)
                    for c, point in points
                    if c in cap.channels and (not cap.kinds or point.kind in cap.kinds)
                ]
                used = 0
                if fit and (case.history.attempts or case.history.others):
                    asked = [Proposal(account.id, point, c, self._start) for c, point in fit]
                    used = max(frequency_cap.used(cap, one, case) for one in asked)
                refused.setdefault(cap, set()).update(self._channels.index(c) for c, _ in fit)
                left[cap] = min(left.get(cap, cap.maximum), cap.maximum - used)
        for cap, channels in refused.items():
            counted = frozenset(c for c in channels if counts(cap, self._channels[c]))
            if counted and left[cap] < self._most:
                # The first touch was asked of the limit itself.
                yield frozenset(channels), counted, max(1, left[cap])

    def _second(self, cases: Iterable[Case], caps: Sequence[CapLeft]) -> Gaps:
        channels = self._channels
        gaps = np.ones((len(channels), len(channels)), np.int16)
        for directive in (one for case in cases for one in case.verdict.directives):
            if isinstance(directive, MinimumGap) and Purpose.COLLECTION not in directive.exempt:
                both = [c in directive.channels for c in channels]
                gaps[np.ix_(both, both)] = np.maximum(gaps[np.ix_(both, both)], _slots(directive))
            if isinstance(directive, CoolDown) and Purpose.COLLECTION not in directive.exempt:
                first = [begins(directive, c) for c in channels]
                gaps[np.ix_(first, [c in directive.channels for c in channels])] = NEVER
        for refused, counted, left in caps:
            if left < 2:
                gaps[np.ix_(sorted(counted), sorted(refused))] = NEVER
        return gaps

    def _third(self, second: Gaps, caps: Sequence[CapLeft]) -> Gaps:
        """So late after the second touch that it is late enough after the first as well."""
        one, two = second[:, :, None], second[None]
        over = second[:, None, :]
        gaps = np.maximum(two, over - one)
        gaps[(one >= NEVER) | (two >= NEVER) | (over >= NEVER)] = NEVER
        for refused, counted, left in caps:
            counting = np.isin(np.arange(len(second)), sorted(counted)).astype(np.int8)
            full = counting[:, None] + counting[None] + 1 > left
            for channel in refused:
                gaps[full, channel] = NEVER
        late: Gaps = gaps.astype(np.int16)
        return late


def _caps(directives: Directives) -> tuple[Cap, ...]:
    found: tuple[Cap, ...] | None = directives.remembered.get("caps")
    if found is None:
        found = directives.remembered["caps"] = tuple(
            one
            for one in directives
            if isinstance(one, Cap) and Purpose.COLLECTION not in one.exempt
        )
    return found


def _slots(gap: MinimumGap) -> int:
    """From anywhere in one slot to anywhere in a later one: the slots between them must be as long
    as the gap. A day of slots is never so long as a gap of local days."""
    return NEVER if gap.days else -(-timedelta(minutes=gap.minutes) // SLOT) + 1
