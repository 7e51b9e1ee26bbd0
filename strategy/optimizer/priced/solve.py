"""The price-directed planner: prices, the contested core, whole choices, and the proof."""

from dataclasses import replace

import numpy as np

from strategy.optimizer.priced.book_plan import BookPlan, alone, resource_uses
from strategy.optimizer.priced.columns import joined
from strategy.optimizer.priced.contested import choices
from strategy.optimizer.priced.control import Control
from strategy.optimizer.priced.core_choice import core_choice
from strategy.optimizer.priced.descent import Stage, descend
from strategy.optimizer.priced.leftover import leftover
from strategy.optimizer.priced.market import Market
from strategy.optimizer.priced.memory import bytes_to_plan, refuse_above
from strategy.optimizer.priced.pins import Pins, pin
from strategy.optimizer.priced.possible import possible
from strategy.optimizer.priced.price_search import (
    AGAIN_ON_BOOK,
    refine_prices,
    search_prices,
    step_on_book,
)
from strategy.optimizer.priced.problem import BookProblem, Floats, Int16s, Int32s
from strategy.optimizer.priced.resources import touched
from strategy.optimizer.priced.rounding import USERS, USERS_AGAIN, Whole
from strategy.optimizer.priced.sample import Sample
from strategy.optimizer.priced.turns import turns

MOST_COLUMNS = 16
"""Near-best options of a party that a whole plan is chosen from."""

CLOSE = 1e-3
"""A share of the bound: a plan this close to it needs no better bound."""

WIDE = 5e-3
"""A share of the bound: a plan this far below it is looked into once more."""

FAR = 0.9
"""Of what people get who choose one after the other: a relaxed choice whose whole part is worth
less says little, and moving people about would take long."""

MORE_ROUNDS = Stage(0.1, 0.004, 64, 8)
MOST_DESCENTS = 6
FALLS = 1e-4
"""A share of the bound: prices that lower it by less were looked for long enough."""


def plan_book(
    problem: BookProblem,
    *,
    seed: int = 0,
    start: Floats | None = None,
    pins: Pins | None = None,
    control: Control | None = None,
) -> BookPlan:
    """The most valuable plan that can be found, never over a capacity, and a proven bound.

    The same problem, seed and `most_passes` give the same plan on any number of threads. `start`
    are the prices of a plan of a similar problem with the same limited resources: planning again
    takes less time. Raises `ValueError` that names what is wrong with them or `pins`,
    and `MemoryError` where that would take more than `control` allows.

    Below about 20,000 accounts prefer the exact mode: whole choices lose a share of the value that
    is small only in a big book (about 1 % at 2,000 accounts, 0.1 to 0.4 % at 10,000).
    """
    control = control or Control()
    size = (problem.accounts, problem.channels, problem.slots, problem.scripts, problem.touches)
    refuse_above(control.most_bytes, bytes_to_plan(*size), problem.accounts)
    pinned = pin(problem, pins) if pins is not None else None
    market = Market.of(possible(problem if pinned is None else pinned.remaining))
    rows = len(market.resources.limited)
    if start is not None and (start.shape != (rows,) or not (start >= 0).all()):
        raise ValueError(f"`start` must hold {rows} prices, none below 0")
    rng = np.random.default_rng(seed)
    prices = np.zeros(rows)
    if rows and len(market.everyone):
        if start is None:
            prices = search_prices(market, rng, control)
        else:
            prices = refine_prices(market, start, rng, control)
    plan = _plan(market, _whole_plan(market, prices, control, again=start is not None))
    if rows and plan.gap > WIDE and not control.halted(market):
        refined = _refined(market, control)
        better = _plan(market, _whole_plan(market, refined, control, again=False))
        plan = better if better.value > plan.value else _proven_by(better, plan)
    return plan if pinned is None else pinned.added_to(plan)


def _proven_by(better: BookPlan, plan: BookPlan) -> BookPlan:
    """The same plan with the lower bound of another one, and the prices that prove it."""
    resources = tuple(
        replace(row, price=priced.price)
        for row, priced in zip(plan.resources, better.resources, strict=True)
    )
    return replace(plan, bound=better.bound, prices=better.prices, resources=resources)


def _refined(market: Market, control: Control) -> Floats:
    """Prices that prove a lower bound, looked for as long as it falls."""
    book, radius = Sample.of(market, market.everyone), 0.15
    for _ in range(MOST_DESCENTS):
        before = market.bound
        _, radius = descend(market, market.proven_at, book, MORE_ROUNDS, radius, control)
        if before - market.bound <= FALLS * abs(before):
            break
    return market.proven_at


