"""Items of a rule file as sentences: the twin of parsing them.

Items are dicts, lists and text as YAML has them, so that what an author wrote stays as it is:
`over 30` does not become `at least 31`, and a robot that is named by its persona stays so named.
"""

import json
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from strategy.rules.catalogue import Catalogue
from strategy.rules.language import Language
from strategy.sentences.document import HEADER, METADATA, OPENERS, PERCENT, TRANSLATED, WORDS
from strategy.sentences.wording import Wording, listed
from strategy.sentences.write_condition import Conditions
from strategy.sentences.write_directive import directive

Said = Mapping[str, Any]


class Writer:
    """Writes one language over one catalogue of fields. Raises `InputError` for a code or a persona
    that holds both sorts of quotes."""

    def __init__(self, language: Language, fields: Catalogue) -> None:
        self._wording = Wording(language)
        self._conditions = Conditions(self._wording, fields)
        self._sentences = {
            "rules": self.rule,
            "segments": self._segment,
            "scripts": self._script,
            "fields": self._field,
            "calendars": self._calendar,
        }

    def header(self, said: Said) -> str:
        """The header of a file, one line a key."""
        return "\n".join(self._pairs(said, HEADER))

    def item(self, kind: str, said: Said) -> str:
        """One item of the list `kind`, a sentence with its metadata below it."""
        meta = [f"  {line}" for line in self._pairs(said, METADATA[kind])]
        for choice, phrases in said.get("words", {}).items():
            for key, phrase in phrases.items():
                name = self._wording.pick(*METADATA[kind][key])
                of = self._wording.pick(f"{name} of {choice}", f"{choice}的{name}")
                meta.append(f"  {self._pair(of, _line(phrase))}")
        return "\n".join([self._sentences[kind](said), *meta])

    def rule(self, said: Said) -> str:
        """A rule without its metadata."""
        then = said["then"] if isinstance(said["then"], list) else [said["then"]]
        directives = self._wording.pick("; ", "；").join(directive(d, self._wording) for d in then)
        if said["when"] == "always":
            head = self._wording.pick("always", "任何情况下")
        else:
            head = self._when(said["when"])
        because = self._wording.pick(f"because {said['id']}.", f"原因{said['id']}。")
        return self._wording.pick(", ", "，").join((head, directives, because))

    def _segment(self, said: Said) -> str:
        if said["when"] == "always":
            members = self._wording.pick("everybody else", "其他所有客户")
        else:
            members = self._when(said["when"])
        return self._declared("segments", said["id"], members)

    def _script(self, said: Said) -> str:
        channel, spoken = self._wording.word("CHANNEL", said["channel"]), listed(said["languages"])
        en, zh = (
            f"for {channel} in {' and '.join(spoken)}",
            f"用于{channel}，语言{'、'.join(spoken)}",
        )
        if said.get("mentions") == "none":
            en, zh = f"{en}, mentions nothing of the debt", f"{zh}，不提及债务"
        elif "mentions" in said:
            mentioned = self._wording.words("MENTION", listed(said["mentions"]))
            en, zh = f"{en}, mentions {mentioned}", f"{zh}，提及{mentioned}"
        return self._declared("scripts", said["id"], self._wording.pick(en, zh))

    def _field(self, said: Said) -> str:
        en, zh = _TYPES[said["type"]]
        if "choices" in said:
            choices = listed(said["choices"])
            en, zh = f"{en} [{', '.join(choices)}]", zh + "、".join(choices)
        for key, (english, chinese) in _BOUNDS.items():
            if key in said:
                en, zh = f"{en} {english} {said[key]}", f"{zh}{chinese}{said[key]}"
        return self._declared("fields", said["name"], self._wording.pick(en, zh))

    def _calendar(self, said: Said) -> str:
        years = [(year, listed(days)) for year, days in said["years"].items()]
        en = "; ".join(f"in {year} on [{', '.join(days)}]" for year, days in years)
        zh = "；".join(f"{year}年{'、'.join(map(_chinese_day, days))}" for year, days in years)
        return self._declared("calendars", said["id"], self._wording.pick(en, zh))

    def _declared(self, kind: str, name: str, what: str) -> str:
        opener = self._wording.pick(*OPENERS[kind])
        return self._wording.pick(f"{opener} {name}: {what}.", f"{opener}{name}：{what}。")

    def _when(self, when: Said) -> str:
        said = self._conditions.said(when)
        return self._wording.pick(f"when {said}", f"当{said}时")

    def _pairs(self, said: Said, keys: Mapping[str, tuple[str, str]]) -> Iterator[str]:
        for key, pair in keys.items():
            if key in said:
                yield self._pair(self._wording.pick(*pair), self._value(key, said[key]))

    def _pair(self, key: str, value: str) -> str:
        return self._wording.pick(f"{key}: {value}", f"{key}：{value}")

    def _value(self, key: str, value: Any) -> str:
        if key in TRANSLATED:
            return self._wording.pick(*WORDS[value])
        if key == "jurisdictions":
            return self._wording.pick(", ", "、").join(listed(value))
        if key in PERCENT:
            whole, rest = divmod(value, 100)
            return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + "%"
        return _line(value)


_TYPES = {
    "flag": ("true or false", "是或否"),
    "money": ("an amount", "金额"),
    "code": ("a code", "代码"),
    "whole": ("a whole number", "整数"),
    "choice": ("one of", "取值"),
}
_BOUNDS = {"low": ("from", "从"), "high": ("to", "到")}


def _chinese_day(day: str) -> str:
    month, number = map(int, day.split("-"))
    return f"{month}月{number}日"


def _line(text: str) -> str:
    """Text on one line as it stands; in quotes, as JSON has them, where it would not be read so."""
    if text == text.strip() and not text.startswith('"') and not any(map(_ends_lines, text)):
        return text
    signs = json.dumps(text, ensure_ascii=False)
    return "".join(f"\\u{ord(sign):04x}" if _ends_lines(sign) else sign for sign in signs)


def _ends_lines(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Zl", "Zp")
