"""Plan a day: rules and limits say what is open, valuation what it is worth, OR-Tools chooses.

A plan proposes; a permit decides. Whatever is planned here is checked by the verifier, which
shares no code with the optimizer, before anybody sees it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from strategy.domain.before import Before
from strategy.domain.book import Book
from strategy.domain.capacity import Capacity
from strategy.domain.channel import Channel
from strategy.domain.contact_plan import ContactPlan
from strategy.domain.floor import Floor
from strategy.domain.verdict import Verdict
from strategy.eligibility import Openings
from strategy.errors import InputError
from strategy.exact_day import plan_exact
from strategy.floor_results import FloorTally
from strategy.left_alone import Tally
from strategy.limits.case import Case
from strategy.opened import Opened, Opener, case_of, chunks
from strategy.optimizer.verify import Violation, verify
from strategy.plan_progress import PlanProgress, Stop, Tell
from strategy.rules.rulebook import Rulebook

MOST_EXACT = 20_000
"""Accounts up to which the exact mode is built and measured; above, plans go by prices."""


@dataclass(frozen=True)
class PlannedDay:
    """A plan, who it leaves alone, and what the verifier found: nothing, unless something is badly
    wrong.

    `cases` are what the rules said, and `openings` for each account and channel which slots were
    open or why none was. Of a plan by prices nothing of that is kept: it would not fit.
    """

    plan: ContactPlan
    tally: Tally
    violations: tuple[Violation, ...]
    cases: dict[str, Case] = field(default_factory=dict)
    openings: dict[tuple[str, Channel], Openings] = field(default_factory=dict)


def plan_day(
    book: Book,
    rulebook: Rulebook,
    capacity: Capacity,
    *,
    seed: int = 0,
    before: Before | None = None,
    tell: Tell = lambda _: None,
    stop: Stop = lambda: False,
) -> PlannedDay:
    """Plan the horizon of `capacity` for the accounts of the book, as its history stands.

    Exact for books of up to `MOST_EXACT` accounts; by prices above, where it changes a plan
    `before`, and where people get several touches. Deterministic: the same inputs and seed give the
    same plan, unless `stop` says at some time that the best plan so far is wanted. Raises
    `InputError` for a book that cannot be planned so, and `Stopped` where there is no plan yet.
    """
    several = capacity.touches_per_party > 1
    by_prices = before is not None or several or len(book.accounts) > MOST_EXACT
    _agree(book, rulebook, capacity, again=before is not None)
    opener, tally = Opener(book, rulebook, capacity), Tally()
    floors = FloorTally(capacity, opener.scripts)
    of_channel = [list(capacity.attempts).index(script.channel) for script in opener.scripts]

    def opened() -> Iterator[Opened]:
        for chunk in chunks(book, opener, tell, stop):
            tally.add(chunk, of_channel)
            floors.add(chunk)
            yield chunk

    kept: list[Opened] = []
    if by_prices:
        # Compiled code takes a second to load: plans of small books must not wait for it.
        from strategy.book_factors import Filling
        from strategy.priced_day import plan_priced

        filling = Filling(len(book.accounts), capacity, opener.scripts)
        for chunk in opened():
            filling.add(chunk)
        plan = plan_priced(
            book,
            capacity,
            filling.done(),
            opener.scripts,
            floors,
            seed=seed,
            tell=tell,
            stop=stop,
            before=before,
        )
    else:
        kept.extend(opened())
        plan = plan_exact(book, capacity, kept, opener.scripts, floors, seed, tell, stop)
    tell(PlanProgress("verifying", 0.0, plan.value_cents, plan.bound_cents))
    verdicts = Verdicts(book, rulebook, capacity)
    violations = verify(plan.assignments, book, verdicts, rulebook.scripts, capacity, plan.floors)
    cases, openings = _kept(kept, tuple(capacity.attempts))
    return PlannedDay(plan, tally, violations, cases, openings)


def _kept(
    opened: list[Opened], channels: tuple[Channel, ...]
) -> tuple[dict[str, Case], dict[tuple[str, Channel], Openings]]:
    cases, openings = {}, {}
    for chunk in opened:
        for account, case, row in zip(chunk.accounts, chunk.cases, chunk.openings, strict=True):
            cases[account.id] = case
            openings.update(
                {(account.id, c): found for c, found in zip(channels, row, strict=True)}
            )
    return cases, openings


def _agree(book: Book, rulebook: Rulebook, capacity: Capacity, *, again: bool) -> None:
    """A bound that binds nothing because of a slip would be a bound that is not kept."""
    if not book.accounts:
        raise InputError("portfolio", "has 0 accounts: there is nothing to plan")
    if again and capacity.touches_per_party > 1:
        what = "must be 1 to plan again from a plan; several touches of a person are planned anew"
        raise InputError("touches_per_party", what)
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
    for floor in capacity.floors:
        _agree_on_floor(floor, rulebook, capacity, again)


def _agree_on_floor(floor: Floor, rulebook: Rulebook, capacity: Capacity, again: bool) -> None:
    if again or capacity.touches_per_party > 1:
        what = (
            "floors are kept with one touch of a person, and not where a plan is made again from "
            f"another; leave `{floor.name}` out, plan anew, or one touch"
        )
        raise InputError(floor.source, what)
    places = (
        ("segment", floor.segments, [s.id for s in rulebook.segments]),
        ("channel", floor.channels, list(capacity.attempts)),
        ("robot", filter(None, [floor.robot]), _robots(rulebook, floor)),
    )
    for kind, named, known in places:
        for one in named:
            if one not in known:
                listed = ", ".join(f"`{word}`" for word in sorted(known)) or "none"
                what = f"floor `{floor.name}`: there is no {kind} `{one}` here; there are {listed}"
                raise InputError(floor.source, what)


def _robots(rulebook: Rulebook, floor: Floor) -> set[str]:
    """The robots of the channels that the floor counts."""
    scripts = rulebook.scripts.values()
    return {s.robot for s in scripts if floor.counts(s.channel, floor.robot)} - {""}


def judge(book: Book, rulebook: Rulebook, capacity: Capacity) -> dict[str, Case]:
    """What the rules say about every account at the start of the horizon."""
    return {a.id: case_of(book, rulebook, capacity, a) for a in book.accounts.values()}


class Verdicts(Mapping[str, Verdict]):
    """What the rules say, by account, asked when it is wanted: verdicts of a big book are many."""

    def __init__(self, book: Book, rulebook: Rulebook, capacity: Capacity) -> None:
        self._book, self._rulebook, self._capacity = book, rulebook, capacity

    def __getitem__(self, account_id: str) -> Verdict:
        account = self._book.accounts[account_id]
        return case_of(self._book, self._rulebook, self._capacity, account).verdict

    def __contains__(self, account_id: object) -> bool:
        return account_id in self._book.accounts

    def __iter__(self) -> Iterator[str]:
        return iter(self._book.accounts)

    def __len__(self) -> int:
        return len(self._book.accounts)
