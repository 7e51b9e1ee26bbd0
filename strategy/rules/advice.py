"""What compiles and is allowed, but is probably not what its author meant.

A law that a stricter house rule makes needless is no mistake: the house may tighten, and the law
stays as the reason.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from strategy.domain.directive import Cap, Directive
from strategy.rules.condition import Condition, atoms_of
from strategy.rules.diagnostic import Diagnostic, Finding, diagnose_all, finding
from strategy.rules.draft import Draft
from strategy.rules.implication import implies
from strategy.rules.rule import Rule, in_force
from strategy.rules.segment import Segment
from strategy.rules.stricter import covers


def advise(draft: Draft, day: date | None = None) -> tuple[Diagnostic, ...]:
    """Shadowed rules, bans and caps that never bind, segments that no rule reads; in file order.

    With `day` only what holds on that local day: another rule then need not outlast a rule to
    make it needless.
    """
    rules = draft.rules
    if day is not None:
        rules = tuple(_undated(rule) for rule in in_force(rules, day))
    found = [*_shadowed(rules), *_idle_segments(draft.segments, rules)]
    return tuple(sorted(set(diagnose_all(found, draft.speeches))))


def _undated(rule: Rule) -> Rule:
    return replace(rule, ref=replace(rule.ref, valid_from=None, valid_to=None))


def _shadowed(rules: Sequence[Rule]) -> Iterator[Finding]:
    house = [rule for rule in rules if not rule.jurisdictions]
    for rule in house:
        for directive in rule.directives:
            other = _that_covers(directive, rule, rules)
            if other is None:
                continue
            key = "never-binds" if isinstance(directive, Cap) else "shadowed"
            yield finding(rule.ref.source, key, rule=other.ref.id, place=other.ref.source)


def _that_covers(directive: Directive, rule: Rule, rules: Sequence[Rule]) -> Rule | None:
    """The rule that makes the directive needless. Of two equal ones, the later is needless."""
    for other in rules:
        if other.jurisdictions or not _always_with(other, rule):
            continue  # a law of one place does not make a rule for all places needless
        for strict in other.directives:
            if strict is directive or not covers(strict, directive):
                continue
            equal = covers(directive, strict) and implies(other.condition, rule.condition)
            if not equal or _before(other, strict, rule, directive, rules):
                return other
    return None


def _always_with(other: Rule, rule: Rule) -> bool:
    """Whether `other` fires, and is in force, whenever `rule` is."""
    begun = other.ref.valid_from is None or (
        rule.ref.valid_from is not None and other.ref.valid_from <= rule.ref.valid_from
    )
    lasts = other.ref.valid_to is None or (
        rule.ref.valid_to is not None and other.ref.valid_to >= rule.ref.valid_to
    )
    return begun and lasts and implies(rule.condition, other.condition)


def _before(
    other: Rule, strict: Directive, rule: Rule, directive: Directive, rules: Sequence[Rule]
) -> bool:
    if other is rule:
        return rule.directives.index(strict) < rule.directives.index(directive)
    return rules.index(other) < rules.index(rule)


def _idle_segments(segments: Sequence[Segment], rules: Sequence[Rule]) -> Iterator[Finding]:
    read = {
        value
        for rule in rules
        for atom in atoms_of(rule.condition)
        if atom.field.name == "segment"
        for value in getattr(atom, "values", ())
    }
    earlier: list[tuple[str, Condition]] = []
    for segment in segments:
        first = next((name for name, when in earlier if implies(segment.condition, when)), None)
        if first is not None:
            yield finding(segment.source, "unreachable", segment=segment.id, first=first)
        elif segment.id not in read:
            yield finding(segment.source, "idle-segment", segment=segment.id)
        earlier.append((segment.id, segment.condition))
