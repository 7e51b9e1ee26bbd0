"""All promises of the decision path, proven from the ledger and the journals."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from loadtest.check.acknowledged import answered_twice, clocks, missing
from loadtest.check.bans import broken
from loadtest.check.calendar import local
from loadtest.check.caps import exceeded
from loadtest.check.open_permits import overlapping
from loadtest.check.rows import Granted, Rows, Tried, rows_of
from loadtest.check.violation import Violation
from loadtest.journal import Answered, Reported, read_journals
from strategy.domain.directive import Cap, Forbid
from strategy.rules.rule import Rule

CLOCK_TOLERANCE_S = 60


class Checked(NamedTuple):
    """What was looked at, and what was wrong."""

    permits: int
    caps: int
    bans: int
    answers: int
    outcomes: int
    repeated: int
    violations: list[Violation]


def check(place: str, journals: Path, ahead_s: float = 0.0) -> Checked:
    """`place` as `--ledger` of a server names it. The journals are read first: what they say was
    acknowledged before the ledger was read.

    `ahead_s`: by how much the server's clock is ahead of the generators', to about half a minute.
    """
    lines = list(read_journals(journals))
    answers: dict[str, Answered] = {}
    reports: dict[str, Reported] = {}
    for line in lines:
        if isinstance(line, Answered) and line.permit_id:
            answers.setdefault(line.permit_id, line)
        elif isinstance(line, Reported):
            reports.setdefault(line.permit_id, line)
    with rows_of(place) as rows:
        found = _Permits(rows)
        violations = list(found.violations())
        for of_party in found.by_party.values():
            violations += overlapping(of_party, answers, reports)
        violations += missing(lines, rows)
        violations += answered_twice(lines, rows)
        violations += clocks(answers, round(ahead_s * 1e6), CLOCK_TOLERANCE_S * 1_000_000)
    asked = [line.request_id for line in lines if isinstance(line, Answered)]
    return Checked(
        permits=len(found.numbers),
        caps=found.caps,
        bans=found.bans,
        answers=len(asked),
        outcomes=len(reports),
        repeated=len(asked) - len(set(asked)),
        violations=violations,
    )


class _Permits:
    """Every permit against the caps and bans of the rules that fired for it."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._books: dict[str, dict[tuple[str, str], Rule]] = {}
        self.by_party: dict[str, list[Granted]] = defaultdict(list)
        self.numbers: dict[str, int] = {}
        self.caps = self.bans = 0
        for granted in rows.granted():
            self.by_party[granted.permit.party].append(granted)
            self.numbers[granted.permit.id] = granted.number

    def violations(self) -> Iterator[Violation]:
        for permit in self._rows.permits():
            if permit not in self.numbers:
                yield Violation("decision", permit, "no recorded decision granted this permit")
        for party, of_party in self.by_party.items():
            person, own = self._rows.party(party), self._rows.of_party(party)
            for granted in of_party:
                yield from self._of(granted, person, own)

    def _of(self, granted: Granted, person: Any, own: list[Tried]) -> Iterator[Violation]:
        permit = granted.permit
        kinds = {point["id"]: point["kind"] for point in person["contact_points"]}
        shared: list[Tried] | None = None
        for directive in self._directives(granted, person["zones"]):
            if isinstance(directive, Forbid):
                self.bans += 1
                yield from broken(permit, directive, person)
                continue
            self.caps += 1
            tried = own
            if directive.key == "account":
                shared = shared if shared is not None else self._rows.of_account(permit.account)
                tried = shared
            before = [one for one in tried if self._is_before(one, granted)]
            yield from exceeded(granted, directive, before, kinds, person["zones"])

    def _directives(self, granted: Granted, zones: list[str]) -> Iterator[Cap | Forbid]:
        """Of the rules that fired and are in force on that day, for that channel and purpose."""
        book = self._books.get(granted.rulebook)
        if book is None:
            book = self._books[granted.rulebook] = self._rows.rules(granted.rulebook)
        permit = granted.permit
        days = [local(permit.granted, zone).date() for zone in zones]
        for fired in granted.fired:
            ref = book[fired].ref
            started = [d for d in days if ref.valid_from is None or ref.valid_from <= d]
            if not any(ref.valid_to is None or d <= ref.valid_to for d in started):
                continue
            for directive in book[fired].directives:
                if (
                    isinstance(directive, Cap | Forbid)
                    and permit.channel in directive.channels
                    and permit.purpose not in directive.exempt
                ):
                    yield directive

    def _is_before(self, one: Tried, granted: Granted) -> bool:
        if one.state == "imported":
            return one.at <= granted.permit.granted
        return one.state != "released" and self.numbers.get(one.id, 0) < granted.number
