"""Messages with their arguments, in the language of a file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from string import Template
from typing import NamedTuple, Protocol, runtime_checkable

from strategy.rules.language import Language, Speech
from strategy.rules.messages import MESSAGES
from strategy.rules.messages.things import THINGS


@runtime_checkable
class Spoken(Protocol):
    """An argument that each language says in its own way."""

    def say(self, speech: Speech) -> str: ...


class Text(NamedTuple):
    """The same in both languages."""

    en: str
    zh: str

    def say(self, speech: Speech) -> str:
        return self.zh if speech.language is Language.ZH else self.en


@dataclass(frozen=True, slots=True)
class Closest:
    """What the author may have meant by `word`, or everything there is."""

    word: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        return self.say(Speech())

    def say(self, speech: Speech) -> str:
        chinese = speech.language is Language.ZH
        known = [speech.word(one) for one in self.known]
        close = get_close_matches(self.word, known, n=1, cutoff=0.6)
        if close:
            return f"是否想写`{close[0]}`？" if chinese else f"did you mean `{close[0]}`?"
        return f"{'可用：' if chinese else 'known: '}{listed(known, speech)}"


def closest(word: str, known: Iterable[str]) -> Closest:
    return Closest(word, tuple(known))


def say(message: str, arguments: Mapping[str, object], speech: Speech) -> tuple[str, str]:
    """What is wrong, and how to mend it. `Message` tells how arguments of which name are shown; a
    list of words is joined."""
    en, zh, help_en, help_zh = MESSAGES[message]
    chinese = speech.language is Language.ZH
    shown = {name: _shown(name, value, speech) for name, value in arguments.items()}
    what, remedy = (zh, help_zh) if chinese else (en, help_en)
    return Template(what).substitute(shown), Template(remedy).substitute(shown)


def listed(words: Iterable[str], speech: Speech) -> str:
    return ("、" if speech.language is Language.ZH else ", ").join(words)


def _shown(name: str, value: object, speech: Speech) -> str:
    match value:
        case str() if name == "thing":
            return _thing(value, speech)
        case str() if name in ("key", "other"):
            return speech.word(value)
        case Spoken():
            return value.say(speech)
        case tuple() | list():
            return listed((speech.word(str(one)) for one in value), speech)
    return str(value)


def _thing(noun: str, speech: Speech) -> str:
    if noun.startswith("`"):
        return f"`{speech.word(noun.strip('`'))}`"
    return THINGS.get(noun, noun) if speech.language is Language.ZH else noun
