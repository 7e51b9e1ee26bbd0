"""Reasons and amounts as the command line says them."""

from datetime import datetime

from strategy.domain.local_time import local
from strategy.domain.reason import Reason


def said(reason: Reason, zone: str) -> str:
    """One reason on one line, with its rule, its values and its end."""
    rule = f" [{reason.rule.id} {reason.rule.source}]" if reason.rule else ""
    values = "; ".join(f"{name} = {value}" for name, value in reason.values)
    read = f" ({values})" if values else ""
    until = f", until {clock(reason.until, zone)}" if reason.until else ""
    return f"{reason.code}: {reason.message}{rule}{read}{until}"


def clock(instant: datetime, zone: str) -> str:
    return f"{local(instant, zone):%Y-%m-%d %H:%M}"


def money(cents: float, currency: str) -> str:
    return f"{cents / 100:,.2f} {currency}"
