"""The fields a mapping can fill, and what each accepts."""

from dataclasses import dataclass

from strategy.domain.channel import Channel
from strategy.domain.contact_point import ContactKind
from strategy.rules import catalogue

MONEY_UNITS = {"cents": 1, "fen": 1, "yuan": 100, "NT$": 100}
"""Cents per unit. `NT$` is Taiwan dollars; the currency itself stands at the top of a mapping."""

DUE_UNITS = ("date", "days_late", "months_late")
DAYS_A_MONTH_LATE = 30
"""Assumption: k months late is 30k days past due."""

FILLERS = ("overdue", "zones", "language", "contact_points", "consents", "history")


@dataclass(frozen=True, slots=True)
class Field:
    """`units` not empty: one of them must be given. `filler`: simulates it where it is lacking."""

    required: bool = False
    units: tuple[str, ...] = ()
    constant: bool = True
    row_number: bool = False
    filler: str | None = None


FIELDS: dict[str, Field] = {
    "account_id": Field(required=True, constant=False, row_number=True),
    "party_id": Field(required=True, constant=False, row_number=True),
    "product": Field(required=True),
    "jurisdiction": Field(required=True),
    "balance": Field(required=True, units=tuple(MONEY_UNITS), constant=False),
    "overdue": Field(required=True, units=tuple(MONEY_UNITS), constant=False, filler="overdue"),
    "due_date": Field(required=True, units=DUE_UNITS, constant=False),
    "zones": Field(required=True, filler="zones"),
    "language": Field(required=True, filler="language"),
    "history_from": Field(filler="history"),
    **{kind.value: Field(constant=False, filler="contact_points") for kind in ContactKind},
    **{f"consent_{channel.value}": Field(filler="consents") for channel in Channel},
    "unwanted_hours": Field(),
    "unwanted_channels": Field(),
    "unwanted_kinds": Field(),
    "unwanted_until": Field(),
}

ATTEMPT_FIELDS: dict[str, Field] = {
    "attempt_id": Field(required=True, constant=False, row_number=True),
    "account_id": Field(required=True, constant=False),
    "contact_point": Field(required=True),
    "channel": Field(required=True),
    "at": Field(required=True, constant=False),
    "outcome": Field(required=True),
    "purpose": Field(),
    "agency": Field(),
}


def attribute_field(declared: catalogue.Field) -> Field:
    """How a mapping fills a field that a rule file declares."""
    money = declared.kind is catalogue.FieldKind.MONEY
    return Field(units=tuple(MONEY_UNITS) if money else ())
