"""Who a plan leaves alone, and why: counted while a book is opened, so that nothing is kept."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from strategy.domain.contact_plan import Assignment
from strategy.domain.reason import Reason
from strategy.opened import Opened


@dataclass(frozen=True, slots=True)
class RefusalCount:
    """How many accounts a rule keeps from a whole channel for the whole horizon, and an example."""

    code: str
    rule_id: str
    source: str
    title: str
    accounts: int
    example_account: str
    example: str


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """Accounts without contact, each counted once.

    `closed`: no channel has an open slot. `worth_nothing`: no treatment is worth its cost.
    `person_planned`: the person is contacted about another account. `outbid`: capacities do more
    good elsewhere.
    """

    closed: int
    worth_nothing: int
    person_planned: int
    outbid: int


class Tally:
    """Counts of the accounts looked at so far."""

    def __init__(self) -> None:
        self.accounts = self.closed = 0
        self.parties: set[str] = set()
        self._worth_nothing: set[str] = set()
        self._open: dict[str, str] = {}  # accounts worth contact, and whose they are
        self._refused: dict[tuple[str, str], int] = {}
        self._first: dict[tuple[str, str], tuple[str, Reason]] = {}

    def add(self, opened: Opened, channel_of_script: Iterable[int]) -> None:
        self.accounts += len(opened.accounts)
        worth = _most_worth(opened, np.fromiter(channel_of_script, np.int64))
        for account, row, most in zip(opened.accounts, opened.openings, worth, strict=True):
            self.parties.add(account.party_id)
            if not any(openings.slots.any() for openings in row):
                self.closed += 1
            elif np.rint(most) > 0:
                self._open[account.id] = account.party_id
            else:
                self._worth_nothing.add(account.id)
            self._count(account.id, [reason for openings in row for reason in openings.reasons])

    def _count(self, account_id: str, reasons: Iterable[Reason]) -> None:
        by_key = {(r.code, r.rule.id if r.rule else ""): r for r in reasons}
        for key, reason in by_key.items():
            self._refused[key] = self._refused.get(key, 0) + 1
            self._first.setdefault(key, (account_id, reason))

    def left_alone(self, assignments: Iterable[Assignment]) -> LeftAlone:
        planned = {a.account_id: a.party_id for a in assignments}
        people = set(planned.values())
        waiting = [party for account, party in self._open.items() if account not in planned]
        beside = sum(party in people for party in waiting)
        return LeftAlone(
            self.closed, len(self._worth_nothing - planned.keys()), beside, len(waiting) - beside
        )

    def refusals(self) -> tuple[RefusalCount, ...]:
        """Most frequent first."""
        counts = [_refusal(key, n, *self._first[key]) for key, n in self._refused.items()]
        return tuple(sorted(counts, key=lambda c: (-c.accounts, c.code, c.rule_id)))


def _most_worth(
    opened: Opened, channel: np.typing.NDArray[np.int64]
) -> np.typing.NDArray[np.float64]:
    """(A,): cents of the best treatment if capacity cost nothing."""
    value, allowed = opened.value, opened.allowed
    best = np.where(allowed, value.contact, 0).max(axis=2, initial=0.0)[:, channel]
    worth = best * value.net_cents - value.spend_cents[channel]
    worth[~(opened.script_allowed & (best > 0))] = 0.0
    most: np.typing.NDArray[np.float64] = worth.max(axis=1, initial=0.0)
    return most


def _refusal(key: tuple[str, str], accounts: int, account_id: str, reason: Reason) -> RefusalCount:
    rule = reason.rule
    return RefusalCount(
        code=key[0],
        rule_id=key[1],
        source=rule.source if rule else "",
        title=rule.title if rule else "",
        accounts=accounts,
        example_account=account_id,
        example=reason.message.removeprefix(f"{rule.title}: ") if rule else reason.message,
    )
