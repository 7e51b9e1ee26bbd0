"""Why this account gets this treatment: what was open, what it was worth, what outbid it."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from strategy.domain.account import Account
from strategy.domain.attempt import Proposal
from strategy.domain.channel import Channel
from strategy.domain.contact_plan import Assignment
from strategy.domain.reason import Reason
from strategy.domain.slot import Slot
from strategy.errors import NotFound
from strategy.limits import check
from strategy.limits.case import Case
from strategy.opened import Opener
from strategy.plan_folder import SavedPlan

BEST = 3


@dataclass(frozen=True, slots=True)
class Option:
    """One way to make an attempt. Cents; `paid` is what each thing that it uses costs at the plan's
    prices, by name: slot, robot, day, money, complaints, and
    change where it is not what the plan before had."""

    channel: Channel
    slot: Slot
    script: str
    value_cents: float
    paid: dict[str, float]

    @property
    def price_cents(self) -> float:
        return sum(self.paid.values())

    @property
    def surplus_cents(self) -> float:
        return self.value_cents - self.price_cents


@dataclass(frozen=True, slots=True)
class ChannelStory:
    """One channel for one account: the best option, or why it is closed and when it opens."""

    channel: Channel
    best: Option | None
    reasons: tuple[Reason, ...]
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """The planned treatment, if any, beside what every channel had to offer.

    `best` are the three options of whatever channel that leave most at the plan's prices, each in
    a slot and channel of its own. `siblings` are planned attempts to the same person for other
    accounts.
    """

    account: Account
    planned: Assignment | None
    planned_option: Option | None
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
    planned = next((a for a in saved.assignments if a.account_id == account_id), None)
    siblings = tuple(
        a
        for a in saved.assignments
        if a.party_id == account.party_id and a.account_id != account_id
    )
    options = _Options(saved, account)
    verdict = options.case.verdict
    return Explanation(
        account=account,
        planned=planned,
        planned_option=options.of(planned) if planned else None,
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
        self._scripts, self._usable = opener.scripts, opened.script_allowed[0]
        self._openings = dict(zip(self._channels, opened.openings[0], strict=True))
        self._value = opened.value

    def of(self, planned: Assignment) -> Option:
        channel = self._channels.index(planned.channel)
        script = [s.id for s in self._scripts].index(planned.script)
        return self._option(channel, self._slots.index(planned.slot), script)

    def best(self, most: int) -> tuple[Option, ...]:
        found = [option for channel in self._channels for option in self._by_slot(channel)]
        return tuple(sorted(found, key=lambda option: -option.surplus_cents)[:most])

    def _by_slot(self, channel: Channel) -> list[Option]:
        """The best script of every open slot."""
        place = self._channels.index(channel)
        scripts = [
            s
            for s, script in enumerate(self._scripts)
            if script.channel is channel and self._usable[s]
        ]
        slots = np.flatnonzero(self._openings[channel].slots).tolist() if scripts else []
        return [
            max((self._option(place, t, s) for s in scripts), key=lambda one: one.surplus_cents)
            for t in slots
        ]

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

    def _option(self, c: int, t: int, s: int) -> Option:
        value, script = self._value, self._scripts[s]
        channel, contact = self._channels[c], float(self._value.contact[0, c, t])
        paid = self._saved.prices.parts(
            channel,
            t,
            script.robot,
            contact * float(value.complaint_micro[0, s]),
            int(value.spend_cents[c]),
        )
        was = self._saved.before.get(self._account.party_id)
        now = (self._account.id, channel, self._slots[t], script.id)
        if was is None or (was.account_id, was.channel, was.slot, was.script) != now:
            paid["change"] = self._saved.change_cents
        worth = contact * float(value.net_cents[0, s]) - int(value.spend_cents[c])
        return Option(channel, self._slots[t], script.id, worth, paid)
