"""The cells of a table, spelled out as sentences say it.

A cell below a field says what would follow the field in a sentence (`is over 30`, `大于30`);
`> 30`, `30`, `30 to 60` and `credit card, cash loan` are short for that. A cell below `then` says
what a sentence says after its condition.
"""

import re

from strategy.rules.catalogue import Field, FieldKind
from strategy.rules.language import Language
from strategy.sentences.grammar import phrase, words_of
from strategy.sentences.lexicon import COMPARISONS
from strategy.tables.grid import half_width

_ANY = {"", "-", "–", "—", "any", "任意", "不限"}
_TRUTH = {"yes": True, "true": True, "是": True, "no": False, "false": False, "否": False}
_SHORT = {
    "gt": (">", "over"),
    "ge": (">=", "≥", "at least", "大于等于"),
    "lt": ("<", "under"),
    "le": ("<=", "≤", "at most", "小于等于"),
    "eq": ("=",),
    "ne": ("<>", "!=", "≠"),
}
_COMPARED = {short: word for word, shorts in _SHORT.items() for short in shorts}
_LONGEST_FIRST = sorted(_COMPARED, key=len, reverse=True)
_SIGN = re.compile(rf"({'|'.join(_LONGEST_FIRST)})\s*(.*)", re.DOTALL)
_NOT = {Language.EN: ("not ",), Language.ZH: ("不是", "非")}
_NUMBER = r"-?[0-9][0-9.]*(?: ?[A-Z]{3})?"
_RANGE = re.compile(rf"({_NUMBER})\s*(?:to|至|到|[-–—~])\s*({_NUMBER})(.*)", re.DOTALL)
_LISTED = re.compile(r"(is\s+(?:one|none)\s+of)\s+(?!\[)(.*)", re.DOTALL)
_SAID = {Language.EN: re.compile(r"is\s"), Language.ZH: re.compile("属于|不属于")}
_MADE_BY_A_SPREADSHEET = re.compile(
    r"[0-9]{1,4}[-/][0-9]{1,2}[-/][0-9]{1,4}.*|[0-9]{1,2}-[A-Z][a-z]{2}|[A-Z][a-z]{2}-[0-9]{1,2}"
    r"|([0-9]{4}年)?[0-9]{1,2}月[0-9]{1,2}日|[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?"
)


def is_any(text: str) -> bool:
    """Whether the cell asks nothing."""
    return half_width(text).casefold() in _ANY


def truth(text: str) -> bool | None:
    """Of a yes or a no, as people and spreadsheets write them; None: it is neither."""
    return _TRUTH.get(text.casefold())


def is_day_or_time(text: str) -> bool:
    """Whether the cell is a date or a time, such as spreadsheets make of `3-5`."""
    return _MADE_BY_A_SPREADSHEET.fullmatch(text) is not None


def question(field: Field, text: str, language: Language) -> str:
    """The question of a sentence. `field` is no flag, and `text` asks something."""
    text = half_width(text)
    numbers = field.kind in (FieldKind.WHOLE, FieldKind.MONEY)
    said = _comparison(text, language) if numbers else _choice(field, text, language)
    return f"{phrase(field, language)} {said}"


def then(text: str, language: Language) -> str:
    """The directives of a sentence, with the punctuation of its language."""
    text = half_width(text)
    if language is Language.EN:
        return _small(text.translate(str.maketrans("；“”", ';""')))
    return re.sub('"([^"]*)"', r"“\1”", text.translate(str.maketrans(";()", "；（）")))


def _comparison(text: str, language: Language) -> str:
    english = language is Language.EN
    if found := _SIGN.fullmatch(_small(text)):
        return f"{_word(_COMPARED[found[1]], language)} {found[2]}"
    if found := _RANGE.fullmatch(text):
        low, high, rest = found.groups()
        return f"is between {low} and {high}{rest}" if english else f"在{low}到{high}之间{rest}"
    if re.match("-?[0-9]", text):
        return f"{_word('eq', language)} {text}"
    return _small(text) if english else text


def _choice(field: Field, text: str, language: Language) -> str:
    english = language is Language.EN
    comma = ", " if english else "、"
    text = re.sub(r"\s*[,，、\n]\s*", comma, text)
    said = _small(text) if english else text
    if english and (found := _LISTED.fullmatch(said)):
        return f"{found[1]} [{found[2]}]"
    if _SAID[language].match(said):
        return said
    words = [pair[0 if english else 1] for pair in words_of(field).values()]
    for no in _NOT[language]:
        if said.startswith(no) and not any(word.startswith(no) for word in words):
            rest = said.removeprefix(no)
            return f"is none of [{rest}]" if english else f"不属于{rest}"
    return f"is one of [{text}]" if english else f"属于{text}"


def _word(comparison: str, language: Language) -> str:
    return COMPARISONS[comparison][0 if language is Language.EN else 1]


def _small(text: str) -> str:
    """Spreadsheets like to begin a cell with a capital."""
    return text[:1].lower() + text[1:]
