"""Problems of a table, told in its own language."""

from strategy.rules.source import Hole, Problems
from strategy.sentences.lexicon import Language

Said = tuple[str, str]
"""The same in English and Chinese."""


class Teller:
    """Adds problems to those of a file."""

    def __init__(self, problems: Problems, language: Language) -> None:
        self.problems, self.language = problems, language
        self._side = 0 if language is Language.EN else 1

    def add(self, at: Hole, code: str, what: Said, remedy: Said = ("", "")) -> Hole:
        """The place, to stand in the tree for what is wrong there."""
        self.problems.add(at, code, self.word(what), self.word(remedy))
        return at

    def word(self, said: Said) -> str:
        return said[self._side]
