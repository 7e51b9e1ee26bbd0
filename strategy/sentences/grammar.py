"""The grammar of one language over one catalogue of fields, as text for lark.

Types live in the grammar: a terminal for each type of field, and for the words of each choice, so
that `the stage is over 3` is refused at `is over`. All phrases of one sort stand in one terminal,
the longest first, and no keyword is the beginning of another that could stand in the same place.
"""

import re
from collections.abc import Iterable

from strategy.rules.catalogue import Catalogue, Field, FieldKind
from strategy.sentences.lexicon import TERMINALS, Language

_EN = r"""
start: head "," directive (";" directive)* "," "because" RULE_ID "."
head: "always" -> always | "when" condition -> when
?condition: both ("or" both)* -> any_of
?both: unit ("and" unit)* -> all_of
?unit: asked | "(" condition ")" | "it is not so that" "(" condition ")" -> negated
asked: question ["(" "if missing" ":" FLAG ")"]
?question: numbers | choices | FLAG_FIELD -> flag
numbers: NUMBER_FIELD COMPARE number -> compared
  | NUMBER_FIELD "is between" number "and" number -> between
  | NUMBER_FIELD "is outside" number "to" number -> outside
  | MONEY_FIELD COMPARE MONEY -> compared
  | MONEY_FIELD "is between" MONEY "and" MONEY -> between
  | MONEY_FIELD "is outside" MONEY "to" MONEY -> outside
  | CODE_FIELD _IS code -> chosen
  | CODE_FIELD "is one of" "[" code ("," code)* "]" -> chosen
  | CODE_FIELD "is none of" "[" code ("," code)* "]" -> not_chosen
%CHOICE_EN%

directive: "forbid" channels ban* -> forbid
  | "allow at most" whole COUNT "by" channels "per" KEY "within" window bound* -> cap
  | "keep" whole _MINUTES "between" channels exempt* -> gap_minutes
  | "keep" whole _DAYS "between" channels exempt* -> gap_days
  | "rest" channels "for" whole _DAYS "after" outcomes rest* -> rest_days
  | "rest" channels "for the rest of the week after" outcomes rest* -> rest_week
  | "hold" channels exempt* -> hold
  | "hold" channels "until a promise is due plus" whole _DAYS exempt* -> hold_promise
  | "hold" channels "for" whole _DAYS "since" outcomes exempt* -> hold_since
  | "require consent for" channels -> consent
  | "use only" scripts "for" channels -> script_allow
  | "never use" scripts "for" channels -> script_forbid
  | "require" scripts "for" channels ["with priority" whole] -> script_require
  | "weigh" channels "at" whole "percent" -> weight
  | "offer instalments up to" whole _MONTHS -> instalments
  | "offer an extension up to" whole _MONTHS -> extension
  | "waive up to" whole "basis points of fees" -> fee_waiver

channels: CHANNEL ("and" CHANNEL)*
?ban: "from" CLOCK "to" CLOCK -> window
  | "of" OWNER ("and" OWNER)* -> owners
  | "on" KIND ("and" KIND)* -> kinds
  | "every" DAY ("and" DAY)* -> weekdays
  | "on holidays of" NAME -> holidays
  | "unless consented" -> consent_lifts
  | exempt
?exempt: "except for" PURPOSE ("and" PURPOSE)* -> exempt
window: whole _DAYS -> days | "a calendar week" -> week | "a calendar month" -> month
?bound: "not counting" OUTCOME ("and" OUTCOME)* -> uncounted
  | "on" KIND ("and" KIND)* -> kinds
  | "each agency for itself" -> apart
  | exempt
?rest: "begun by" channels -> begun_by | "for that account only" -> own_account | exempt
outcomes: OUTCOME ("and" OUTCOME)*
scripts: SCRIPT ("and" SCRIPT)*
_MINUTES: /minutes?/
_DAYS: /days?/
_MONTHS: /months?/
SCRIPT: "script " NAME
_IS: "is"
"""

