"""Runs rule tests against a rulebook: the same rules and limits that guard permits."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from strategy.domain.directive import Relief, ReliefKind
from strategy.domain.facts import Fact, facts_of
from strategy.domain.local_time import local_day
from strategy.domain.reason import Reason
from strategy.domain.verdict import Verdict
from strategy.limits import check
from strategy.limits.case import Case
from strategy.rule_tests.case import RuleTest
from strategy.rules.rule import Rule
from strategy.rules.rulebook import Rulebook


class Status(StrEnum):
    """`ERROR`: the case could not be evaluated."""

    PASS = "pass"
    FAIL = "fail"
    ERROR = "error"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one test: what is wrong, and every reason and value that says why."""

    test: RuleTest
    status: Status
    wrong: tuple[str, ...] = ()
    read: tuple[str, ...] = ()
    proved: frozenset[str] = frozenset()


def run_test(test: RuleTest, rulebook: Rulebook) -> Result:
    """One test. A case whose evaluation raises is an `ERROR`, never a pass."""
    if test.skip:
        return Result(test, Status.SKIPPED, (test.skip,))
    try:
        facts = facts_for(test)
        return compare(test, facts, rulebook.decide(facts, test.party.jurisdiction))
    except Exception as error:
        return Result(test, Status.ERROR, (f"{type(error).__name__}: {error}",))


def untested(rules: Sequence[Rule], results: Sequence[Result]) -> list[Rule]:
    """Rules by which no passing test was refused, and whose relief none was offered."""
    proved = {name for result in results for name in result.proved}
    return [rule for rule in rules if rule.ref.id not in proved]


def facts_for(test: RuleTest) -> dict[str, Fact]:
    """What rules read of the person in the test."""
    facts = facts_of(test.account, test.party, test.history, test.at, test.zone)
    return {**facts, **test.given}


def compare(test: RuleTest, facts: Mapping[str, Fact], verdict: Verdict) -> Result:
    """What the limits make of the verdict, beside what the test expects."""
    expected = test.expected
    case = Case(test.party, test.history, verdict)
    reasons = check.reasons(test.asked, case)
    offered = _relief(test, verdict)
    wrong = [*_answer(test, reasons), *_next(test, case, reasons)]
    bounds = {directive.kind.value: bound for directive, bound in offered.values()}
    if expected.relief is not None and bounds != dict(expected.relief):
        wrong.append(f"expected relief {dict(expected.relief)}, got {bounds}")
    if expected.segment is not None and verdict.segment != expected.segment:
        wrong.append(f"expected segment {expected.segment}, got {verdict.segment}")
    if wrong:
        read = [_said(reason) for reason in reasons]
        read += [f"{name} = {value}" for name, value in sorted(facts.items()) if value is not None]
        return Result(test, Status.FAIL, tuple(wrong), tuple(read))
    proved = set(expected.by)
    if expected.relief:
        proved |= {directive.rule.id for directive, _ in offered.values()}
    proved |= {d.rule.id for d in verdict.directives if type(d).__name__ == "Weight"}
    return Result(test, Status.PASS, proved=frozenset(proved))


def _answer(test: RuleTest, reasons: Sequence[Reason]) -> Iterator[str]:
    expected = test.expected
    named = {name for r in reasons for name in (r.code, r.rule.id if r.rule else r.code)}
    rules = [r.rule.id if r.rule else r.code for r in reasons]
    if expected.allowed is True and reasons:
        yield f"expected allowed, but refused by {', '.join(rules)}"
    if expected.allowed is False and not reasons:
        yield "expected refused, but allowed"
    if missing := [name for name in expected.by if name not in named]:
        yield f"not refused by {', '.join(missing)}"
    if surplus := [name for name in expected.not_by if name in named]:
        yield f"refused by {', '.join(surplus)}"
    if expected.only:
        others = [
            r.rule.id if r.rule else r.code
            for r in reasons
            if not {r.code, r.rule.id if r.rule else r.code} & set(expected.by)
        ]
        if others:
            yield f"also refused by {', '.join(others)}"


def _next(test: RuleTest, case: Case, reasons: Sequence[Reason]) -> Iterator[str]:
    if test.expected.until is None:
        return
    (wanted,) = test.expected.until
    found = check.next_permitted(test.asked, case) if reasons else test.at
    if found != wanted:
        yield f"expected next permitted {wanted or 'never'}, got {found or 'never'}"


def _relief(test: RuleTest, verdict: Verdict) -> dict[ReliefKind, tuple[Relief, int]]:
    """The widest bound of each kind in force on that day."""
    day = local_day(test.at, test.zone)
    best: dict[ReliefKind, tuple[Relief, int]] = {}
    for directive in verdict.directives:
        if isinstance(directive, Relief) and directive.rule.in_force(day, day):
            bound = max(directive.max_months, directive.max_waiver_bp)
            if directive.kind not in best or bound > best[directive.kind][1]:
                best[directive.kind] = directive, bound
    return best


def _said(reason: Reason) -> str:
    rule = f"{reason.rule.id} at {reason.rule.source}" if reason.rule else reason.code
    until = f", until {reason.until:%Y-%m-%d %H:%M} UTC" if reason.until else ""
    return f"{rule}: {reason.message}{until}"
