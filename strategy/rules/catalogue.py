"""The fields that conditions may read: exactly the facts of `strategy.domain.facts`."""

from dataclasses import dataclass
from enum import Enum
from typing import get_args

from strategy.domain.account import Product, Stage
from strategy.domain.facts import Fact


class FieldKind(Enum):
    """How a field is written in rule files."""

    WHOLE = "a whole number"
    MONEY = 'an amount with its currency, such as "500.00 CNY"'
    FLAG = "true or false"
    CHOICE = "one of its words"
    CODE = "a code"


@dataclass(frozen=True, slots=True)
class Field:
    """One field. Whole numbers in `unit`, money in cents; bounds hold for constants in rules."""

    name: str
    kind: FieldKind
    about: str
    unit: str = ""
    low: int = 0
    high: int = 0
    choices: tuple[str, ...] = ()
    pattern: str = ""

    def is_readable(self, value: Fact) -> bool:
        """Whether a fact is of this field's type; anything else counts as missing."""
        match self.kind:
            case FieldKind.WHOLE | FieldKind.MONEY:
                return type(value) is int and -(2**63) <= value < 2**63
            case FieldKind.FLAG:
                return type(value) is bool
            case FieldKind.CHOICE:
                return type(value) is str and value in self.choices
            case FieldKind.CODE:
                return type(value) is str and value != ""


def _flag(name: str, about: str) -> Field:
    return Field(name, FieldKind.FLAG, about)


def _money(name: str, about: str) -> Field:
    return Field(name, FieldKind.MONEY, about, "cents", 0, 10**14)


_ALL = (
    Field(
        "days_past_due",
        FieldKind.WHOLE,
        "days since the oldest unpaid due date",
        "days",
        -36_500,
        36_500,
    ),
    Field(
        "stage",
        FieldKind.CHOICE,
        "early to 30 days past due, mid to 90, late after",
        choices=tuple(stage.value for stage in Stage),
    ),
    Field(
        "product",
        FieldKind.CHOICE,
        "what was lent",
        choices=tuple(product.value for product in Product),
    ),
    Field(
        "currency",
        FieldKind.CODE,
        "currency of the account, ISO 4217",
        pattern="[A-Z]{3}",
    ),
    _money("balance", "everything owed on the account"),
    _money("overdue", "the part of the balance that is past due"),
    Field(
        "jurisdiction",
        FieldKind.CODE,
        "whose law holds for the party",
        pattern="[A-Z]{2}(-[A-Z0-9]{1,3})?",
    ),
    Field("language", FieldKind.CODE, "the party's language", pattern="[a-z]{2,3}"),
    _flag("promise_open", "a promise to pay is neither kept nor broken"),
    Field(
        "broken_promises_90d",
        FieldKind.WHOLE,
        "promises broken in the last 90 local days",
        "promises",
        0,
        1_000,
    ),
    _flag("dispute_open", "the party disputes the debt and it is not settled"),
    _flag("complaint_open", "a complaint waits for its answer"),
    _flag("hardship_declared", "the party has said it cannot pay"),
    _flag("agreement_current", "a signed repayment agreement is being kept"),
    _flag("attorney", "an attorney represents the party"),
    _flag("cease_requested", "the party asked not to be contacted"),
    _flag("deceased", "the party has died"),
)

FIELDS = {field.name: field for field in _ALL}
"""Every field by name."""

assert {type(None), bool, int, str} == set(get_args(Fact))
