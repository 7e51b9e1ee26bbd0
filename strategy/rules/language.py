"""How a rule file speaks: its language, and what it calls the words of rule files."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

_DECLARED = re.compile(r"""^language: *["']?([a-z]+)\b""", re.MULTILINE)


class Language(StrEnum):
    """A language in which rules are written and mistakes are told."""

    EN = "en"
    ZH = "zh"


@dataclass(frozen=True, slots=True)
class Speech:
    """`words`: what the file calls a word of rule files, where it has a name of its own for it, as
    sentences have for `valid_from`."""

    language: Language = Language.EN
    words: Mapping[str, str] = field(default_factory=dict)

    def word(self, word: str) -> str:
        return self.words.get(word, word)


def speech_of_yaml(text: str) -> Speech:
    """Chinese with a line `language: zh`, else English. It is found in a file that is no YAML, too,
    so that this is told in Chinese as well."""
    found = _DECLARED.search(text)
    return Speech(Language.ZH if found and found[1] == Language.ZH else Language.EN)
