"""An explanation of rules as lines to read."""

from collections.abc import Iterator, Sequence

from strategy.cli.words import clock, dates, money, said
from strategy.domain.account import Account
from strategy.rule_explanation import Permission, RulesExplained
from strategy.rules.rule import Rule
from strategy.rules.trace import Literal, RuleTrace, Standing
from strategy.rules.write_yaml import directive
from strategy.rules.yaml_text import flow


def as_lines(found: RulesExplained, whose: str) -> Iterator[str]:
    """Rules that fire first, then those that do not, then those that do not count."""
    subject = found.subject
    days = f"{found.first}" if found.first == found.last else f"{found.first} to {found.last}"
    yield whose
    yield f"  {_debt(subject.account)}, party in {subject.party.jurisdiction}, local day {days}"
    if found.segment is not None:
        segment, literals = found.segment
        yield f"  segment {segment.id} {segment.source} {segment.title}{_because(literals)}"
    if found.refused is not None:
        yield f"  nobody is contacted: {found.refused}"
    in_force = [one for one in found.rules if one.standing is Standing.IN_FORCE]
    yield from _group("fires", [one for one in in_force if one.holds])
    yield from _group("does not fire", [one for one in in_force if not one.holds])
    for standing in (Standing.NOT_YET, Standing.OVER, Standing.ELSEWHERE, Standing.NOT_ASKED):
        yield from _group(standing, [one for one in found.rules if one.standing is standing])
    if found.permissions:
        zone = next(iter(subject.party.zones), subject.zone)
        yield f"the limits at {clock(subject.at, zone)} {zone}:"
        for permission in found.permissions:
            yield from _permission(permission, zone)


def _debt(account: Account) -> str:
    return f"{account.product}, {money(account.overdue_cents, account.currency)} overdue"


def _group(title: str, traces: Sequence[RuleTrace]) -> Iterator[str]:
    if not traces:
        return
    yield f"{title}:"
    for one in traces:
        rule = one.rule
        yield f"  {rule.ref.id} {rule.ref.source} {rule.ref.title}"
        if one.standing in (Standing.ELSEWHERE, Standing.NOT_ASKED):
            yield f"    {_source(rule)}"
            continue
        yield f"    {_source(rule)}, in force {dates(rule.ref)}"
        would = "" if one.standing is Standing.IN_FORCE else "would fire " * one.holds
        yield from _why(one, would)
        if one.fires:
            yield from (f"    then {flow(directive(d))}" for d in rule.directives)


def _source(rule: Rule) -> str:
    if not rule.jurisdictions:
        cited = rule.ref.citation.removeprefix("house policy")
        return f"house {rule.ref.force}{f': {cited}' if cited else ''}"
    places = ", ".join(sorted(rule.jurisdictions))
    return f"law of {places}, {rule.ref.force}: {rule.ref.citation}"


def _why(one: RuleTrace, would: str) -> Iterator[str]:
    if not one.literals:
        yield f"    {would}because it holds for everybody"
    for literal in one.literals:
        answer = "" if literal.holds else " does not hold"
        yield f"    {would}because {literal.question}{answer}{_read(literal)}"


def _read(literal: Literal) -> str:
    value = f"{literal.field} = {literal.value}"
    if not literal.missing:
        return f" ({value})"
    meant = "true" if literal.holds else "false"
    return f" ({value}; a missing value counts as {meant} here)"


def _because(literals: Sequence[Literal]) -> str:
    return "".join(f", because {one.question}{_read(one)}" for one in literals)


def _permission(one: Permission, zone: str) -> Iterator[str]:
    to = f" to {one.point}" if one.point is not None else ""
    if not one.reasons:
        closes = f" until {clock(one.closes, zone)}" if one.closes else ""
        yield f"  {one.channel}{to}: allowed{closes}"
        return
    yield f"  {one.channel}{to}: refused"
    yield from (f"    {said(reason, zone)}" for reason in one.reasons)
    if one.next_at is not None:
        yield f"    next permitted: {clock(one.next_at, zone)}"
