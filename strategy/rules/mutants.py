"""Mutants of a rule: each says one thing a little otherwise, as a slip of the pen would.

Good tests beside a rule catch every one of them. Mutants that provably mean the same are left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from strategy.domain.directive import Directive, Forbid, Hold
from strategy.domain.local_time import LocalWindow
from strategy.domain.reason import RuleRef
from strategy.rules.atom import Atom, Between
from strategy.rules.condition import ALWAYS, AllOf, AnyOf, Condition
from strategy.rules.implication import implies
from strategy.rules.rule import Rule
from strategy.rules.stricter import covers
from strategy.rules.write_yaml import directive
from strategy.rules.yaml_text import flow

_LEAST = {
    "maximum": 1,
    "days": 1,
    "minutes": 1,
    "grace_days": 0,
    "max_months": 1,
    "max_waiver_bp": 1,
}
"""Numbers of directives that a test can tell apart, and how small each can be written."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A rule with one change; `what` says which, in the words of rule files."""

    rule: Rule
    what: str


def mutants(rule: Rule) -> Iterator[Mutant]:
    """Comparisons turned around, thresholds and days one off, literals left out, windows a minute
    off, caps one off, one of several directives left out, dates a day off."""
    for when, what in _of_condition(rule.condition):
        if not (implies(when, rule.condition) and implies(rule.condition, when)):
            yield Mutant(replace(rule, condition=when), what)
    for place, one in enumerate(rule.directives):
        before, after = rule.directives[:place], rule.directives[place + 1 :]
        for changed, what in _of_directive(one):
            if not (covers(changed, one) and covers(one, changed)):
                yield Mutant(replace(rule, directives=(*before, changed, *after)), what)
        rest = (*before, *after)
        if rest and not any(covers(other, one) for other in rest):
            yield Mutant(replace(rule, directives=rest), f"without {flow(directive(one))}")
    for ref, what in _of_dates(rule.ref):
        moved = tuple(replace(one, rule=ref) for one in rule.directives)
        yield Mutant(replace(rule, ref=ref, directives=moved), what)


def _of_condition(when: Condition) -> Iterator[tuple[Condition, str]]:
    if isinstance(when, AllOf | AnyOf):
        yield from _of_parts(when)
        return
    yield ALWAYS, f"without {when}"
    for atom in _of_atom(when):
        yield atom, f"{when} became {atom}"


def _of_parts(when: AllOf | AnyOf) -> Iterator[tuple[Condition, str]]:
    for place, part in enumerate(when.parts):
        before, after = when.parts[:place], when.parts[place + 1 :]
        if rest := (*before, *after):
            yield replace(when, parts=rest), f"without {part}"
        changes = _of_condition(part)
        if not isinstance(part, AllOf | AnyOf):  # leaving it out is said above
            next(changes)
        for changed, what in changes:
            yield replace(when, parts=(*before, changed, *after)), what


def _of_atom(atom: Atom) -> Iterator[Atom]:
    """Turned around and one off; what a missing value means stays."""
    yield replace(atom.negated(), if_missing=atom.if_missing)
    if isinstance(atom, Between):
        low, high = atom.low, atom.high
        for step in (-1, 1):
            if low is not None and low == high:
                yield replace(atom, low=low + step, high=low + step)
                continue
            if low is not None and (high is None or low + step <= high):
                yield replace(atom, low=low + step)
            if high is not None and (low is None or low <= high + step):
                yield replace(atom, high=high + step)
    elif len(atom.values) > 1:
        for value in atom.values:
            yield replace(atom, values=tuple(one for one in atom.values if one != value))


def _of_directive(one: Directive) -> Iterator[tuple[Directive, str]]:
    if isinstance(one, Forbid):
        for place, window in enumerate(one.windows):
            for moved in _of_window(window):
                windows = (*one.windows[:place], moved, *one.windows[place + 1 :])
                yield replace(one, windows=windows), f"window {window} became {moved}"
    for name, least in _LEAST.items():
        value = getattr(one, name, 0)
        promised = name == "grace_days" and isinstance(one, Hold) and one.until_promise_due
        if value or promised:  # otherwise the directive has no such number
            for other in (value - 1, value + 1):
                if other >= least:
                    changed = replace(one, **{name: other})  # type: ignore[arg-type]
                    yield changed, f"{name} {value} became {other}"


def _of_window(window: LocalWindow) -> Iterator[LocalWindow]:
    """Each edge a minute earlier and later, round midnight."""
    for step in (-1, 1):
        start, end = (window.start + step) % 1440, (window.end + step) % 1440
        if start != window.end:
            yield LocalWindow(start, window.end)
        if end != window.start:
            yield LocalWindow(window.start, end)


def _of_dates(ref: RuleRef) -> Iterator[tuple[RuleRef, str]]:
    begins, ends = ref.valid_from, ref.valid_to
    for step in (timedelta(days=-1), timedelta(days=1)):
        if begins is not None and (ends is None or begins + step <= ends):
            yield (
                replace(ref, valid_from=begins + step),
                f"valid_from {begins} became {begins + step}",
            )
        if ends is not None and (begins is None or begins <= ends + step):
            yield replace(ref, valid_to=ends + step), f"valid_to {ends} became {ends + step}"
