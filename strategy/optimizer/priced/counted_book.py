"""The part of a book that counts for a floor, and who loses least by a contact that counts."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from strategy.optimizer.priced.best_response import respond
from strategy.optimizer.priced.book_plan import BookPlan
from strategy.optimizer.priced.columns import columns_of
from strategy.optimizer.priced.kernels.best_option import NONE
from strategy.optimizer.priced.market import ROUNDINGS, Market
from strategy.optimizer.priced.problem import (
    BookProblem,
    Bools,
    Floats,
    Int16s,
    Int32s,
    Ints,
    derived,
)
from strategy.optimizer.priced.resources import UNIT, Tables, tables_by_period
from strategy.optimizer.priced.turns import fitting

CLOSED = np.float32(-1e15)
"""Gain of a script that does not count or is not allowed. Below 0 it would be enough elsewhere, but
here what nets little is wanted as well."""

AT_ONCE = 4_096
"""Parties that are looked at together, at least."""


Touch = tuple[Int32s, Int16s, Int16s]
"""Account, cell and script, of each party asked."""


@dataclass(frozen=True)
class Counted:
    """A floor: touches of these accounts (A) with these scripts (S) count, and `asked` of them are
    wanted."""

    accounts: Bools
    scripts: Bools
    asked: int


@dataclass(frozen=True)
class Best:
    """Of each party asked its best touch that counts, -1 for none, and the cents it nets, perhaps
    below 0; -inf for none."""

    account: Int32s
    cell: Int16s
    script: Int16s
    net: Floats


@dataclass
class People:
    """Parties that are to get a touch that counts, numbered as in the book, in the order in which
    they were taken, and the limited rows that kept others from one."""

    parties: Int32s = field(default_factory=lambda: np.zeros(0, np.int32))
    accounts: Int32s = field(default_factory=lambda: np.zeros(0, np.int32))
    cells: Int16s = field(default_factory=lambda: np.zeros(0, np.int16))
    scripts: Int16s = field(default_factory=lambda: np.zeros(0, np.int16))
    blocked: set[int] = field(default_factory=set)

    def among(self, parties: int) -> Bools:
        """Of each of so many parties whether it is one of them."""
        found = np.zeros(parties, np.bool_)
        found[self.parties] = True
        return found

    def count(self, floor: Counted) -> int:
        """How many of their touches count."""
        return int((floor.accounts[self.accounts] & floor.scripts[self.scripts]).sum())

    def add(self, parties: Int32s, accounts: Int32s, cells: Int16s, scripts: Int16s) -> None:
        self.parties = np.append(self.parties, parties)
        self.accounts = np.append(self.accounts, accounts)
        self.cells = np.append(self.cells, cells)
        self.scripts = np.append(self.scripts, scripts)

    def keep(self, market: Market, plan: BookPlan, parties: Int32s, left: Ints, most: int) -> None:
        """Of these parties up to `most` with their touch of a plan, as far as it fits into `left`,
        which they change."""
        account, script = plan.account[parties, 0], plan.script[parties, 0]
        cell = plan.channel[parties, 0] * market.problem.slots + plan.slot[parties, 0]
        touch = (account, cell.astype(np.int16), script)
        fits, _ = _fitting(market, parties, touch, left, most)
        self.add(parties[fits], account[fits], touch[1][fits], script[fits])


@dataclass(frozen=True)
class CountedBook:
    """Parties `party` of a book with a single touch, with their accounts `account` that a floor
    is about, and only what counts open to them."""

    market: Market
    party: Int32s
    account: Int32s

    @classmethod
    def of(cls, problem: BookProblem, floor: Counted) -> "CountedBook":
        account = np.flatnonzero(floor.accounts).astype(np.int32)
        holder = np.repeat(np.arange(problem.parties), np.diff(problem.first_account))[account]
        party, first = np.unique(holder, return_index=True)
        every = len(account) == problem.accounts
        gain = problem.gain if every else problem.gain[account]
        gain = np.where(floor.scripts & (gain > 0), gain, CLOSED)
        part = derived(
            problem,
            first_account=np.append(first, len(account)).astype(np.int32),
            contact=problem.contact if every else problem.contact[account],
            gain=gain,
            complaint=problem.complaint[account],
            touches_left=problem.touches_left[party],
            channel_left=problem.channel_left[party],
            open_from=problem.open_from[party],
        )
        return cls(Market.of(part), party.astype(np.int32), account)

    @cached_property
    def open_parties(self) -> int:
        """Parties that may get a touch that counts, where capacities allow."""
        free = np.zeros(len(self.market.resources.limited))
        return int((self.best(free, self.market.everyone).account >= 0).sum())

    def best(self, prices: Floats, parties: Int32s, left: Ints | None = None) -> Best:
        """Among what has room for a touch, or for one more in `left`, whole units of the limited
        rows."""
        market = self.market
        price, lift = self._tables(prices, market.resources.whole if left is None else left)
        book = market.book._replace(bonus=np.full(len(self.account), lift))
        found = respond(book, price, parties, market.resources.rows)
        account = found.account[:, 0]
        net = np.where(account >= 0, found.net.astype(np.float64) - float(lift), -np.inf)
        return Best(account, found.cell[:, 0], found.script[:, 0], net)

    def nets(self, prices: Floats, parties: int) -> Floats:
        """Of all parties of the book: no less than what their best touch that counts nets, -inf
        where there is none."""
        market = self.market
        _, lift = self._tables(prices, market.resources.whole)
        terms = market.reach[market.everyone] + 2 * float(lift)
        nets = np.full(parties, -np.inf)
        found = self.best(prices, market.everyone).net
        nets[self.party[market.everyone]] = found + ROUNDINGS * 2.0**-24 * terms
        return nets

    def take(self, prices: Floats, nets: Floats, left: Ints, most: int, people: People) -> None:
        """Adds `most` others to `people`, or as many as fit into `left`, which it changes: those
        first that lose least against `nets`, what they net without the floor."""
        market = self.market
        out = people.among(len(nets))
        waiting = market.everyone[~out[self.party[market.everyone]]]
        asked = self.best(prices, waiting, left)
        waiting, asked = _with_an_option(waiting, asked)
        wanted = most
        while wanted > 0 and len(waiting):
            loss = nets[self.party[waiting]] - asked.net
            order = np.argsort(loss, kind="stable")
            tried = order[: max(AT_ONCE, 2 * wanted)]
            touch = (asked.account[tried], asked.cell[tried], asked.script[tried])
            fits, blocked = _fitting(market, waiting[tried], touch, left, wanted)
            people.blocked |= blocked
            done = tried[fits]
            own = self.account[asked.account[done]]
            people.add(self.party[waiting[done]], own, asked.cell[done], asked.script[done])
            wanted -= len(fits)
            if wanted == 0:
                break
            failed, later = np.delete(tried, fits), order[len(tried) :]
            again = self.best(prices, waiting[failed], left)
            other = (again.cell != asked.cell[failed]) | (again.script != asked.script[failed])
            asked = _joined(_part(asked, later), _part(again, np.flatnonzero(other)))
            waiting = np.concatenate([waiting[later], waiting[failed[other]]])
            waiting, asked = _with_an_option(waiting, asked)

    def _tables(self, prices: Floats, left: Ints) -> tuple[Tables, np.float32]:
        """Prices at which what has no room for a touch nets nothing, and a bonus with which every
        other touch nets something: kernels look for no other."""
        problem, resources = self.market.problem, self.market.resources
        price = tables_by_period(problem, resources, prices)
        room = np.full(resources.rows, np.inf)
        room[resources.limited] = left / UNIT
        at = resources.start
        minutes = room[: at["script_period"]].reshape(problem.channels, problem.slots)
        period = room[at["script_period"] : at["script_day"]].reshape(problem.kinds, -1)
        day = room[at["channel_day"] : at["money"]]
        full = ((minutes < problem.try_minutes[:, None]) | (day < 1)[:, None]).ravel()
        spent = period if problem.robot is None else period[problem.robot]
        used_up = (spent < 1).T | (room[at["script_day"] : at["channel_day"]] < 1)
        charged = (
            float((-price.offset - price.slope).max(initial=0.0, where=~full))
            + float(price.script.max(initial=0.0, where=~used_up))
            + float(price.complaint_cents) * self._complaints
        )
        closed = price._replace(
            offset=np.where(full, NONE, price.offset),
            script=np.where(used_up, -NONE, price.script),
        )
        return closed, np.float32(1.0 + 1.001 * charged)

    @cached_property
    def _complaints(self) -> float:
        problem = self.market.problem
        return float(problem.complaint.max(initial=0)) * float(problem.tone.max(initial=0))


def _fitting(
    market: Market, parties: Int32s, touch: Touch, left: Ints, most: int
) -> tuple[Ints, set[int]]:
    one = np.ones(len(parties), np.int32)
    account, cell, script = touch
    touches = (account[:, None], cell[:, None], script[:, None])
    columns = columns_of(market.book, market.resources, parties, one, *touches)
    return fitting(columns, np.arange(len(parties)), left, most)


def _part(best: Best, places: Ints) -> Best:
    return Best(best.account[places], best.cell[places], best.script[places], best.net[places])


def _joined(one: Best, other: Best) -> Best:
    return Best(
        np.concatenate([one.account, other.account]),
        np.concatenate([one.cell, other.cell]),
        np.concatenate([one.script, other.script]),
        np.concatenate([one.net, other.net]),
    )


def _with_an_option(parties: Int32s, best: Best) -> tuple[Int32s, Best]:
    some = np.flatnonzero(best.account >= 0)
    return parties[some], _part(best, some)