_ZH = r"""
start: head "，" directive ("；" directive)* "，" "原因" RULE_ID "。"
head: "任何情况下" -> always | "当" condition "时" -> when
?condition: both ("或" both)* -> any_of
?both: unit ("且" unit)* -> all_of
?unit: asked | "（" condition "）" | "并非" "（" condition "）" -> negated
asked: question ["（" "缺失时" FLAG "）"]
?question: numbers | choices | FLAG_FIELD -> flag
numbers: NUMBER_FIELD COMPARE number -> compared
  | NUMBER_FIELD "在" number "到" number "之间" -> between
  | NUMBER_FIELD "不在" number "到" number "之间" -> outside
  | MONEY_FIELD COMPARE MONEY -> compared
  | MONEY_FIELD "在" MONEY "到" MONEY "之间" -> between
  | MONEY_FIELD "不在" MONEY "到" MONEY "之间" -> outside
  | CODE_FIELD "属于" code ("、" code)* -> chosen
  | CODE_FIELD "不属于" code ("、" code)* -> not_chosen
%CHOICE_ZH%

directive: "禁止" channels ban* -> forbid
  | channels "对每" KEY window "最多" whole "次" COUNT bound* -> cap
  | channels "至少间隔" whole _MINUTES exempt* -> gap_minutes
  | channels "至少间隔" whole _DAYS exempt* -> gap_days
  | channels "静默" whole _DAYS "自" outcomes "起" rest* -> rest_days
  | channels "静默至本周末" "自" outcomes "起" rest* -> rest_week
  | "暂停" channels exempt* -> hold
  | "暂停" channels "直至承诺到期后" whole _DAYS exempt* -> hold_promise
  | "暂停" channels "共" whole _DAYS "自" outcomes "起" exempt* -> hold_since
  | channels "须经同意" -> consent
  | channels "只用" scripts -> script_allow
  | channels "不用" scripts -> script_forbid
  | channels "必用" scripts ["优先级" whole] -> script_require
  | channels "权重" whole "%" -> weight
  | "可分期最长" whole _MONTHS -> instalments
  | "可延期最长" whole _MONTHS -> extension
  | "可减免费用至多" whole "基点" -> fee_waiver

channels: CHANNEL ("、" CHANNEL)*
?ban: CLOCK "至" CLOCK -> window
  | "（对" OWNER ("、" OWNER)* "）" -> owners
  | "（仅" KIND ("、" KIND)* "）" -> kinds
  | "（每逢" DAY ("、" DAY)* "）" -> weekdays
  | "（节假日" NAME "）" -> holidays
  | "（经同意除外）" -> consent_lifts
  | exempt
?exempt: "（不含" PURPOSE ("、" PURPOSE)* "）" -> exempt
window: "每" whole _DAYS -> days | "每自然周" -> week | "每自然月" -> month
?bound: "（不计" OUTCOME ("、" OUTCOME)* "）" -> uncounted
  | "（仅" KIND ("、" KIND)* "）" -> kinds
  | "（各机构分别计）" -> apart
  | exempt
?rest: "（起于" channels "）" -> begun_by | "（仅限该账户）" -> own_account | exempt
outcomes: OUTCOME ("、" OUTCOME)*
scripts: SCRIPT ("、" SCRIPT)*
_MINUTES: "分钟"
_DAYS: "天"
_MONTHS: "个月"
SCRIPT: "话术" NAME
"""

_SHARED = r"""
number: WHOLE
whole: WHOLE
code: CODE
WHOLE: /-?(0|[1-9][0-9]{0,17})/
MONEY.2: /[0-9]{1,12}\.[0-9]{2} [A-Z]{3}/
CLOCK.3: /([01][0-9]|2[0-3]):[0-5][0-9]|24:00/
CODE: /[A-Za-z]{2,3}(-[A-Z0-9]{1,3}){0,2}/
FLAG: /true|false|是|否/
NAME: /[a-z][a-z0-9]*([-_][a-z0-9]+)*/
RULE_ID: /[A-Z][A-Z0-9]*(-[A-Z0-9]+)+/
%ignore /[ \t\r\n\u3000]+/
"""


def grammar(language: Language, fields: Catalogue) -> str:
    """The whole grammar."""
    english = language is Language.EN
    parts = [(_EN if english else _ZH), _SHARED]
    for name, phrases in TERMINALS.items():
        spoken = [pair[0 if english else 1] for pair in phrases.values()]
        parts.append(f"{name}.2: {_any_of(spoken)}")
    choices = [field for field in fields.values() if field.kind is FieldKind.CHOICE]
    rules = [rule for field in choices for rule in _choice(field, english)]
    text = "\n".join(parts).replace("%CHOICE_EN%", "%CHOICES%").replace("%CHOICE_ZH%", "%CHOICES%")
    text = text.replace("%CHOICES%", "choices: " + "\n  | ".join(rules))
    for field in choices:
        spoken = [pair[0 if english else 1] for pair in words_of(field).values()]
        text += f"\nF_{field.name.upper()}.2: {_any_of([phrase(field, language)])}"
        text += f"\nV_{field.name.upper()}: {_any_of(spoken)}"
    for terminal, kinds in (
        ("NUMBER_FIELD", FieldKind.WHOLE),
        ("MONEY_FIELD", FieldKind.MONEY),
        ("CODE_FIELD", FieldKind.CODE),
        ("FLAG_FIELD", FieldKind.FLAG),
    ):
        spoken = [phrase(f, language) for f in fields.values() if f.kind is kinds]
        text += f"\n{terminal}.2: {_any_of(spoken)}"
    return text + "\n"


def phrase(field: Field, language: Language) -> str:
    return field.en if language is Language.EN else field.zh


def words_of(field: Field) -> dict[str, tuple[str, str]]:
    """Choice → (English, Chinese); segments are called by their own names."""
    said = {value: (en, zh) for value, en, zh in field.words}
    return {value: said.get(value, (value, value)) for value in field.choices}


def _choice(field: Field, english: bool) -> list[str]:
    name, value = f"F_{field.name.upper()}", f"V_{field.name.upper()}"
    if english:
        listed = f'"[" {value} ("," {value})* "]"'
        return [
            f"{name} _IS {value} -> chosen",
            f'{name} "is one of" {listed} -> chosen',
            f'{name} "is none of" {listed} -> not_chosen',
        ]
    listed = f'{value} ("、" {value})*'
    return [f'{name} "属于" {listed} -> chosen', f'{name} "不属于" {listed} -> not_chosen']


def _any_of(phrases: Iterable[str]) -> str:
    """One terminal, the longest first, any run of white space for a space."""
    ordered = sorted(set(phrases), key=lambda one: (-len(one), one))
    return (
        "/"
        + "|".join(re.escape(one).replace(r"\ ", r"\s+").replace("/", r"\/") for one in ordered)
        + "/"
    )
