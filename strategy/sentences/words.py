"""What sentences call the words of rule files, for messages about them."""

from functools import lru_cache

from strategy.rules.catalogue import Field
from strategy.rules.language import Language, Speech
from strategy.sentences.document import HEADER, METADATA, WORDS
from strategy.sentences.grammar import phrase, words_of
from strategy.sentences.lexicon import TERMINALS, Phrases

_PARTS: Phrases = {
    "id": ("because", "原因"),
    "when": ("when", "当"),
    "then": ("the directive", "指令"),
    "any": ("or", "或"),
    "maximum": ("at most", "最多"),
    "days": ("days", "天数"),
    "hours": ("hours", "小时数"),
    "grace_days": ("days", "天数"),
    "minutes": ("minutes", "分钟数"),
    "percent": ("percent", "权重"),
    "priority": ("priority", "优先级"),
    "max_months": ("months", "月数"),
    "max_waiver_bp": ("basis points", "基点"),
    "if_missing": ("if missing", "缺失时"),
    "consent_lifts": ("unless consented", "经同意除外"),
    "mentions": ("mentions", "提及"),
    "low": ("from", "从"),
    "high": ("to", "到"),
}
"""Keys of rules, scripts and fields that sentences have as words around a number or in brackets."""


@lru_cache(maxsize=8)
def speech_of_sentences(language: Language, fields: tuple[Field, ...]) -> Speech:
    """How a file of sentences over these fields speaks."""
    side = 0 if language is Language.EN else 1
    phrases = [
        *TERMINALS.values(),
        *map(words_of, fields),
        WORDS,
        *METADATA.values(),
        HEADER,
        _PARTS,
    ]
    words = {str(word): pair[side] for part in phrases for word, pair in part.items()}
    words |= {field.name: phrase(field, language) or field.name for field in fields}
    return Speech(language, words)
