"""Reasons and amounts as the command line says them."""

from datetime import datetime

from strategy.domain.local_time import local
from strategy.domain.reason import Reason, RuleRef


def said(reason: Reason, zone: str) -> str:
    """One reason on one line, with its rule, its values and its end."""
    rule = f" [{reason.rule.id} {reason.rule.source}]" if reason.rule else ""
    values = "; ".join(f"{name} = {value}" for name, value in reason.values)
    read = f" ({values})" if values else ""
    until = f", until {clock(reason.until, zone)}" if reason.until else ""
    return f"{reason.code}: {reason.message}{rule}{read}{until}"


def dates(rule: RuleRef) -> str:
    """`since 2026-09-01 until 2026-12-31`, both days included, or `at all times`."""
    begins, ends = rule.valid_from, rule.valid_to
    said = [f"since {begins}"] if begins else []
    said += [f"until {ends}"] if ends else []
    return " ".join(said) or "at all times"


def clock(instant: datetime, zone: str) -> str:
    return f"{local(instant, zone):%Y-%m-%d %H:%M}"


def money(cents: float, currency: str) -> str:
    return f"{cents / 100:,.2f} {currency}"
