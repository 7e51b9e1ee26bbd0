"""An explanation of rules for other programs: UTC instants, local days, codes as in rule files."""

from datetime import date, datetime
from typing import Any

from strategy.domain.reason import Reason
from strategy.rule_explanation import Permission, RulesExplained
from strategy.rules.trace import Literal, RuleTrace
from strategy.rules.write_yaml import directive


def as_json(found: RulesExplained, whose: str) -> dict[str, Any]:
    segment = None
    if found.segment is not None:
        one, literals = found.segment
        segment = {
            "id": one.id,
            "source": one.source,
            "title": one.title,
            "literals": [_literal(each) for each in literals],
        }
    return {
        "subject": whose,
        "account": found.subject.account.id,
        "at": _instant(found.subject.at),
        "first_day": found.first.isoformat(),
        "last_day": found.last.isoformat(),
        "jurisdiction": found.subject.party.jurisdiction,
        "refused": found.refused,
        "segment": segment,
        "rules": [_rule(one) for one in found.rules],
        "limits": [_permission(one) for one in found.permissions],
    }


def _rule(one: RuleTrace) -> dict[str, Any]:
    rule, ref = one.rule, one.rule.ref
    return {
        "id": ref.id,
        "source": ref.source,
        "title": ref.title,
        "kind": "law" if rule.jurisdictions else "house",
        "jurisdictions": sorted(rule.jurisdictions),
        "force": ref.force,
        "citation": ref.citation,
        "valid_from": _day(ref.valid_from),
        "valid_to": _day(ref.valid_to),
        "when": rule.when,
        "standing": one.standing.value,
        "holds": one.holds,
        "fires": one.fires,
        "literals": [_literal(literal) for literal in one.literals],
        "then": [directive(each) for each in rule.directives],
    }


def _literal(one: Literal) -> dict[str, Any]:
    return {
        "question": one.question,
        "field": one.field,
        "value": one.value,
        "holds": one.holds,
        "missing": one.missing,
    }


def _permission(one: Permission) -> dict[str, Any]:
    return {
        "channel": one.channel.value,
        "contact_point": one.point,
        "allowed": not one.reasons,
        "reasons": [_reason(reason) for reason in one.reasons],
        "next_permitted": _instant(one.next_at),
        "closes": _instant(one.closes),
    }


def _reason(one: Reason) -> dict[str, Any]:
    return {
        "code": one.code,
        "message": one.message,
        "rule": one.rule.id if one.rule else None,
        "source": one.rule.source if one.rule else None,
        "until": _instant(one.until),
        "values": dict(one.values),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
