"""Reads the `then` of a rule: one directive or a list, each the twin of a domain dataclass."""

from collections.abc import Callable

from strategy.domain.directive import (
    CapKey,
    CoolDown,
    Directive,
    Hold,
    MinimumGap,
    Relief,
    ReliefKind,
    RequireConsent,
    ScriptChoice,
    ScriptUse,
    Weight,
)
from strategy.domain.event import EventKind
from strategy.domain.outcome import Outcome
from strategy.domain.reason import RuleRef
from strategy.rules.read_ban import BAN_KEYS, exempt, read_ban
from strategy.rules.read_cap import CAP_KEYS, read_cap
from strategy.rules.reader import Entries, Reader
from strategy.rules.source import Hole, Item, Scalar, Table
from strategy.rules.vocabulary import Vocabulary

_MAX_MONTHS = {ReliefKind.EXTENSION: 12, ReliefKind.INSTALMENTS: 60}
_WAIVER_BP = 10_000
PERSONA = "persona:"
"""Marks a script that is named by its robot's persona, until all scripts are known."""


def read_directives(
    reader: Reader, item: Item, ref: RuleRef, known: Vocabulary
) -> tuple[Directive, ...]:
    """The directives of one rule, in the order written."""
    found = (_directive(reader, one, ref, known) for one in reader.items(item, "`then`"))
    return tuple(directive for directive in found if directive is not None)


def _directive(reader: Reader, item: Item, ref: RuleRef, known: Vocabulary) -> Directive | None:
    if isinstance(item, Hole):
        return None
    if not isinstance(item, Table):
        reader.add(item, "wrong-type.directive")
        return None
    used = [key for key, _ in item.entries if key.value in DIRECTIVES]
    if len(used) != 1:
        if used:
            reader.add(used[1], "bad-directive.two")
        elif item.entries:
            key = item.entries[0][0]
            reader.unknown(key, "directive", str(key.value), DIRECTIVES)
        else:
            reader.add(item, "empty.directive", known=list(DIRECTIVES))
        return None
    word = str(used[0].value)
    required, optional, make = DIRECTIVES[word]
    entries = reader.entries(item, f"`{word}`", (word, *required), optional)
    return read_ban(reader, entries, ref, known) if make is None else make(reader, entries, ref)


def _minimum_gap(reader: Reader, e: Entries, ref: RuleRef) -> MinimumGap:
    channels, minutes, days = reader.channels(e["minimum_gap"]), 0, 0
    if _one_of(reader, e, "minutes", "days") == "days":
        days = reader.whole(e["days"], "`days`", 1, 31)
    else:
        minutes = reader.whole(e["minutes"], "`minutes`", 1, 10_080)
    return MinimumGap(ref, channels, minutes, days, exempt(reader, e))


def _cool_down(reader: Reader, e: Entries, ref: RuleRef) -> CoolDown:
    channels, days = reader.channels(e["cool_down"]), 0
    outcomes, events = _beginnings(reader, e["after"])
    if _one_of(reader, e, "days", "rest_of_week") == "days":
        days = reader.whole(e["days"], "`days`", 1, 366)
    elif not reader.flag(e["rest_of_week"], "`rest_of_week`") and "rest_of_week" in e:
        reader.add(e["rest_of_week"], "bad-directive.no-end")
    by = reader.channels(e["by"]) if "by" in e else frozenset()
    key = reader.word(e["per"], "key", CapKey) if "per" in e else CapKey.PARTY
    if key is CapKey.CONTACT_POINT:
        reader.add(e["per"], "bad-directive.rest-per")
    return CoolDown(ref, channels, outcomes, days, events, by, key, exempt(reader, e))


def _beginnings(reader: Reader, item: Item) -> tuple[frozenset[Outcome], frozenset[EventKind]]:
    """Outcomes and events, mixed in one list; a word that is both means the outcome."""
    outcomes, events = set[Outcome](), set[EventKind]()
    known = list(dict.fromkeys([*map(str, Outcome), *map(str, EventKind)]))
    for one in reader.items(item, "`after`"):
        word = reader.text(one, "outcome")
        if word and word not in known:
            reader.unknown(one, "outcome", word, known)
        if word in outcomes | events and isinstance(one, Scalar):
            reader.add(one, "duplicate-word", key=word)
        if word in list(Outcome):
            outcomes.add(Outcome(word))
        elif word in list(EventKind):
            events.add(EventKind(word))
    return frozenset(outcomes), frozenset(events)


