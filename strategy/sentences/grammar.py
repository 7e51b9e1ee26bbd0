"""The grammar of one language over one catalogue of fields, as text for lark.

Types live in the grammar: a terminal for each type of field, and for the words of each choice, so
that `the stage is over 3` is refused at `is over`. All phrases of one sort stand in one terminal,
the longest first. Where a keyword begins another (`is`, `is not`), lark tries the longer first.
"""

import re
from collections.abc import Iterable

from strategy.rules.catalogue import Catalogue, Field, FieldKind
from strategy.rules.language import Language
from strategy.sentences import declaration_grammar
from strategy.sentences.lexicon import TERMINALS

_EN = r"""
?start: rule | segment | script | field | calendar
rule: head "," then "," "because" RULE_ID "."
then: directive (";" directive)*
head: "always"i -> always | "when"i condition -> when
?condition: both ("or" both)* -> any_of
?both: unit ("and" unit)* -> all_of
?unit: single | "it is not so that" single -> negated
?single: asked | "(" condition ")"
asked: question ["(" "if missing" ":" FLAG ")"]
?question: numbers | choices | FLAG_FIELD -> flag
numbers: NUMBER_FIELD COMPARE number -> compared
  | NUMBER_FIELD _IS number -> equal
  | NUMBER_FIELD "is not" number -> unequal
  | NUMBER_FIELD "is between" number "and" number -> between
  | NUMBER_FIELD "is outside" number "to" number -> outside
  | MONEY_FIELD COMPARE MONEY -> compared
  | MONEY_FIELD _IS MONEY -> equal
  | MONEY_FIELD "is not" MONEY -> unequal
  | MONEY_FIELD "is between" MONEY "and" MONEY -> between
  | MONEY_FIELD "is outside" MONEY "to" MONEY -> outside
  | CODE_FIELD _IS code -> chosen
  | CODE_FIELD "is not" code -> not_chosen
  | CODE_FIELD "is one of" "[" code ("," code)* "]" -> chosen
  | CODE_FIELD "is none of" "[" code ("," code)* "]" -> not_chosen

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
window: whole _DAYS -> days | whole _HOURS -> hours
  | "a calendar week" -> week | "a calendar month" -> month
?bound: "not counting" OUTCOME ("and" OUTCOME)* -> uncounted
  | "on" KIND ("and" KIND)* -> kinds
  | "each agency for itself" -> apart
  | exempt
?rest: "begun by" channels -> begun_by | "for that account only" -> own_account
  | "for that person and account only" -> own_debt | exempt
outcomes: OUTCOME ("and" OUTCOME)*
scripts: (SCRIPT | PERSONA) ("and" (SCRIPT | PERSONA))*
_MINUTES: /minutes?/
_HOURS: /hours?/
_DAYS: /days?/
_MONTHS: /months?/
PERSONA: /persona\s+/ QUOTED
_IS: "is"
"""

_ZH = r"""
?start: rule | segment | script | field | calendar
rule: head "，" then "，" "原因" RULE_ID "。"
then: directive ("；" directive)*
head: "任何情况下" -> always | "当" condition "时" -> when
?condition: both ("或" both)* -> any_of
?both: unit ("且" unit)* -> all_of
?unit: single | "并非" single -> negated
?single: asked | "（" condition "）"
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
window: "每" whole _DAYS -> days | "每" whole _HOURS -> hours
  | "每自然周" -> week | "每自然月" -> month
?bound: "（不计" OUTCOME ("、" OUTCOME)* "）" -> uncounted
  | "（仅" KIND ("、" KIND)* "）" -> kinds
  | "（各机构分别计）" -> apart
  | exempt
?rest: "（起于" channels "）" -> begun_by | "（仅限该账户）" -> own_account
  | "（仅限该人该账户）" -> own_debt | exempt
outcomes: OUTCOME ("、" OUTCOME)*
scripts: (SCRIPT | PERSONA) ("、" (SCRIPT | PERSONA))*
_MINUTES: "分钟"
_HOURS: "小时"
_DAYS: "天"
_MONTHS: "个月"
PERSONA: /人设\s*/ QUOTED
"""

