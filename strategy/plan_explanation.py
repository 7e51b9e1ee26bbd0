"""Why this account gets this treatment: what was open, what it was worth, what outbid it."""

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from strategy.domain.account import Account
from strategy.domain.attempt import Proposal
from strategy.domain.channel import Channel
from strategy.domain.contact_plan import Assignment
from strategy.domain.reason import Reason
from strategy.domain.slot import Slot
from strategy.eligibility import Eligibility, open_scripts
from strategy.errors import NotFound
from strategy.limits import check
from strategy.limits.case import Case
from strategy.plan import judge
from strategy.plan_folder import SavedPlan
from strategy.priority import weights
from strategy.valuation.book_value import value_book

BEST = 3


@dataclass(frozen=True, slots=True)
class Option:
    """One way to make an attempt. Cents; `paid` is what each thing that it uses costs at the plan's
    prices, by name: slot, robot, day, money, complaints."""

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
    alone = replace(inputs.book, accounts={account_id: account})
    case = judge(alone, inputs.rulebook, inputs.capacity)[account_id]
    planned = next((a for a in saved.assignments if a.account_id == account_id), None)
    siblings = tuple(
        a
        for a in saved.assignments
        if a.party_id == account.party_id and a.account_id != account_id
    )
    options = _Options(saved, account, case)
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
                ", ".join(f"{n} = {v}" for n, v in case.verdict.readings[rule.id]),
            )
            for rule in case.verdict.fired
        ),
    )


class _Options:
    """What one account's options are worth, and what they cost at the plan's prices."""

    def __init__(self, saved: SavedPlan, account: Account, case: Case) -> None:
        self._saved, self._account, self._case = saved, account, case
        self._slots = saved.inputs.capacity.slots
        self._channels = tuple(saved.inputs.capacity.attempts)
        self._scripts = tuple(saved.inputs.rulebook.scripts.values())
        eligibility = Eligibility(self._slots)
        self._openings = {c: eligibility.openings(account.id, case, c) for c in self._channels}
        points = [self._openings[c].point for c in self._channels]
        self._value = value_book(
            (account,),
            [case.history],
            self._channels,
            self._slots,
            self._scripts,
            saved.inputs.book.zone,
            [[p.kind if p else None for p in points]],
            [weights(self._case, self._channels, self._slots)],
        )

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
        usable = open_scripts(self._saved.inputs.rulebook.scripts, channel, self._slots, self._case)
        scripts = [s for s, script in enumerate(self._scripts) if script.id in usable]
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
            next_at = check.next_permitted(proposal, self._case)
        return ChannelStory(channel, best, openings.reasons, next_at)

    def _option(self, c: int, t: int, s: int) -> Option:
        value, script = self._value, self._scripts[s]
        channel = self._channels[c]
        paid = self._saved.prices.parts(
            channel,
            t,
            script.robot,
            int(value.complaint_micro[0, c, s]),
            int(value.spend_cents[c]),
        )
        worth = value.contact[0, c, t] * value.gain_cents[0, c, s] - value.cost_cents[0, c, s]
        return Option(channel, self._slots[t], script.id, float(worth), paid)
