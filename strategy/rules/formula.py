"""A condition as a formula, in the language and the words of a file."""

from dataclasses import dataclass, replace

from strategy.rules.atom import Atom, OneOf
from strategy.rules.condition import AllOf, AnyOf, Condition
from strategy.rules.language import Language, Speech

_AND = {Language.EN: " and ", Language.ZH: " 且 "}
_OR = {Language.EN: " or ", Language.ZH: " 或 "}


@dataclass(frozen=True, slots=True)
class Formula:
    """`stage = late and stage = early`, or `逾期阶段 = 晚期 且 逾期阶段 = 早期`."""

    condition: Condition

    def say(self, speech: Speech) -> str:
        return _shown(self.condition, speech)


def _shown(condition: Condition, speech: Speech) -> str:
    if isinstance(condition, AllOf):
        return _AND[speech.language].join(_part(one, AnyOf, speech) for one in condition.parts)
    if isinstance(condition, AnyOf):
        return _OR[speech.language].join(_part(one, AllOf, speech) for one in condition.parts)
    return _atom(condition, speech)


def _part(part: Condition, weaker: type, speech: Speech) -> str:
    return f"({_shown(part, speech)})" if isinstance(part, weaker) else _shown(part, speech)


def _atom(atom: Atom, speech: Speech) -> str:
    named = replace(atom, field=replace(atom.field, name=speech.word(atom.field.name)))
    if isinstance(named, OneOf):
        words = (speech.word(one) if isinstance(one, str) else one for one in named.values)
        named = replace(named, values=tuple(words))
    if speech.language is Language.EN:
        return str(named)
    return str(named).replace(" not in ", " 不属于 ").replace(" in ", " 属于 ")
