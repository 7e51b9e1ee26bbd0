"""What a sentence should have said, in its own language."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches

from strategy.sentences.lexicon import Language

_STRANGE_NUMBER = re.compile("[０-９]+|[一二三四五六七八九十百千两]+")
_FRACTION = re.compile(r"[0-9]*\.[0-9]+")
_NUMBERS = {"WHOLE", "MONEY", "CLOCK"}
_SHOWN: Mapping[str, tuple[str, str]] = {
    "WHOLE": ("a whole number", "整数"),
    "MONEY": ("an amount such as 500.00 CNY", "金额，如 500.00 CNY"),
    "CLOCK": ("a time such as 09:30", "时间，如 09:30"),
    "CODE": ("a code such as CN", "代码，如 CN"),
    "RULE_ID": ("a rule id such as R-TIME-01", "规则编号，如 R-TIME-01"),
    "QUOTED": ("text in quotes", "引号中的文字"),
    "NAME": ("a name such as cn-public", "名称，如 cn-public"),
    "YEAR": ("a year such as 2026", "年份，如 2026"),
    "DATE": ("month and day such as 05-01", "月和日，如 5月1日"),
    "SCRIPT": ("script and its id", "话术及其编号"),
    "SEGMENT": ("segment and its id", "分群及其编号"),
    "FIELD": ("field and its name", "字段及其名称"),
    "CALENDAR": ("calendar and its id", "日历及其编号"),
    "PERSONA": ('persona and its name, as in persona "calm"', "人设及其名称，如 人设“温和”"),
    "FLAG": ("true, false", "是、否"),
    "_MINUTES": ("minutes", "分钟"),
    "_DAYS": ("days", "天"),
    "_MONTHS": ("months", "个月"),
    "$END": ("the end", "结尾"),
}
_BEFORE_NAMES: Mapping[str, tuple[str, str]] = {
    "SCRIPT": ("script", "话术"),
    "SEGMENT": ("segment", "分群"),
    "FIELD": ("field", "字段"),
    "CALENDAR": ("calendar", "日历"),
}
_ASCII = {"：": ":", "，": ",", "；": ";", "（": "(", "）": ")", "。": ".", "、": ","}


class Explainer:
    """Explains mistakes of one grammar; `patterns` are its terminals by name."""

    def __init__(self, language: Language, patterns: Mapping[str, str]) -> None:
        self._en = language is Language.EN
        self._before_names = [pair[0 if self._en else 1] for pair in _BEFORE_NAMES.values()]
        self._spoken = {
            name: (_SHOWN[name][0 if self._en else 1],)
            if name in _SHOWN
            else tuple(_plain(one) for one in pattern.split("|"))
            for name, pattern in patterns.items()
        }

    def unfinished(self, accepted: Collection[str]) -> tuple[str, str]:
        """(What is wrong, how to mend it) where the text ends too early."""
        what = "the sentence is not finished" if self._en else "句子没有写完"
        return what, self._expected(self._words(accepted))

    def unknown(self, before: str, rest: str, accepted: Collection[str]) -> tuple[str, str]:
        """(What is wrong, how to mend it) where `rest` begins with something that cannot follow
        `before`."""
        part = re.split("[,;，；。\n]|\\.(?![0-9])", rest)[0].strip() or rest[0]
        if number := self._number(before, part, accepted):
            return number
        words = self._words(accepted)
        shown = " ".join(part.split()[:4]) if self._en else part[:8]
        what = f"did not understand `{shown}`" if self._en else f"不明白`{shown}`"
        meant = [one for one in words if _ASCII.get(one) == part[0]]
        meant = meant or self._close(part, [one for name in accepted for one in self._of(name)])
        if meant and not (meant[0] in self._before_names and part.startswith(meant[0])):
            return what, f"did you mean `{meant[0]}`?" if self._en else f"是否想写`{meant[0]}`？"
        return what, self._expected(words)

    def _number(self, before: str, part: str, accepted: Collection[str]) -> tuple[str, str] | None:
        wide = bool(part) and unicodedata.east_asian_width(part[0]) == "F" and part[0].isdigit()
        found = _STRANGE_NUMBER.match(part)
        if found and (wide or _NUMBERS & set(accepted)):
            if self._en:
                return f"`{found[0]}` is not written in the digits 0 to 9", "write 30"
            return f"`{found[0]}`不是阿拉伯数字", "请写 30"
        whole = re.search(r"[0-9]+$", before)
        if whole and (fraction := _FRACTION.match(part)):
            value = whole[0] + fraction[0]
            if self._en:
                return f"`{value}` has a fraction", "write a whole number"
            return f"`{value}`不是整数", "请写整数"
        return None

    def _of(self, name: str) -> tuple[str, ...]:
        if name in _BEFORE_NAMES:
            return (_BEFORE_NAMES[name][0 if self._en else 1],)
        return () if name in _SHOWN else self._spoken.get(name, ())

    def _words(self, accepted: Collection[str]) -> list[str]:
        return sorted({one for name in accepted for one in self._spoken.get(name, ())})

    def _close(self, rest: str, known: Iterable[str]) -> list[str]:
        known = sorted({one for one in known if len(one) > 1})
        longest = max(map(len, known), default=0) + 3
        for length in range(min(len(rest), longest), 1, -1):
            close = get_close_matches(rest[:length], known, n=1, cutoff=0.6 if self._en else 0.5)
            if close:
                return close
        return []

    def _expected(self, words: list[str]) -> str:
        listed = ", ".join(words[:8]) if self._en else "、".join(words[:8])
        more = "" if len(words) <= 8 else " …"
        return f"expected {listed}{more}" if self._en else f"此处应为：{listed}{more}"


def _plain(pattern: str) -> str:
    return pattern.replace(r"\s+", " ").replace("\\", "")
