"""Reads the `then` of a rule: one directive or a list, each the twin of a domain dataclass."""

from collections.abc import Callable

from strategy.domain.channel import VOICE, Channel
from strategy.domain.contact_point import Owner
from strategy.domain.directive import (
    Cap,
    CapKey,
    CoolDown,
    Directive,
    Forbid,
    Hold,
    MinimumGap,
    Relief,
    ReliefKind,
    RequireConsent,
    ScriptChoice,
    ScriptUse,
)
from strategy.domain.outcome import Count, Outcome
from strategy.domain.reason import RuleRef
from strategy.rules.reader import Entries, Reader
from strategy.rules.source import Hole, Item, Table

_CAN_CONNECT = VOICE | {Channel.VISIT}
_MAX_MONTHS = {ReliefKind.EXTENSION: 12, ReliefKind.INSTALMENTS: 60}
_WAIVER_BP = 10_000


def read_directives(reader: Reader, item: Item, ref: RuleRef) -> tuple[Directive, ...]:
    """The directives of one rule, in the order written."""
    found = (_directive(reader, one, ref) for one in reader.items(item, "`then`"))
    return tuple(directive for directive in found if directive is not None)


def _directive(reader: Reader, item: Item, ref: RuleRef) -> Directive | None:
    if isinstance(item, Hole):
        return None
    if not isinstance(item, Table):
        reader.add(item, "wrong-type", "this is no directive", "write one such as {forbid: all}")
        return None
    used = [key for key, _ in item.entries if key.value in _WORDS]
    if len(used) != 1:
        known = ", ".join(_WORDS)
        if used:
            remedy = "write a list, one directive each"
            reader.add(used[1], "bad-directive", "two directives in one", remedy)
        elif item.entries:
            key = item.entries[0][0]
            reader.unknown(key, "unknown-word", "unknown directive", str(key.value), _WORDS)
        else:
            reader.add(item, "empty", "a directive is missing", f"known: {known}")
        return None
    word = str(used[0].value)
    required, optional, make = _WORDS[word]
    entries = reader.entries(item, f"`{word}`", (word, *required), optional)
    return make(reader, entries, ref)


def _forbid(reader: Reader, e: Entries, ref: RuleRef) -> Forbid:
    windows = [reader.window(e["window"])] if "window" in e else []
    if "windows" in e:
        windows += [reader.window(one) for one in reader.items(e["windows"], "`windows`")]
        if "window" in e:
            reader.add(e.keys["window"], "bad-directive", "`window` and `windows` in one")
    return Forbid(
        ref,
        reader.channels(e["forbid"]),
        tuple(windows),
        reader.words(e["owners"], "owner", Owner) if "owners" in e else frozenset(),
        reader.flag(e["consent_lifts"], "`consent_lifts`") if "consent_lifts" in e else False,
    )


def _cap(reader: Reader, e: Entries, ref: RuleRef) -> Cap:
    channels = reader.channels(e["cap"])
    count = reader.word(e["count"], "count", Count)
    if count in (Count.CONNECTED, Count.CONVERSATIONS) and channels and not channels & _CAN_CONNECT:
        what = f"`{count}` never counts in these channels"
        reader.add(e["count"], "bad-directive", what, "count touches")
    return Cap(
        ref,
        channels,
        count,
        reader.word(e["per"], "cap key", CapKey),
        reader.whole(e["maximum"], "`maximum`", 1, 1_000),
        reader.whole(e["days"], "`days`", 1, 366),
    )


def _minimum_gap(reader: Reader, e: Entries, ref: RuleRef) -> MinimumGap:
    minutes = reader.whole(e["minutes"], "`minutes`", 1, 10_080)
    return MinimumGap(ref, reader.channels(e["minimum_gap"]), minutes)


def _cool_down(reader: Reader, e: Entries, ref: RuleRef) -> CoolDown:
    channels = reader.channels(e["cool_down"])
    after = reader.words(e["after"], "outcome", Outcome)
    return CoolDown(ref, channels, after, reader.whole(e["days"], "`days`", 1, 366))


def _hold(reader: Reader, e: Entries, ref: RuleRef) -> Hold:
    channels, until, grace = reader.channels(e["hold"]), False, 0
    if "until_promise_due" in e:
        until = reader.flag(e["until_promise_due"], "`until_promise_due`")
    if "grace_days" in e:
        grace = reader.whole(e["grace_days"], "`grace_days`", 0, 60)
        if not until:
            what = "`grace_days` counts from a promise"
            reader.add(e.keys["grace_days"], "bad-directive", what, "add until_promise_due: true")
    return Hold(ref, channels, until, grace)


def _require_consent(reader: Reader, e: Entries, ref: RuleRef) -> RequireConsent:
    return RequireConsent(ref, reader.channels(e["require_consent"]))


def _script(reader: Reader, e: Entries, ref: RuleRef) -> ScriptChoice:
    scripts = [reader.text(one, "script id") for one in reader.items(e["scripts"], "`scripts`")]
    use = reader.word(e["use"], "use", ScriptUse)
    return ScriptChoice(ref, reader.channels(e["script"]), use, frozenset(scripts))


def _relief(reader: Reader, e: Entries, ref: RuleRef) -> Relief:
    kind = reader.word(e["relief"], "relief", ReliefKind)
    needed = "max_waiver_bp" if kind is ReliefKind.FEE_WAIVER else "max_months"
    for name in ("max_months", "max_waiver_bp"):
        if name == needed and name not in e and "relief" in e:
            reader.add(e.at, "missing-key", f"`{kind}` needs `{name}`")
        elif name != needed and name in e:
            reader.add(e.keys[name], "unknown-key", f"`{kind}` has no `{name}`")
    if needed == "max_months":
        return Relief(ref, kind, reader.whole(e[needed], f"`{needed}`", 1, _MAX_MONTHS[kind]))
    waiver = reader.whole(e[needed], f"`{needed}`", 1, _WAIVER_BP)
    return Relief(ref, kind, max_waiver_bp=waiver)


_Make = Callable[[Reader, Entries, RuleRef], Directive]
_WORDS: dict[str, tuple[tuple[str, ...], tuple[str, ...], _Make]] = {
    "forbid": ((), ("window", "windows", "owners", "consent_lifts"), _forbid),
    "cap": (("count", "per", "maximum", "days"), (), _cap),
    "minimum_gap": (("minutes",), (), _minimum_gap),
    "cool_down": (("after", "days"), (), _cool_down),
    "hold": ((), ("until_promise_due", "grace_days"), _hold),
    "require_consent": ((), (), _require_consent),
    "script": (("use", "scripts"), (), _script),
    "relief": ((), ("max_months", "max_waiver_bp"), _relief),
}
"""Directive word → keys it needs, keys it may have, how it is made."""
