"""One rule, three ways to write it, one meaning."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rule_text import CN, in_form

from strategy.domain.attempt import Purpose
from strategy.domain.calendar import Weekday
from strategy.domain.channel import Channel
from strategy.domain.contact_point import ContactKind, Owner
from strategy.domain.directive import (
    Cap,
    CapKey,
    CapWindow,
    CoolDown,
    Forbid,
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
from strategy.domain.local_time import LocalWindow
from strategy.domain.outcome import Count, Outcome
from strategy.domain.reason import RuleRef
from strategy.rule_forms import PARSERS
from strategy.rules.atom import Between, OneOf
from strategy.rules.catalogue import BUILT_IN, FieldKind
from strategy.rules.condition import ALWAYS, AllOf, AnyOf
from strategy.rules.diagnostic import RuleError
from strategy.rules.draft import compile_rules
from strategy.rules.rule import Rule
from strategy.rules.source import RuleFile
from strategy.rules.write_yaml import write_rule

HEAD = "schema: collections-rules/1\npack: house\nkind: house\nrules:\n"
SCRIPTS = RuleFile(
    "rules/scripts.yaml",
    "schema: collections-rules/1\npack: house\nkind: house\nscripts:\n"
    "  - {id: calm, channel: sms, title: T, languages: [zh]}\n"
    "  - {id: firm-2, channel: sms, title: T, languages: [zh]}\n",
)


def plain(rule: Rule) -> Rule:
    """The rule without the place where it is written."""
    ref = replace(rule.ref, source="")
    directives = tuple(replace(one, rule=ref) for one in rule.directives)
    return replace(rule, ref=ref, directives=directives, note=" ".join(rule.note.split()))


def written(rules: list[Rule], form: str) -> RuleFile:
    text = HEAD + "\n".join(map(write_rule, rules)) + "\n"
    return in_form(RuleFile("rules/x.yaml", text), form, [SCRIPTS])


def read(file: RuleFile) -> list[Rule]:
    compiled = compile_rules([file, SCRIPTS, RuleFile("cn.yaml", CN)], PARSERS)
    return [plain(rule) for rule in compiled.rules if not rule.jurisdictions]


REF = RuleRef("H-1", "x:1", "T", "house policy", "policy")
channels = st.sets(st.sampled_from(list(Channel)), min_size=1).map(frozenset)
windows = st.builds(LocalWindow, st.integers(0, 719), st.integers(720, 1440)) | st.builds(
    LocalWindow, st.integers(720, 1439), st.integers(0, 719)
)


def some(words: object, at_least: int = 0) -> st.SearchStrategy[frozenset[object]]:
    return st.sets(st.sampled_from(list(words)), min_size=at_least, max_size=3).map(frozenset)  # type: ignore[call-overload]


exempt = some([one for one in Purpose if one is not Purpose.COLLECTION])
days = st.integers(1, 60)


@st.composite
def rests(draw: st.DrawFn) -> CoolDown:
    words = draw(some(sorted({*map(str, Outcome), *map(str, EventKind)}), 1))
    return CoolDown(
        REF,
        draw(channels),
        frozenset(Outcome(w) for w in words if w in list(Outcome)),
        draw(st.just(0) | days),
        frozenset(EventKind(w) for w in words if w not in list(Outcome)),
        draw(st.just(frozenset()) | channels),
        draw(st.sampled_from([CapKey.PARTY, CapKey.ACCOUNT, CapKey.PARTY_ACCOUNT])),
        draw(exempt),
    )


@st.composite
def caps(draw: st.DrawFn) -> Cap:
    window = draw(st.sampled_from(list(CapWindow)))
    return Cap(
        REF,
        draw(channels) | {Channel.AGENT_CALL},
        draw(st.sampled_from(list(Count))),
        draw(st.sampled_from(list(CapKey))),
        draw(st.integers(1, 99)),
        draw(days) if window is CapWindow.DAYS else 0,
        window,
        draw(some([one for one in Outcome if one is not Outcome.UNKNOWN])),
        draw(some(ContactKind)),
        draw(st.booleans()),
        draw(exempt),
        draw(st.integers(1, 99)) if window is CapWindow.HOURS else 0,
    )


directives = st.one_of(
    st.builds(
        Forbid,
        st.just(REF),
        channels,
        st.lists(windows, max_size=2, unique=True).map(tuple),
        some(Owner),
        kinds=some(ContactKind),
        weekdays=some(Weekday),
        exempt=exempt,
    ),
    caps(),
    rests(),
    st.builds(MinimumGap, st.just(REF), channels, st.integers(1, 999), st.just(0), exempt),
    st.builds(MinimumGap, st.just(REF), channels, st.just(0), st.integers(1, 31), exempt),
    st.builds(Hold, st.just(REF), channels, exempt=exempt),
    st.builds(Hold, st.just(REF), channels, st.just(True), st.integers(0, 60), exempt=exempt),
    st.builds(Hold, st.just(REF), channels, since=some(EventKind, 1), days=days, exempt=exempt),
    st.builds(RequireConsent, st.just(REF), channels),
    st.builds(
        ScriptChoice,
        st.just(REF),
        st.just(frozenset({Channel.SMS})),
        st.sampled_from([ScriptUse.ALLOW, ScriptUse.FORBID]),
        some(["calm", "firm-2"], 1),
    ),
    st.builds(
        ScriptChoice,
        st.just(REF),
        st.just(frozenset({Channel.SMS})),
        st.just(ScriptUse.REQUIRE),
        some(["calm", "firm-2"], 1),
        st.integers(0, 100),
    ),
    st.builds(Weight, st.just(REF), channels, st.integers(0, 1000).map(lambda n: n * 100)),
)
reliefs = st.one_of(
    st.builds(Relief, st.just(REF), st.just(ReliefKind.INSTALMENTS), st.integers(1, 60)),
    st.builds(Relief, st.just(REF), st.just(ReliefKind.EXTENSION), st.integers(1, 12)),
    st.builds(
        Relief, st.just(REF), st.just(ReliefKind.FEE_WAIVER), st.just(0), st.integers(1, 10_000)
    ),
)


@st.composite
def atoms(draw: st.DrawFn, if_missing: bool | None) -> Between | OneOf:
    field = draw(st.sampled_from(list(BUILT_IN.values())))
    missing = draw(st.booleans()) if if_missing is None else if_missing
    match field.kind:
        case FieldKind.FLAG:
            return OneOf(field, (draw(st.booleans()),), True, missing)
        case FieldKind.CHOICE:
            words = sorted(draw(some(field.choices, 1)))  # type: ignore[type-var]
            return OneOf(field, tuple(words), draw(st.booleans()), missing)  # type: ignore[arg-type]
        case FieldKind.CODE:
            like = {"currency": ["CNY", "USD"], "jurisdiction": ["CN", "US-NY-NYC"]}
            codes = sorted(draw(some(like.get(field.name, ["zh", "en", "yue"]), 1)))  # type: ignore[type-var]
            return OneOf(field, tuple(codes), draw(st.booleans()), missing)  # type: ignore[arg-type]
    money = "CNY" if field.kind is FieldKind.MONEY else ""
    low, high = sorted((draw(st.integers(0, 900)), draw(st.integers(0, 900))))
    bounds = draw(st.sampled_from([(low, high), (low, None), (None, high), (low, low)]))
    inside = draw(st.booleans()) if None not in bounds else True
    return Between(field, *bounds, inside, missing, money)


def conditions(if_missing: bool | None) -> st.SearchStrategy[object]:
    leaves = atoms(if_missing)
    nested = st.lists(leaves, min_size=2, max_size=3, unique=True).map(tuple)
    deeper = st.lists(nested.map(AnyOf) | leaves, min_size=2, max_size=3, unique=True).map(tuple)
    return st.just(ALWAYS) | leaves | nested.map(AllOf) | nested.map(AnyOf) | deeper.map(AllOf)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_generated_rule_means_the_same_in_yaml_english_and_chinese(data: st.DataObject) -> None:
    relief = data.draw(st.booleans())
    said = data.draw(st.lists(reliefs if relief else directives, min_size=1, max_size=2))
    when = data.draw(conditions(False if relief else None))
    rule = Rule(REF, frozenset(), when, tuple(said), "house", "", "a note")  # type: ignore[arg-type]
    try:
        meant = read(written([rule], "yaml"))
    except RuleError as error:  # such as a contradiction, or weaker than the law
        if {one.code for one in error.diagnostics} - {
            "never-true",
            "house-loosens",
            "wrong-channel",
        }:
            raise
        return
    for form in ("en", "zh"):
        sentence = written([rule], form)
        assert read(sentence) == meant, sentence.text
        assert read(written(read(sentence), "yaml")) == meant