def _one_of(reader: Reader, e: Entries, first: str, second: str) -> str:
    """Which of two keys stands there; exactly one must."""
    if first in e and second in e:
        reader.add(e.keys[second], "bad-directive.both", key=first, other=second)
    elif first not in e and second not in e and not isinstance(e.at, Hole):
        reader.add(e.at, "missing-key.either", key=first, other=second)
    return second if second in e else first


def _hold(reader: Reader, e: Entries, ref: RuleRef) -> Hold:
    channels, until, grace, days = reader.channels(e["hold"]), False, 0, 0
    if "until_promise_due" in e:
        until = reader.flag(e["until_promise_due"], "`until_promise_due`")
    if "grace_days" in e:
        grace = reader.whole(e["grace_days"], "`grace_days`", 0, 60)
        if not until:
            reader.add(e.keys["grace_days"], "bad-directive.grace")
    since = reader.words(e["since"], "event", EventKind) if "since" in e else frozenset()
    if "days" in e:
        days = reader.whole(e["days"], "`days`", 1, 3_660)
    if ("since" in e) is not ("days" in e):
        here, other = ("since", "days") if "since" in e else ("days", "since")
        reader.add(e.keys[here], "missing-key.beside", key=here, other=other)
    if until and since:
        both = {"key": "since", "other": "until_promise_due"}
        reader.add(e.keys["since"], "bad-directive.both-ends", **both)
    return Hold(ref, channels, until, grace, since, days, exempt(reader, e))


def _require_consent(reader: Reader, e: Entries, ref: RuleRef) -> RequireConsent:
    return RequireConsent(ref, reader.channels(e["require_consent"]))


def _script(reader: Reader, e: Entries, ref: RuleRef) -> ScriptChoice:
    if "scripts" not in e and "personas" not in e and not isinstance(e.at, Hole):
        reader.add(e.at, "missing-key", thing="`script`", key="scripts")
    names = [reader.text(one, "script id") for one in _listed(reader, e, "scripts")]
    names += [PERSONA + reader.text(one, "persona") for one in _listed(reader, e, "personas")]
    use, priority = reader.word(e["use"], "use", ScriptUse), 0
    if "priority" in e:
        priority = reader.whole(e["priority"], "`priority`", 0, 100)
        if use is not ScriptUse.REQUIRE:
            reader.add(e.keys["priority"], "unknown-key.priority")
    return ScriptChoice(ref, reader.channels(e["script"]), use, frozenset(names), priority)


def _listed(reader: Reader, e: Entries, key: str) -> tuple[Item, ...]:
    return reader.items(e[key], f"`{key}`") if key in e else ()


def _weight(reader: Reader, e: Entries, ref: RuleRef) -> Weight:
    percent = reader.whole(e["percent"], "`percent`", 0, 1_000)
    return Weight(ref, reader.channels(e["weight"]), percent * 100)


def _relief(reader: Reader, e: Entries, ref: RuleRef) -> Relief:
    kind = reader.word(e["relief"], "relief", ReliefKind)
    needed = "max_waiver_bp" if kind is ReliefKind.FEE_WAIVER else "max_months"
    for name in ("max_months", "max_waiver_bp"):
        if name == needed and name not in e and "relief" in e:
            reader.add(e.at, "missing-key", thing=f"`{kind}`", key=name)
        elif name != needed and name in e:
            reader.add(e.keys[name], "unknown-key.not-here", thing=f"`{kind}`", key=name)
    if needed == "max_months":
        return Relief(ref, kind, reader.whole(e[needed], f"`{needed}`", 1, _MAX_MONTHS[kind]))
    waiver = reader.whole(e[needed], f"`{needed}`", 1, _WAIVER_BP)
    return Relief(ref, kind, max_waiver_bp=waiver)


_Make = Callable[[Reader, Entries, RuleRef], Directive]
DIRECTIVES: dict[str, tuple[tuple[str, ...], tuple[str, ...], _Make | None]] = {
    "forbid": ((), BAN_KEYS, None),
    "cap": (("count", "per", "maximum"), CAP_KEYS, read_cap),
    "minimum_gap": ((), ("minutes", "days", "exempt"), _minimum_gap),
    "cool_down": (("after",), ("days", "rest_of_week", "by", "per", "exempt"), _cool_down),
    "hold": ((), ("until_promise_due", "grace_days", "since", "days", "exempt"), _hold),
    "require_consent": ((), (), _require_consent),
    "script": (("use",), ("scripts", "personas", "priority"), _script),
    "weight": (("percent",), (), _weight),
    "relief": ((), ("max_months", "max_waiver_bp"), _relief),
}
"""Directive word → keys it needs, keys it may have, how it is made (a ban reads calendars)."""
