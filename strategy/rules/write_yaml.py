"""Rules back into YAML: the twin of reading them."""

from collections.abc import Iterator, Sequence
from typing import Any

from strategy.domain.calendar import WEEKDAYS
from strategy.domain.channel import ALL_CHANNELS, VOICE, Channel
from strategy.domain.directive import (
    Cap,
    CapKey,
    CoolDown,
    Directive,
    Forbid,
    Hold,
    MinimumGap,
    Relief,
    RequireConsent,
    ScriptChoice,
    Weight,
)
from strategy.domain.local_time import LocalWindow
from strategy.rules.atom import Atom, Between
from strategy.rules.catalogue import FieldKind
from strategy.rules.condition import ALWAYS, AllOf, AnyOf, Condition
from strategy.rules.rule import Rule
from strategy.rules.yaml_text import list_item


def write_rule(rule: Rule) -> str:
    """One item of `rules:`, indented by two spaces."""
    return list_item(rule_data(rule))


def rule_data(rule: Rule) -> dict[str, Any]:
    """The keys and values of a rule, as its file has them."""
    relief = all(isinstance(d, Relief) for d in rule.directives)
    then = [directive(d) for d in rule.directives]
    written: dict[str, Any] = {
        "id": rule.ref.id,
        "title": rule.ref.title,
        "when": condition(rule.condition, fires_on_missing=not relief),
        "then": then[0] if len(then) == 1 else then,
    }
    if rule.jurisdictions:
        written |= {"force": rule.ref.force, "citation": rule.ref.citation}
        written["confidence"] = rule.confidence
    elif rule.ref.citation != "house policy":
        written["citation"] = rule.ref.citation
    for key, value in (("owner", rule.owner), ("note", rule.note)):
        if value:
            written[key] = value
    for key, day in (("valid_from", rule.ref.valid_from), ("valid_to", rule.ref.valid_to)):
        if day is not None:
            written[key] = day.isoformat()
    return written


def condition(when: Condition, fires_on_missing: bool) -> Any:
    """`always`, or nested keys as `when` takes them."""
    if when == ALWAYS:
        return "always"
    if isinstance(when, AllOf | AnyOf):
        word = "all" if isinstance(when, AllOf) else "any"
        return {word: [condition(part, fires_on_missing) for part in when.parts]}
    return _atom(when, fires_on_missing)


def directive(one: Directive) -> dict[str, Any]:
    """The keys of one directive, in the order in which they are read."""
    return dict(_keys(one))


def _atom(atom: Atom, fires_on_missing: bool) -> dict[str, Any]:
    inside = atom.inside
    asked: dict[str, Any] = {atom.field.name: _question(atom)}
    if atom.if_missing is not fires_on_missing:
        asked["if_missing"] = atom.if_missing if inside else not atom.if_missing
    return asked if inside else {"not": asked}


def _question(atom: Atom) -> Any:
    if not isinstance(atom, Between):
        return atom.values[0] if len(atom.values) == 1 else {"in": list(atom.values)}
    money = atom.field.kind is FieldKind.MONEY

    def shown(bound: int) -> int | str:
        return f"{bound // 100}.{bound % 100:02d} {atom.currency}" if money else bound

    if atom.low is None and atom.high is not None:
        return {"lt": shown(0)} if money and atom.high < 0 else {"le": shown(atom.high)}
    if atom.high is None and atom.low is not None:
        return {"ge": shown(atom.low)}
    assert atom.low is not None
    assert atom.high is not None
    if atom.low == atom.high:
        return shown(atom.low)
    return {"between": [shown(atom.low), shown(atom.high)]}


def _keys(one: Directive) -> Iterator[tuple[str, Any]]:
    match one:
        case Forbid():
            yield "forbid", _channels(one.channels)
            if len(one.windows) == 1:
                yield "window", _window(one.windows[0])
            elif one.windows:
                yield "windows", [_window(window) for window in one.windows]
            yield from _words(owners=one.owners, kinds=one.kinds)
            if one.weekdays:
                yield "weekdays", [day.value for day in WEEKDAYS if day in one.weekdays]
            if one.calendar is not None:
                yield "holidays", one.calendar.id
            if one.consent_lifts:
                yield "consent_lifts", True
        case Cap():
            yield "cap", _channels(one.channels)
            yield from (("count", one.count.value), ("per", one.key.value))
            yield "maximum", one.maximum
            if one.hours or one.days:
                yield ("hours", one.hours) if one.hours else ("days", one.days)
            else:
                yield "calendar", one.window.value
            yield from _words(uncounted=one.uncounted, kinds=one.kinds)
            if not one.pooled:
                yield "pooled", False
        case MinimumGap():
            yield "minimum_gap", _channels(one.channels)
            yield ("days", one.days) if one.days else ("minutes", one.minutes)
        case CoolDown():
            yield "cool_down", _channels(one.channels)
            yield "after", sorted({*map(str, one.after), *map(str, one.after_events)})
            yield ("days", one.days) if one.days else ("rest_of_week", True)
            if one.by:
                yield "by", _channels(one.by)
            if one.key is not CapKey.PARTY:
                yield "per", one.key.value
        case Hold():
            yield "hold", _channels(one.channels)
            if one.until_promise_due:
                yield from (("until_promise_due", True), ("grace_days", one.grace_days))
            if one.since:
                yield from (("since", sorted(map(str, one.since))), ("days", one.days))
        case RequireConsent():
            yield "require_consent", _channels(one.channels)
        case ScriptChoice():
            yield "script", _channels(one.channels)
            yield from (("use", one.use.value), ("scripts", sorted(one.scripts)))
            if one.priority:
                yield "priority", one.priority
        case Weight():
            yield "weight", _channels(one.channels)
            yield "percent", one.value_bp // 100
        case Relief():
            yield "relief", one.kind.value
            months = one.max_months
            yield ("max_months", months) if months else ("max_waiver_bp", one.max_waiver_bp)
    yield from _words(exempt=getattr(one, "exempt", frozenset()))


def _words(**sets: frozenset[Any]) -> Iterator[tuple[str, Sequence[str]]]:
    for key, words in sets.items():
        if words:
            yield key, sorted(map(str, words))


def _channels(channels: frozenset[Channel]) -> Any:
    if channels == ALL_CHANNELS:
        return "all"
    if channels == VOICE:
        return "voice"
    listed = [channel.value for channel in Channel if channel in channels]
    return listed[0] if len(listed) == 1 else listed


def _window(window: LocalWindow) -> list[str]:
    return str(window).split("-")
