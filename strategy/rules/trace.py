"""Why each rule fires or does not, read from its condition: no engine is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from strategy.domain.facts import Fact
from strategy.rules.atom import Atom, Between
from strategy.rules.condition import AllOf, AnyOf, Condition
from strategy.rules.reading import shown
from strategy.rules.rule import Rule
from strategy.rules.rulebook import Rulebook


class Standing(StrEnum):
    """Whether a rule counts for this person on these days, whatever its condition says.

    `NOT_ASKED`: nobody is contacted in that jurisdiction, so no rule is.
    """

    IN_FORCE = "in force"
    NOT_YET = "not in force yet"
    OVER = "no longer in force"
    ELSEWHERE = "of another jurisdiction"
    NOT_ASKED = "not asked"


@dataclass(frozen=True, slots=True)
class Literal:
    """One question of a condition and its answer; `value` is what was read, as people read it.

    `missing`: there was no value to use, and `holds` is what the rule says a missing one means.
    """

    question: str
    field: str
    value: str
    holds: bool
    missing: bool


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """One rule: whether its condition holds, whether it counts, and the literals that settle it.

    Where it holds these are its true literals; where not, the first false one, and of `any` the
    first false one of every part. None: it holds always.
    """

    rule: Rule
    standing: Standing
    holds: bool
    literals: tuple[Literal, ...]

    @property
    def fires(self) -> bool:
        return self.holds and self.standing is Standing.IN_FORCE


def trace(
    rulebook: Rulebook, facts: Mapping[str, Fact], jurisdiction: str, first: date, last: date
) -> tuple[RuleTrace, ...]:
    """Every rule of the rulebook, on the person's local days [first, last].

    `facts` without `segment`. They are two days where the person may be on either side of midnight.
    """
    verdict = rulebook.decide(facts, jurisdiction)
    if verdict.segment is not None:
        facts = {**facts, "segment": verdict.segment}
    here = None if verdict.refused else rulebook.ids_in_force(jurisdiction)
    traces = []
    for rule in rulebook.rules:
        holds, literals = settled(rule.condition, facts)
        traces.append(RuleTrace(rule, _standing(rule, here, first, last), holds, literals))
    return tuple(traces)


def settled(condition: Condition, facts: Mapping[str, Fact]) -> tuple[bool, tuple[Literal, ...]]:
    """Whether a condition holds, and the literals that settle it."""
    if not isinstance(condition, AllOf | AnyOf):
        literal = _literal(condition, facts)
        return literal.holds, (literal,)
    parts = [settled(part, facts) for part in condition.parts]
    any_of = isinstance(condition, AnyOf)
    holds = any(h for h, _ in parts) if any_of else all(h for h, _ in parts)
    telling = [literals for one, literals in parts if one is holds]
    if not holds and not any_of:
        telling = telling[:1]
    return holds, tuple(dict.fromkeys(one for literals in telling for one in literals))


def _literal(atom: Atom, facts: Mapping[str, Fact]) -> Literal:
    holds = atom.scalar()(facts)
    # Only where no value can be used does the answer turn with what a missing one means.
    missing = replace(atom, if_missing=not atom.if_missing).scalar()(facts) is not holds
    value = shown(atom.field, facts.get(atom.field.name))
    if missing and isinstance(atom, Between) and atom.currency and value != "missing":
        value += f" in {facts.get('currency') or 'an unknown currency'}"
    return Literal(str(atom), atom.field.name, value, holds, missing)


def _standing(rule: Rule, here: frozenset[str] | None, first: date, last: date) -> Standing:
    if here is None:
        return Standing.NOT_ASKED
    if rule.ref.id not in here:
        return Standing.ELSEWHERE
    if rule.ref.in_force(first, last):
        return Standing.IN_FORCE
    begins = rule.ref.valid_from
    return Standing.NOT_YET if begins is not None and begins > last else Standing.OVER
