"""What a sentence should have said, in its own language."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches

from strategy.rules.language import Language
from strategy.rules.source import Item, Problems

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
    "_HOURS": ("hours", "小时"),
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
        self._before_names = {
            name: pair[0 if self._en else 1] for name, pair in _BEFORE_NAMES.items()
        }
        self._spoken = {
            name: (_SHOWN[name][0 if self._en else 1],)
            if name in _SHOWN
            else tuple(_plain(one) for one in pattern.split("|"))
            for name, pattern in patterns.items()
        }

    def explain(
        self, at: Item, before: str, rest: str, accepted: Collection[str], problems: Problems
    ) -> None:
        """What is wrong where `rest` cannot follow `before`; no rest: the text ends early."""
        if not rest:
            problems.add(at, "syntax.unfinished", expected=self._expected(accepted))
            return
        part = re.split("[],;，；。\n]|\\.(?![0-9])", rest)[0].strip() or rest[0]
        if digits := self._strange_digits(part, accepted):
            problems.add(at, "syntax.strange-digits", text=digits)
            return
        if fraction := _fraction(before, part):
            problems.add(at, "syntax.fraction", text=fraction)
            return
        shown = " ".join(part.split()[:4]) if self._en else part[:8]
        if meant := self._meant(part, accepted):
            problems.add(at, "syntax.misspelt", text=shown, meant=meant)
        else:
            problems.add(at, "syntax.not-understood", text=shown, expected=self._expected(accepted))

    def _strange_digits(self, part: str, accepted: Collection[str]) -> str:
        """Full-width or Chinese digits at the beginning, where they were meant for a number."""
        wide = bool(part) and unicodedata.east_asian_width(part[0]) == "F" and part[0].isdigit()
        found = _STRANGE_NUMBER.match(part)
        return found[0] if found and (wide or _NUMBERS & set(accepted)) else ""

    def _meant(self, part: str, accepted: Collection[str]) -> str:
        """What was probably meant by the beginning of `part`; empty if nothing is close."""
        words = self._words(accepted)
        if sign := next((one for one in words if _ASCII.get(one) == part[0]), ""):
            return sign
        spoken = self._words(name for name in accepted if name not in _SHOWN)
        before = {word for name, word in self._before_names.items() if name in accepted}
        known = sorted({one for one in spoken if len(one) > 1} | before)
        longest = max(map(len, known), default=0) + 3
        for length in range(min(len(part), longest), 1, -1):
            cutoff = 0.6 if self._en else 0.5
            if close := get_close_matches(part[:length], known, n=1, cutoff=cutoff):
                # The word before a name that stands there is right: it is the name that is not.
                right = close[0] in before and part.startswith(close[0])
                return "" if right else close[0]
        return ""

    def _words(self, accepted: Iterable[str]) -> list[str]:
        return sorted({one for name in accepted for one in self._spoken.get(name, ())})

    def _expected(self, accepted: Iterable[str]) -> str:
        words = self._words(accepted)
        listed = (", " if self._en else "、").join(words[:8])
        return listed if len(words) <= 8 else f"{listed} …"


def _fraction(before: str, part: str) -> str:
    whole, fraction = re.search(r"[0-9]+$", before), _FRACTION.match(part)
    return whole[0] + fraction[0] if whole and fraction else ""


def _plain(pattern: str) -> str:
    return pattern.replace(r"\s+", " ").replace("\\", "")
