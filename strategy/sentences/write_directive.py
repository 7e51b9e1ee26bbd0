"""Directives as sentences say them: the twin of parsing them."""

from collections.abc import Callable, Mapping
from typing import Any

from strategy.domain.calendar import WEEKDAYS
from strategy.rules.read_ban import SHORT_WEEKS
from strategy.sentences.wording import Wording, listed

Said = Mapping[str, Any]
"""The keys of one directive, as YAML has them."""


def directive(one: Said, wording: Wording) -> str:
    """One directive. Raises `InputError` where it names a persona that quotes cannot hold."""
    write = next(write for word, write in _DIRECTIVES.items() if word in one)
    return write(one, wording)


def _forbid(one: Said, wording: Wording) -> str:
    windows = [one["window"]] if "window" in one else one.get("windows", [])
    parts = [wording.pick(f" from {a} to {b}", f"{a}至{b}") for a, b in windows]
    parts.append(_some(one, "owners", wording, " of ", "（对", "OWNER"))
    parts.append(_some(one, "kinds", wording, " on ", "（仅", "KIND"))
    if "weekdays" in one:
        short = SHORT_WEEKS.get(str(one["weekdays"]))
        days = [day for day in WEEKDAYS if day in short] if short else listed(one["weekdays"])
        said = wording.words("DAY", days)
        parts.append(wording.pick(f" every {said}", f"（每逢{said}）"))
    if "holidays" in one:
        parts.append(
            wording.pick(f" on holidays of {one['holidays']}", f"（节假日{one['holidays']}）")
        )
    if one.get("consent_lifts"):
        parts.append(wording.pick(" unless consented", "（经同意除外）"))
    parts.append(_exempt(one, wording))
    return wording.pick("forbid ", "禁止") + _channels(one["forbid"], wording) + "".join(parts)


def _cap(one: Said, wording: Wording) -> str:
    said, count = _channels(one["cap"], wording), wording.word("COUNT", one["count"])
    key, maximum = wording.word("KEY", one["per"]), one["maximum"]
    if one.get("calendar", "day") != "day":
        en, zh = _CALENDAR_WINDOWS[one["calendar"]]
    elif "hours" in one:
        en, zh = _long(one["hours"], "hour"), f"每{one['hours']}小时"
    else:
        en, zh = _long(one.get("days", 1), "day"), f"每{one.get('days', 1)}天"
    parts = [_some(one, "uncounted", wording, " not counting ", "（不计", "OUTCOME")]
    parts.append(_some(one, "kinds", wording, " on ", "（仅", "KIND"))
    if one.get("pooled") is False:
        parts.append(wording.pick(" each agency for itself", "（各机构分别计）"))
    return "".join(
        [
            wording.pick(
                f"allow at most {maximum} {count} by {said} per {key} within {en}",
                f"{said}对每{key}{zh}最多{maximum}次{count}",
            ),
            *parts,
            _exempt(one, wording),
        ]
    )


def _minimum_gap(one: Said, wording: Wording) -> str:
    said = _channels(one["minimum_gap"], wording)
    if "days" in one:
        en, zh = _long(one["days"], "day"), f"{one['days']}天"
    else:
        en, zh = _long(one["minutes"], "minute"), f"{one['minutes']}分钟"
    return wording.pick(f"keep {en} between {said}", f"{said}至少间隔{zh}") + _exempt(one, wording)


def _cool_down(one: Said, wording: Wording) -> str:
    said, after = (
        _channels(one["cool_down"], wording),
        wording.words("OUTCOME", listed(one["after"])),
    )
    more = ""
    if "by" in one:
        by = _channels(one["by"], wording)
        more = wording.pick(f" begun by {by}", f"（起于{by}）")
    if one.get("per") in _WHOSE:
        more += wording.pick(*_WHOSE[one["per"]])
    if "days" in one:
        en, zh = f"for {_long(one['days'], 'day')}", f"{one['days']}天"
    else:
        en, zh = "for the rest of the week", "至本周末"
    rest = wording.pick(f"rest {said} {en} after {after}", f"{said}静默{zh}自{after}起")
    return rest + more + _exempt(one, wording)


def _hold(one: Said, wording: Wording) -> str:
    said, en, zh = _channels(one["hold"], wording), "", ""
    if one.get("until_promise_due"):
        days = one.get("grace_days", 0)
        en, zh = f" until a promise is due plus {_long(days, 'day')}", f"直至承诺到期后{days}天"
    if "since" in one:
        since = wording.words("OUTCOME", listed(one["since"]))
        en, zh = f" for {_long(one['days'], 'day')} since {since}", f"共{one['days']}天自{since}起"
    return wording.pick(f"hold {said}{en}", f"暂停{said}{zh}") + _exempt(one, wording)


def _require_consent(one: Said, wording: Wording) -> str:
    said = _channels(one["require_consent"], wording)
    return wording.pick(f"require consent for {said}", f"{said}须经同意")


def _script(one: Said, wording: Wording) -> str:
    said = _channels(one["script"], wording)
    names = [wording.pick(f"script {name}", f"话术{name}") for name in _named(one, "scripts")]
    for name in _named(one, "personas"):
        names.append(wording.pick("persona ", "人设") + wording.quoted(name))
    en, zh = _USES[one["use"]]
    first = one.get("priority", 0)
    english = f"{en} {' and '.join(names)} for {said}" + f" with priority {first}" * bool(first)
    return wording.pick(english, f"{said}{zh}{'、'.join(names)}" + f"优先级{first}" * bool(first))


def _weight(one: Said, wording: Wording) -> str:
    said, percent = _channels(one["weight"], wording), one["percent"]
    return wording.pick(f"weigh {said} at {percent} percent", f"{said}权重{percent}%")


def _relief(one: Said, wording: Wording) -> str:
    if one["relief"] == "fee_waiver":
        bound = one["max_waiver_bp"]
        return wording.pick(
            f"waive up to {bound} basis points of fees", f"可减免费用至多{bound}基点"
        )
    months = one["max_months"]
    en, zh = ("an extension", "延期") if one["relief"] == "extension" else ("instalments", "分期")
    return wording.pick(f"offer {en} up to {_long(months, 'month')}", f"可{zh}最长{months}个月")


def _channels(value: object, wording: Wording) -> str:
    return wording.words("CHANNEL", listed(value))


def _some(one: Said, key: str, wording: Wording, en: str, zh: str, terminal: str) -> str:
    if key not in one:
        return ""
    said = wording.words(terminal, listed(one[key]))
    return wording.pick(f"{en}{said}", f"{zh}{said}）")


def _exempt(one: Said, wording: Wording) -> str:
    return _some(one, "exempt", wording, " except for ", "（不含", "PURPOSE")


def _named(one: Said, key: str) -> list[str]:
    return listed(one[key]) if key in one else []


def _long(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"


_CALENDAR_WINDOWS = {
    "week": ("a calendar week", "每自然周"),
    "month": ("a calendar month", "每自然月"),
}
_WHOSE = {
    "account": (" for that account only", "（仅限该账户）"),
    "party_account": (" for that person and account only", "（仅限该人该账户）"),
}
_USES = {
    "allow": ("use only", "只用"),
    "forbid": ("never use", "不用"),
    "require": ("require", "必用"),
}
_DIRECTIVES: dict[str, Callable[[Said, Wording], str]] = {
    "forbid": _forbid,
    "cap": _cap,
    "minimum_gap": _minimum_gap,
    "cool_down": _cool_down,
    "hold": _hold,
    "require_consent": _require_consent,
    "script": _script,
    "weight": _weight,
    "relief": _relief,
}
