"""Plan a day: rules and limits say what is open, valuation what it is worth, OR-Tools chooses.

A plan proposes; a permit decides. Whatever is planned here is checked by the verifier, which
shares no code with the optimizer, before anybody sees it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from strategy.domain.attempt import Proposal
from strategy.domain.book import Book
from strategy.domain.capacity import Capacity
from strategy.domain.channel import Channel
from strategy.domain.contact_plan import Assignment, ContactPlan
from strategy.domain.contact_point import ContactPoint
from strategy.domain.facts import facts_of
from strategy.eligibility import Eligibility, Openings, open_scripts
from strategy.errors import InputError
from strategy.limits.case import Case
from strategy.optimizer.exact import Solution, solve
from strategy.optimizer.problem import PartyRow, PlanProblem
from strategy.optimizer.verify import Violation, verify
from strategy.party_rows import party_rows
from strategy.priority import weights
from strategy.rules.rulebook import Rulebook
from strategy.valuation.book_value import value_book

MOST_ACCOUNTS = 20_000
"""What the exact mode is built and measured for."""

Progress = Callable[[str, float], None]
"""Called with a phase and the share of it that is done, 0 to 1."""


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
    progress: Progress = lambda phase, share: None,
) -> PlannedDay:
    """Plan the horizon of `capacity` for the accounts of the book, as its history stands.

    Deterministic: the same inputs and seed give the same plan. Raises `InputError` for a book
    that is empty or too large for the exact mode.
    """
    if not 0 < len(book.accounts) <= MOST_ACCOUNTS:
        raise InputError(
            "portfolio", f"has {len(book.accounts)} accounts; 1 to {MOST_ACCOUNTS} can be planned"
        )
    book = _in_order(book)
    cases = judge(book, rulebook, capacity)
    openings = _open(cases, capacity, progress)
    problem = _problem(book, rulebook, capacity, cases, openings)
    progress("solving", 0.0)
    solution = solve(problem, seed=seed, progress=lambda p: progress(f"solving: {p.stage}", 0.0))
    plan = _contact_plan(book, problem, solution, openings)
    progress("verifying", 0.0)
    verdicts = {account: case.verdict for account, case in cases.items()}
    violations = verify(plan.assignments, book, verdicts, rulebook.scripts, capacity)
    return PlannedDay(plan, problem, cases, openings, violations)


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
    cases: dict[str, Case], capacity: Capacity, progress: Progress
) -> dict[tuple[str, Channel], Openings]:
    eligibility = Eligibility(capacity.slots)
    found = {}
    for number, (account_id, case) in enumerate(cases.items()):
        if number % 500 == 0:
            progress("asking the limits", number / len(cases))
        for channel in capacity.attempts:
            found[account_id, channel] = eligibility.openings(account_id, case, channel)
    progress("asking the limits", 1.0)
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
            )
        )
    assignments.sort(key=lambda a: (a.slot.start, a.channel, a.account_id))
    return ContactPlan(
        status=solution.status,
        assignments=tuple(assignments),
        value_cents=solution.value_cents,
        bound_cents=solution.bound_cents,
        prices={
            channel: tuple(float(p) for p in solution.prices[c])
            for c, channel in enumerate(problem.channels)
        },
        complaint_price=float(solution.complaint_price),
    )