_SHARED = r"""
number: WHOLE
whole: WHOLE
code: CODE | QUOTED
WHOLE: /-?(0|[1-9][0-9]{0,17})/
MONEY.2: /[0-9]{1,12}\.[0-9]{2} [A-Z]{3}/
CLOCK.3: /([01][0-9]|2[0-3]):[0-5][0-9]|24:00/
CODE: /[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?/
FLAG: /true|false|是|否/
QUOTED: /(\x22[^\x22\n]+\x22|“[^”\n]+”)/
YEAR: /[0-9]{4}/
NAME: /[a-z][a-z0-9]*([-_][a-z0-9]+)*/
RULE_ID: /[A-Z][A-Z0-9]*(-[A-Z0-9]+)+/
%ignore /[ \t\r\n\u3000]+/
"""


def grammar(language: Language, fields: Catalogue) -> str:
    """The whole grammar; sentences begin at `start`, the cells of a table at `asked` and `then`."""
    english = language is Language.EN
    side = 0 if english else 1
    named = [field for field in fields.values() if phrase(field, language)]
    choices = [field for field in named if field.kind is FieldKind.CHOICE and field.choices]
    rules = [rule for field in choices for rule in _choice(field, english)]
    parts = [_EN, declaration_grammar.EN] if english else [_ZH, declaration_grammar.ZH]
    parts += [_SHARED, "choices: " + "\n  | ".join(rules)]
    for name, phrases in TERMINALS.items():
        parts.append(f"{name}.2: {_any_of(pair[side] for pair in phrases.values())}")
    for field in choices:
        spoken = (pair[side] for pair in words_of(field).values())
        parts.append(f"F_{field.name.upper()}.2: {_any_of([phrase(field, language)])}")
        parts.append(f"V_{field.name.upper()}: {_any_of(spoken)}")
    for kind, terminal in FIELD_TERMINALS.items():
        spoken = (phrase(field, language) for field in named if field.kind is kind)
        parts.append(f"{terminal}.2: {_any_of(spoken)}")
    return _named("\n".join(parts), language) + "\n"


FIELD_TERMINALS = {
    FieldKind.WHOLE: "NUMBER_FIELD",
    FieldKind.MONEY: "MONEY_FIELD",
    FieldKind.CODE: "CODE_FIELD",
    FieldKind.FLAG: "FLAG_FIELD",
}
"""Choices have a terminal each, because each has words of its own."""


def phrase(field: Field, language: Language) -> str:
    return " ".join((field.en if language is Language.EN else field.zh).split())


def words_of(field: Field) -> dict[str, tuple[str, str]]:
    """Choice → (English, Chinese); segments are called by their own names."""
    said = {
        value: (" ".join(en.split()) or value, " ".join(zh.split()) or value)
        for value, en, zh in field.words
    }
    return {value: said.get(value, (value, value)) for value in field.choices}


def _choice(field: Field, english: bool) -> list[str]:
    name, value = f"F_{field.name.upper()}", f"V_{field.name.upper()}"
    if english:
        listed = f'"[" {value} ("," {value})* "]"'
        return [
            f"{name} _IS {value} -> chosen",
            f'{name} "is not" {value} -> not_chosen',
            f'{name} "is one of" {listed} -> chosen',
            f'{name} "is none of" {listed} -> not_chosen',
        ]
    listed = f'{value} ("、" {value})*'
    return [f'{name} "属于" {listed} -> chosen', f'{name} "不属于" {listed} -> not_chosen']


def _any_of(phrases: Iterable[str]) -> str:
    """One terminal, the longest first, any run of white space for a space."""
    ordered = sorted(set(phrases), key=lambda one: (-len(one), one))
    return f"/{'|'.join(map(_pattern, ordered))}/"


def _pattern(words: str) -> str:
    return re.escape(words).replace(r"\ ", r"\s+").replace("/", r"\/")


def _named(text: str, language: Language) -> str:
    """Keywords as terminals with names: English ones of several words, so that a line may end
    inside them; all Chinese ones, because lark takes a name without capitals for a rule."""
    keywords = r'"([^"\n ]+(?: [^"\n ]+)+)"' if language is Language.EN else r'"([^"\n]+)"'
    names = {words: f"_KEYWORD_{i}" for i, words in enumerate(re.findall(keywords, text))}
    for words, name in names.items():
        text = text.replace(f'"{words}"', name)
    return "\n".join([text, *(f"{name}: /{_pattern(words)}/" for words, name in names.items())])
