"""Words of rule files as one language says them."""

from collections.abc import Iterable
from dataclasses import dataclass

from strategy.errors import InputError
from strategy.rules.language import Language
from strategy.sentences.lexicon import TERMINALS


@dataclass(frozen=True, slots=True)
class Wording:
    """What both languages could say goes in; what this one says comes out."""

    language: Language

    def pick(self, english: str, chinese: str) -> str:
        return english if self.language is Language.EN else chinese

    def word(self, terminal: str, word: str) -> str:
        return self.pick(*TERMINALS[terminal][word])

    def words(self, terminal: str, words: Iterable[str]) -> str:
        """Several words as sentences list them."""
        return self.pick(" and ", "、").join(self.word(terminal, word) for word in words)

    def brackets(self, text: str) -> str:
        return self.pick(f"({text})", f"（{text}）")

    def quoted(self, text: str) -> str:
        """Text in quotes that it does not contain. Raises `InputError` where there are none."""
        if "\n" not in text:
            for start, end in [('"', '"'), ("“", "”")][:: -1 if self.pick("", "zh") else 1]:
                if end not in text:
                    return f"{start}{text}{end}"
        raise InputError(f"`{text}`", "no quotes of a sentence can hold this text")


def listed(value: object) -> list[str]:
    """One word or several, as a list."""
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]
