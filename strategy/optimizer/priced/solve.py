"""The price-directed planner: prices, the contested core, whole choices, and the proof."""

import numpy as np

from strategy.optimizer.priced.book_plan import BookPlan, alone, resource_uses
from strategy.optimizer.priced.columns import joined
from strategy.optimizer.priced.contested import choices
from strategy.optimizer.priced.control import Control
from strategy.optimizer.priced.core_choice import core_choice
from strategy.optimizer.priced.crowd import chosen_in_turn, is_crowded
from strategy.optimizer.priced.descent import Stage, descend
from strategy.optimizer.priced.market import Market
from strategy.optimizer.priced.memory import bytes_to_plan, refuse_above
from strategy.optimizer.priced.pins import Pins, pin
from strategy.optimizer.priced.possible import possible
from strategy.optimizer.priced.price_search import (
    AGAIN_ON_BOOK,
    crowd_prices,
    refine_prices,
    search_prices,
    step_on_book,
)
from strategy.optimizer.priced.problem import BookProblem, Floats, Int16s, Int32s
from strategy.optimizer.priced.resources import touched
from strategy.optimizer.priced.rounding import (
    PRICE_SHARES,
    USERS,
    USERS_AGAIN,
    USERS_OF_SEVERAL,
    Whole,
)
from strategy.optimizer.priced.sample import Sample
from strategy.optimizer.priced.turns import Turns

MOST_COLUMNS = 16
"""Near-best options of a party that a whole plan is chosen from."""

CLOSE = 1e-3
"""A share of the bound: a plan this close to it needs no better bound."""

WIDE = 5e-3
"""A share of the bound: a plan this far below it is looked into once more."""

FAR = 0.9
"""A share of the bound: where the whole part of a relaxed choice of sequences is worth less, moving
people about between few of them takes long."""

MORE_ROUNDS = Stage(0.1, 0.004, 64, 8)
CLOSER_ROUNDS = Stage(0.03, 0.0015, 16, 8)
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
    asked = rows > 0 and len(market.everyone) > 0
    if asked:
        if start is None:
            prices = search_prices(market, rng, control)
        else:
            prices = refine_prices(market, start, rng, control)
    plan = None
    if asked and problem.touches == 1 and is_crowded(market, prices, rng):
        prices = crowd_prices(market, prices, rng, control)
        prices = _refined(market, prices, CLOSER_ROUNDS, control)
        if problem.present is None:
            plan = _plan(market, chosen_in_turn(market, prices, rng, control))
    if plan is None or _far(plan, control, market):
        plan = _better(plan, _near_best(market, prices, control, again=start is not None))
    return plan if pinned is None else pinned.added_to(plan)


def _near_best(market: Market, prices: Floats, control: Control, *, again: bool) -> BookPlan:
    """The best plan of near-best options, looked into once more where it is far from the bound."""
    plan = _plan(market, _filled(market, _whole_plan(market, prices, control, again=again)))
    if len(prices) == 0 or not _far(plan, control, market):
        return plan
    rounds = CLOSER_ROUNDS if again else MORE_ROUNDS
    refined = _refined(market, market.proven_at, rounds, control)
    again_chosen = _filled(market, _whole_plan(market, refined, control, again=False))
    return _better(plan, _plan(market, again_chosen))


def _far(plan: BookPlan, control: Control, market: Market) -> bool:
    """Whether there is reason and time to look into a plan once more."""
    return plan.gap > WIDE and not control.halted(market)


def _better(before: BookPlan | None, after: BookPlan) -> BookPlan:
    """The more valuable of two plans, with the bound of the later one, which is the lower, and the
    prices that prove it."""
    if before is None or after.value > before.value:
        return after
    return before.at_bound(after.bound, after.prices)


def _refined(market: Market, prices: Floats, rounds: Stage, control: Control) -> Floats:
    """Prices that prove a lower bound, looked for as long as it falls."""
    book, radius = Sample.of(market, market.everyone), 0.15
    for _ in range(MOST_DESCENTS):
        before = market.bound
        prices, radius = descend(market, prices, book, rounds, radius, control)
        if before - market.bound <= FALLS * abs(before):
            break
    return market.proven_at


def _whole_plan(market: Market, prices: Floats, control: Control, *, again: bool) -> Whole:
    """Every party near its best at these prices, in whole choices.

    Planning `again` the prices come from samples: the book takes a step from them, and its choices
    are made of the same columns, so one pass does for the bound, the step and the choices.
    """
    window = max(AGAIN_ON_BOOK.window, _window(market)) if again else _window(market)
    near = market.near(prices, market.everyone, window, MOST_COLUMNS)
    if again and len(prices) and len(market.everyone):
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
    single = market.problem.touches == 1
    moves = single or whole.total() > FAR * market.bound
    if moves and not control.halted(market):
        users = USERS if single else USERS_OF_SEVERAL
        whole.improve(found, USERS_AGAIN if again else users)
    if core_prices is not None and market.bound - whole.total() > CLOSE * abs(market.bound):
        market.respond(core_prices, market.everyone)  # perhaps a lower bound
    control.progress("plan", market.bound, whole.total())
    return whole


def _filled(market: Market, whole: Whole) -> Turns:
    """The whole plan; where it is far from the bound, parties choose again among all that fits:
    those without a touch, or everybody where a touch can be followed by others.

    It was chosen from a few near-best options of each party. Where many are equally good these are
    the same few for everybody, and what somebody would gladly take stays empty.
    """
    turns = Turns.none(market)
    turns.put(whole.columns, whole.chosen[whole.chosen >= 0])
    if market.bound - whole.total() <= WIDE * abs(market.bound):
        return turns
    prices = market.proven_at
    parties = market.everyone
    if market.problem.touches == 1:
        parties = parties[turns.account[parties, 0] < 0]
    order = np.lexsort((-market.reach[parties], -market.respond(prices, parties).net))
    for share in PRICE_SHARES:
        turns.choose(market, share * prices, parties[order])
    return turns


def _window(market: Market) -> float:
    """Wider in small books, where few parties are near a tie and whole choices lose more."""
    return min(0.5, max(0.01, 5000 / max(1, len(market.everyone))))


def _plan(market: Market, turns: Turns) -> BookPlan:
    account, cell, script, slots = turns.account, turns.cell, turns.script, market.problem.slots
    parties = market.problem.parties
    made = account >= 0
    channel = np.where(made, cell // slots, -1).astype(np.int16)
    slot = np.where(made, cell % slots, -1).astype(np.int16)
    x = np.zeros(account.shape)
    x[made] = market.book.contact[account[made], channel[made], slot[made]]
    share = np.cumprod(np.concatenate([np.ones((parties, 1)), 1 - x[:, :-1]], axis=1), axis=1)
    share[~made] = 0.0
    level = market.book.complaint[account[made]].astype(np.float64)
    complaints = share[made] * x[made] * level * market.book.tone[script[made]]
    unchanged = _unchanged(market.problem)
    return BookPlan(
        account=account,
        channel=channel,
        slot=slot,
        script=script,
        share=share,
        value=turns.value(market) - unchanged,
        bound=market.bound - unchanged,
        prices=market.proven_at,
        resources=resource_uses(market, market.resources.whole - turns.left, market.proven_at),
        complaints=float(complaints.sum()),
        alone=alone(market, turns.without),
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