def _whole_plan(market: Market, prices: Floats, control: Control, *, again: bool) -> Whole:
    """Every party near its best at these prices, in whole choices; none at all where people who
    choose one after the other do far better.

    Planning `again` the prices come from samples: the book takes a step from them, and its choices
    are made of the same columns, so one pass does for the bound, the step and the choices.
    """
    window = max(AGAIN_ON_BOOK.window, _window(market)) if again else _window(market)
    near = market.near(prices, market.everyone, window, MOST_COLUMNS)
    if again and len(prices):
        prices = step_on_book(market, near, prices)
    columns = joined(near.open, near.settled)
    found = choices(columns, prices)
    chosen, core_prices = found.best, None
    if not control.halted(market):
        scale = near.scale[np.searchsorted(market.everyone, columns.party)].astype(np.float64)
        core = core_choice(market, columns, found, scale, prices)
        chosen, core_prices = core.chosen, core.prices
    whole = Whole.of(market.resources, columns, chosen)
    whole.evict(found.net)
    whole.go_back(found.net, market.stays)
    control.progress("core", market.bound, whole.total())
    little = whole.total() < FAR * market.bound
    if little and _in_turn(market, prices) * FAR > whole.total():
        whole.chosen[:] = -1
        whole.left = market.resources.whole.copy()
        return whole
    if market.problem.touches == 1 or not little:  # moves between few sequences take long
        whole.improve(found, USERS_AGAIN if again else USERS)
    if core_prices is not None and market.bound - whole.total() > CLOSE * abs(market.bound):
        market.respond(core_prices, market.everyone)  # perhaps a lower bound
    control.progress("plan", market.bound, whole.total())
    return whole


def _in_turn(market: Market, prices: Floats) -> float:
    """Cents that everybody's touches are worth who choose one after the other among what is left;
    0 where somebody gets several touches or may keep what they have."""
    if market.problem.touches > 1 or market.problem.present is not None:
        return 0.0
    return leftover(market, prices, market.everyone, market.resources.whole).value


def _window(market: Market) -> float:
    """Wider in small books, where few parties are near a tie and whole choices lose more."""
    return min(0.5, max(0.01, 5000 / max(1, len(market.everyone))))


def _plan(market: Market, whole: Whole) -> BookPlan:
    columns, taken = whole.columns, whole.chosen[whole.chosen >= 0]
    party = columns.party[columns.group[taken]]
    parties, slots = market.problem.parties, market.problem.slots
    shape = (parties, columns.account.shape[1])
    account, cell = np.full(shape, -1, np.int32), np.full(shape, -1, np.int16)
    script = np.full(shape, -1, np.int16)
    account[party], cell[party] = columns.account[taken], columns.cell[taken]
    script[party] = columns.script[taken]
    value, left = whole.total(), whole.left.copy()
    far = market.bound - value > WIDE * abs(market.bound)
    if far and market.problem.touches > 1:
        value = turns(market, market.proven_at, left, account, cell, script)
    elif far:
        without = np.flatnonzero(account[:, 0] < 0).astype(np.int32)
        more = leftover(market, market.proven_at, without, left)
        account[more.party, 0], cell[more.party, 0] = more.account, more.cell
        script[more.party, 0] = more.script
        value, left = value + more.value, more.left
    made = account >= 0
    channel = np.where(made, cell // slots, -1).astype(np.int16)
    slot = np.where(made, cell % slots, -1).astype(np.int16)
    x = np.zeros(shape)
    x[made] = market.book.contact[account[made], channel[made], slot[made]]
    share = np.cumprod(np.concatenate([np.ones((parties, 1)), 1 - x[:, :-1]], axis=1), axis=1)
    share[~made] = 0.0
    level = market.book.complaint[account[made]].astype(np.float64)
    complaints = share[made] * x[made] * level * market.book.tone[script[made]]
    unchanged = _unchanged(market.problem)
    without = np.flatnonzero(account[:, 0] < 0).astype(np.int32)
    return BookPlan(
        account=account,
        channel=channel,
        slot=slot,
        script=script,
        share=share,
        value=value - unchanged,
        bound=market.bound - unchanged,
        prices=market.proven_at,
        resources=resource_uses(market, market.resources.whole - left, market.proven_at),
        complaints=float(complaints.sum()),
        alone=alone(market, without),
        forced=touched(market.problem) - int(market.stays.sum()),
        changed=_changed(market.problem, account[:, 0], channel[:, 0], slot[:, 0], script[:, 0]),
        passes=market.passes,
    )


def _unchanged(problem: BookProblem) -> float:
    """Cents that columns leave out: what it would cost to change every present touch."""
    if problem.present is None:
        return 0.0
    return problem.present.change_cents * touched(problem)


def _changed(problem: BookProblem, *touch: Int32s | Int16s) -> int:
    """Parties whose touch is another than in the present plan."""
    present = problem.present
    if present is None:
        return 0
    before = (present.account, present.channel, present.slot, present.script)
    different = [now != then for now, then in zip(touch, before, strict=True)]
    return int(np.any(different, axis=0).sum())
