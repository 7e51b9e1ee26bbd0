"""Why this account gets this treatment: what was open, what it was worth, what outbid it."""

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from strategy.domain.account import Account
from strategy.domain.attempt import Proposal
from strategy.domain.channel import Channel
from strategy.domain.contact_plan import Assignment
from strategy.domain.reason import Reason
from strategy.errors import NotFound
from strategy.limits import check
from strategy.limits.case import Case
from strategy.opened import Opener
from strategy.plan_folder import SavedPlan
from strategy.priced_options import Option, PricedOptions

BEST = 3


@dataclass(frozen=True, slots=True)
class ChannelStory:
    """One channel for one account: the best option, or why it is closed and when it opens."""

    channel: Channel
    best: Option | None
    reasons: tuple[Reason, ...]
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """The planned treatments, in order of time, beside what every channel had to offer.

    `best` are the three options of whatever channel that leave most at the plan's prices, each in
    a slot and channel of its own. `siblings` are planned attempts to the same person for other
    accounts.
    """

    account: Account
    planned: tuple[tuple[Assignment, Option], ...]
    siblings: tuple[Assignment, ...]
    best: tuple[Option, ...]
    channels: tuple[ChannelStory, ...]
    fired: tuple[tuple[str, str, str], ...]


def explain_account(saved: SavedPlan, account_id: str) -> Explanation:
    """Explain one account of a saved plan. Raises `NotFound`."""
    inputs = saved.inputs
    account = inputs.book.accounts.get(account_id)
    if account is None:
        raise NotFound(f"the portfolio has no account `{account_id}`")
    planned = sorted(
        (a for a in saved.assignments if a.account_id == account_id), key=lambda a: a.touch
    )
    siblings = tuple(
        a
        for a in saved.assignments
        if a.party_id == account.party_id and a.account_id != account_id
    )
    options = _Options(saved, account)
    verdict = options.case.verdict
    return Explanation(
        account=account,
        planned=tuple((a, options.of(a)) for a in planned),
        siblings=siblings,
        best=options.best(BEST),
        channels=tuple(options.story(channel) for channel in inputs.capacity.attempts),
        fired=tuple(
            (
                rule.id,
                rule.source,
                ", ".join(f"{n} = {v}" for n, v in verdict.readings[rule.id]),
            )
            for rule in verdict.fired
        ),
    )


class _Options:
    """What one account's options are worth, and what they cost at the plan's prices."""

    def __init__(self, saved: SavedPlan, account: Account) -> None:
        inputs = saved.inputs
        self._saved, self._account, self._slots = saved, account, inputs.capacity.slots
        self._channels = tuple(inputs.capacity.attempts)
        opener = Opener(inputs.book, inputs.rulebook, inputs.capacity)
        opened = opener.open((account,))
        self.case: Case = opened.cases[0]
        self._openings = dict(zip(self._channels, opened.openings[0], strict=True))
        usable = [
            s for s, fits in zip(opener.scripts, opened.script_allowed[0], strict=True) if fits
        ]
        self._priced = PricedOptions(
            account,
            self.case,
            inputs.capacity,
            saved.prices,
            inputs.rulebook.scripts,
            inputs.book.zone,
            {c: self._openings[c].point for c in self._channels},
            {c: tuple(s.id for s in usable if s.channel is c) for c in self._channels},
        )

    def of(self, planned: Assignment) -> Option:
        place = self._slots.index(planned.slot)
        return self._beside_before(self._priced.option(planned.channel, place, planned.script))

    def best(self, most: int) -> tuple[Option, ...]:
        found = [option for channel in self._channels for option in self._by_slot(channel)]
        return tuple(sorted(found, key=lambda option: -option.surplus_cents)[:most])

    def _by_slot(self, channel: Channel) -> list[Option]:
        """The best script of every open slot."""
        slots = np.flatnonzero(self._openings[channel].slots).tolist()
        found = [self._priced.best(channel, t) for t in slots]
        return [self._beside_before(option) for option in found if option is not None]

    def story(self, channel: Channel) -> ChannelStory:
        openings = self._openings[channel]
        options = self._by_slot(channel)
        best = max(options, key=lambda option: option.surplus_cents, default=None)
        next_at = None
        if openings.point is not None and not openings.slots.any():
            start = self._slots[0].start
            proposal = Proposal(self._account.id, openings.point, channel, start)
            next_at = check.next_permitted(proposal, self.case)
        return ChannelStory(channel, best, openings.reasons, next_at)

    def _beside_before(self, option: Option) -> Option:
        """What is not as in the plan before pays for the change as well."""
        was = self._saved.before.get(self._account.party_id)
        now = (self._account.id, option.channel, option.slot, option.script)
        if was is not None and (was.account_id, was.channel, was.slot, was.script) == now:
            return option
        return replace(option, paid={**option.paid, "change": self._saved.change_cents})
