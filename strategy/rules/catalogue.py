"""The fields that conditions may read, each with its type, unit and English and Chinese phrases.

`BUILT_IN` holds the facts of `strategy.domain.facts`; rule files declare further ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

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
    """One field. Whole numbers in `unit`, money in cents; bounds hold for constants in rules.

    `en` and `zh` name it in sentences: a clause for a flag (`a dispute is open`), else a noun
    phrase. `words` are (value, en, zh) of choices that have phrases of their own. `attribute`: it
    is declared in a rule file and imported with the account.
    """

    name: str
    kind: FieldKind
    about: str
    unit: str = ""
    low: int = 0
    high: int = 0
    choices: tuple[str, ...] = ()
    pattern: str = ""
    en: str = ""
    zh: str = ""
    words: tuple[tuple[str, str, str], ...] = ()
    attribute: bool = False

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


Catalogue = Mapping[str, Field]
"""Fields by name."""

MOST_CENTS = 10**14


def _flag(name: str, about: str, en: str, zh: str) -> Field:
    return Field(name, FieldKind.FLAG, about, en=en, zh=zh)


def _money(name: str, about: str, en: str, zh: str) -> Field:
    return Field(name, FieldKind.MONEY, about, "cents", 0, MOST_CENTS, en=en, zh=zh)


def _whole(name: str, about: str, unit: str, low: int, high: int, en: str, zh: str) -> Field:
    return Field(name, FieldKind.WHOLE, about, unit, low, high, en=en, zh=zh)


def _code(name: str, about: str, pattern: str, en: str, zh: str) -> Field:
    return Field(name, FieldKind.CODE, about, pattern=pattern, en=en, zh=zh)


def _choice(name: str, about: str, en: str, zh: str, *words: tuple[str, str, str]) -> Field:
    choices = tuple(value for value, _, _ in words)
    return Field(name, FieldKind.CHOICE, about, choices=choices, en=en, zh=zh, words=words)


_ALL = (
    _whole(
        "days_past_due",
        "days since the oldest unpaid due date",
        "days",
        -36_500,
        36_500,
        "days past due",
        "逾期天数",
    ),
    _choice(
        "stage",
        "early to 30 days past due, mid to 90, late after",
        "the stage",
        "逾期阶段",
        (Stage.EARLY.value, "early", "早期"),
        (Stage.MID.value, "mid", "中期"),
        (Stage.LATE.value, "late", "晚期"),
    ),
    _choice(
        "product",
        "what was lent",
        "the product",
        "产品",
        (Product.CREDIT_CARD.value, "credit card", "信用卡"),
        (Product.CONSUMER_LOAN.value, "consumer loan", "消费贷"),
        (Product.CASH_LOAN.value, "cash loan", "现金贷"),
    ),
    _code("currency", "currency of the account, ISO 4217", "[A-Z]{3}", "the currency", "币种"),
    _money("balance", "everything owed on the account", "the balance", "欠款总额"),
    _money("overdue", "the part of the balance that is past due", "the overdue amount", "逾期金额"),
    _code(
        "jurisdiction",
        "whose law holds for the party",
        "[A-Z]{2}(-[A-Z0-9]{1,3}){0,2}",
        "the jurisdiction",
        "法域",
    ),
    _code("language", "the party's language", "[a-z]{2,3}", "the language", "语言"),
    _flag(
        "promise_open",
        "a promise to pay is neither kept nor broken",
        "a promise to pay is open",
        "有未到期的还款承诺",
    ),
    _whole(
        "broken_promises_90d",
        "promises broken in the last 90 local days",
        "promises",
        0,
        1_000,
        "broken promises in the last 90 days",
        "近90天失约次数",
    ),
    _flag(
        "dispute_open",
        "the party disputes the debt and it is not settled",
        "a dispute is open",
        "有未结争议",
    ),
    _flag(
        "complaint_open", "a complaint waits for its answer", "a complaint is open", "有未结投诉"
    ),
    _flag(
        "hardship_declared",
        "the party has said it cannot pay",
        "hardship is declared",
        "客户已申报困难",
    ),
    _flag(
        "agreement_current",
        "a signed repayment agreement is being kept",
        "a repayment agreement is current",
        "还款协议正在履行",
    ),
    _flag(
        "attorney",
        "an attorney represents the party",
        "the customer is represented by an attorney",
        "客户已委托律师",
    ),
    _flag(
        "cease_requested",
        "the party asked not to be contacted",
        "the customer asked for no contact",
        "客户已要求停止联系",
    ),
    _flag("deceased", "the party has died", "the customer is deceased", "客户已去世"),
    _flag(
        "bankruptcy",
        "bankruptcy or insolvency proceedings are open",
        "bankruptcy is open",
        "客户已进入破产程序",
    ),
    _flag(
        "moratorium",
        "a breathing space or a stay is in force",
        "a moratorium is in force",
        "处于暂缓催收期",
    ),
    _flag(
        "incapacity",
        "in hospital, a minor or under a guardian",
        "the customer is incapacitated",
        "客户无行为能力",
    ),
    _flag("bereavement", "somebody close has died", "the customer is bereaved", "客户有丧事"),
    _flag("disaster", "struck by a disaster", "a disaster has struck", "客户受灾"),
    _flag(
        "fraud_suspected",
        "the debt may come from fraud against the party",
        "fraud is suspected",
        "疑似遭遇欺诈",
    ),
    _flag("lost_contact", "nobody can reach the party", "contact is lost", "客户已失联"),
    _flag("debt_sold", "the debt was sold", "the debt was sold", "债权已转让"),
)

BUILT_IN: Catalogue = {field.name: field for field in _ALL}
"""Facts that every account has."""
