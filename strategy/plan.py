"""Plan a day: rules and limits say what is open, valuation what it is worth, OR-Tools chooses.

A plan proposes; a permit decides. Whatever is planned here is checked by the verifier, which
shares no code with the optimizer, before anybody sees it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeVar

import numpy as np

from strategy.domain.attempt import Proposal
from strategy.domain.book import Book
from strategy.domain.capacity import Capacity
from strategy.domain.capacity_prices import CapacityPrices
from strategy.domain.channel import Channel
from strategy.domain.contact_plan import Assignment, ContactPlan
from strategy.domain.contact_point import ContactPoint
from strategy.domain.facts import facts_of
from strategy.eligibility import Eligibility, Openings, open_scripts
from strategy.errors import InputError, Stopped
from strategy.limits.case import Case
from strategy.optimizer.exact import Solution, solve
from strategy.optimizer.problem import LARGEST_VALUE, Floats, PartyRow, PlanProblem
from strategy.optimizer.verify import Violation, verify
from strategy.party_rows import party_rows
from strategy.priority import weights
from strategy.rules.rulebook import Rulebook
from strategy.valuation.book_value import value_book

MOST_ACCOUNTS = 20_000
"""What the exact mode is built and measured for."""


@dataclass(frozen=True, slots=True)
class PlanProgress:
    """`share` of the phase that is done, 0 to 1; cents of the best plan so far and of the bound,
    None while not known."""

    phase: str
    share: float = 0.0
    value_cents: int | None = None
    bound_cents: int | None = None


Tell = Callable[[PlanProgress], None]


@dataclass(frozen=True)
class PlannedDay:
    """A plan with everything needed to explain it.

    `openings` says for each account and channel which slots were open or why none was;
    `cases` what the rules said. `violations` is empty unless something is badly wrong.
    """

    plan: ContactPlan
    problem: PlanProblem
    cases: dict[str, Case]
    openings: dict[tuple[str, Channel], Openings]
    violations: tuple[Violation, ...]


def plan_day(
    book: Book,
    rulebook: Rulebook,
    capacity: Capacity,
    *,
    seed: int = 0,
    tell: Tell = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> PlannedDay:
    """Plan the horizon of `capacity` for the accounts of the book, as its history stands.

    Deterministic: the same inputs and seed give the same plan, unless `stop` says at some time
    that the best plan so far is wanted. Raises `InputError` for a book that is empty or too large
    for the exact mode, and `Stopped` where there is no plan yet.
    """
    if not 0 < len(book.accounts) <= MOST_ACCOUNTS:
        raise InputError(
            "portfolio", f"has {len(book.accounts)} accounts; 1 to {MOST_ACCOUNTS} can be planned"
        )
    _agree(book, rulebook, capacity)
    book = _in_order(book)
    cases = judge(book, rulebook, capacity)
    openings = _open(cases, capacity, tell, stop)
    tell(PlanProgress("valuing"))
    problem = _problem(book, rulebook, capacity, cases, openings)
    solution = solve(
        problem,
        seed=seed,
        progress=lambda p: tell(
            PlanProgress(f"solving: {p.stage}", 0.0, p.value_cents, p.bound_cents)
        ),
        stop=stop,
    )
    plan = _contact_plan(book, capacity, problem, solution, openings)
    tell(PlanProgress("verifying", 0.0, plan.value_cents, plan.bound_cents))
    verdicts = {account: case.verdict for account, case in cases.items()}
    violations = verify(plan.assignments, book, verdicts, rulebook.scripts, capacity)
    return PlannedDay(plan, problem, cases, openings, violations)


def problem_of(book: Book, rulebook: Rulebook, capacity: Capacity) -> PlanProblem:
    """What the optimizer is asked for such a day."""
    book = _in_order(book)
    cases = judge(book, rulebook, capacity)
    openings = _open(cases, capacity, lambda _: None, lambda: False)
    return _problem(book, rulebook, capacity, cases, openings)


def _agree(book: Book, rulebook: Rulebook, capacity: Capacity) -> None:
    """A bound that binds nothing because of a slip would be a bound that is not kept."""
    known = {script.robot for script in rulebook.scripts.values()} - {""}
    for robot in capacity.robots.keys() - known:
        listed = ", ".join(f"`{one}`" for one in sorted(known))
        raise InputError("robots", f"no script is spoken by `{robot}`; there are {listed}")
    for channel in capacity.per_day.keys() - capacity.attempts.keys():
        raise InputError("per_day", f"`{channel}` has no attempts under `channels`")
    foreign = {a.currency for a in book.accounts.values()} - {capacity.currency}
    if capacity.money_cents is not None and foreign:
        what = f"is in {capacity.currency}, accounts are in {', '.join(sorted(foreign))}"
        raise InputError("money", what)


def _in_order(book: Book) -> Book:
    """The order in which a file or a ledger lists people must not change the plan."""
    return replace(
        book,
        accounts=dict(sorted(book.accounts.items())),
        parties=dict(sorted(book.parties.items())),
    )


def judge(book: Book, rulebook: Rulebook, capacity: Capacity) -> dict[str, Case]:
    """What the rules say about every account at the start of the horizon."""
    at = capacity.slots[0].start
    cases = {}
    for account in book.accounts.values():
        party, history = book.parties[account.party_id], book.history_of(account)
        facts = facts_of(account, party, history, at, book.zone)
        cases[account.id] = Case(party, history, rulebook.decide(facts, party.jurisdiction))
    return cases


def _open(
    cases: dict[str, Case], capacity: Capacity, tell: Tell, stop: Callable[[], bool]
) -> dict[tuple[str, Channel], Openings]:
    eligibility = Eligibility(capacity.slots)
    found = {}
    for number, (account_id, case) in enumerate(cases.items()):
        if number % 500 == 0:
            tell(PlanProgress("asking the limits", number / len(cases)))
            if stop():
                raise Stopped("stopped before there was a plan")
        for channel in capacity.attempts:
            found[account_id, channel] = eligibility.openings(account_id, case, channel)
    return found


def _problem(
    book: Book,
    rulebook: Rulebook,
    capacity: Capacity,
    cases: dict[str, Case],
    openings: dict[tuple[str, Channel], Openings],
) -> PlanProblem:
    accounts, channels = tuple(book.accounts.values()), tuple(capacity.attempts)
    scripts = tuple(rulebook.scripts.values())
    points = [[openings[a.id, c].point for c in channels] for a in accounts]
    value = value_book(
        accounts,
        [book.history(a.party_id) for a in accounts],
        channels,
        capacity.slots,
        scripts,
        book.zone,
        [[p.kind if p else None for p in row] for row in points],
        [weights(cases[a.id], channels, capacity.slots) for a in accounts],
    )
    types = {robot: number for number, robot in enumerate(capacity.robots)}
    numbers = {party_id: n for n, party_id in enumerate(book.parties)}
    usable = [
        [set(open_scripts(rulebook.scripts, c, capacity.slots, cases[a.id])) for c in channels]
        for a in accounts
    ]
    return PlanProblem(
        slots=capacity.slots,
        channels=channels,
        scripts=tuple(s.id for s in scripts),
        accounts=tuple(a.id for a in accounts),
        party=np.array([numbers[a.party_id] for a in accounts], np.int64),
        contact=value.contact,
        gain_cents=value.gain_cents,
        cost_cents=value.cost_cents,
        complaint_micro=value.complaint_micro,
        allowed=np.array([[openings[a.id, c].slots for c in channels] for a in accounts]),
        script_allowed=np.array([[[s.id in u for s in scripts] for u in row] for row in usable]),
        capacity=np.array([capacity.attempts[c] for c in channels], np.int64),
        complaints_micro=capacity.complaints_micro,
        touches_per_party=capacity.touches_per_party,
        party_rows=tuple(_rows(book, capacity, cases, openings)),
        robot=np.array([types.get(s.robot, -1) for s in scripts], np.int64),
        robot_capacity=np.array(list(capacity.robots.values()), np.int64).reshape(
            len(types), len(capacity.slots)
        ),
        per_day=np.array([capacity.per_day.get(c, -1) for c in channels], np.int64),
        spend_cents=value.spend_cents,
        money_cents=LARGEST_VALUE if capacity.money_cents is None else capacity.money_cents,
    )


def _rows(
    book: Book,
    capacity: Capacity,
    cases: dict[str, Case],
    openings: dict[tuple[str, Channel], Openings],
) -> list[PartyRow]:
    """Only a person with several accounts, in a plan of several touches, needs more rows."""
    if capacity.touches_per_party == 1:
        return []
    channels, at = tuple(capacity.attempts), capacity.slots[0].start
    placed = sorted(enumerate(book.accounts.values()), key=lambda item: item[1].party_id)
    rows: list[PartyRow] = []
    for _, group in groupby(placed, key=lambda item: item[1].party_id):
        asked = [
            (position, Proposal(account.id, point, channels[0], at), cases[account.id])
            for position, account in group
            if (point := _any_point(account.id, channels, openings)) is not None
        ]
        if len(asked) > 1:
            rows.extend(party_rows(asked, channels, capacity.slots))
    return rows


def _any_point(
    account_id: str, channels: tuple[Channel, ...], openings: dict[tuple[str, Channel], Openings]
) -> ContactPoint | None:
    found = (openings[account_id, channel] for channel in channels)
    return next((o.point for o in found if o.point is not None and o.slots.any()), None)


def _contact_plan(
    book: Book,
    capacity: Capacity,
    problem: PlanProblem,
    solution: Solution,
    openings: dict[tuple[str, Channel], Openings],
) -> ContactPlan:
    assignments = []
    columns = (solution.account, solution.channel, solution.slot, solution.script)
    for a, c, t, s, value, micro in zip(*columns, solution.value, solution.complaint, strict=True):
        account_id, channel = problem.accounts[a], problem.channels[c]
        point = openings[account_id, channel].point
        if point is None:
            raise AssertionError(f"account `{account_id}` was planned without a contact point")
        assignments.append(
            Assignment(
                account_id=account_id,
                party_id=book.accounts[account_id].party_id,
                contact_point_id=point.id,
                channel=channel,
                slot=problem.slots[t],
                script=problem.scripts[s],
                value_cents=int(value),
                complaint_micro=int(micro),
                cost_cents=int(problem.spend_cents[c]),
            )
        )
    assignments.sort(key=lambda a: (a.slot.start, a.channel, a.account_id))
    return ContactPlan(
        status=solution.status,
        assignments=tuple(assignments),
        value_cents=solution.value_cents,
        bound_cents=solution.bound_cents,
        prices=CapacityPrices(
            slots=_by_name(problem.channels, solution.prices),
            complaint=solution.complaint_price,
            robots=_by_name(tuple(capacity.robots), solution.robot_prices),
            days={
                c: float(solution.day_prices[problem.channels.index(c)]) for c in capacity.per_day
            },
            money=solution.money_price,
        ),
    )


Name = TypeVar("Name", bound=str)


def _by_name(names: tuple[Name, ...], prices: Floats) -> dict[Name, tuple[float, ...]]:
    return {name: tuple(row.tolist()) for name, row in zip(names, prices, strict=True)}
