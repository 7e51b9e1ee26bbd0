"""Whole files in every form: the same meaning, and whatever somebody wrote is still there."""

import re
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rule_text import in_form

from strategy.domain.channel import Channel
from strategy.rule_files import read_rule_files
from strategy.rule_forms import PARSERS
from strategy.rules.comment import yaml_comments
from strategy.rules.diagnostic import RuleError
from strategy.rules.draft import compile_rules, parse_all
from strategy.rules.source import RuleFile
from strategy.rules.yaml_text import data, flow
from strategy.sentences.conversion import Form

HOME = Path(__file__).resolve().parents[2]
FORMS = [form.value for form in Form]
README = (HOME / "rules" / "README.md").read_text(encoding="utf-8")
EXAMPLES = [
    RuleFile("x.yaml", text) for text in re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
]


def meaning(files: list[RuleFile]) -> dict[str, Any]:
    """All that files say, but not on which line: what is compiled, and the text that nobody
    compiles, such as the source of a calendar."""
    draft = compile_rules(files, PARSERS)
    rules = {}
    for rule in draft.rules:
        ref = replace(rule.ref, source="")
        directives = tuple(replace(one, rule=ref) for one in rule.directives)
        rules[ref.id, ref.valid_from] = replace(rule, ref=ref, directives=directives)
    declared: dict[str, list[Any]] = {}
    for _, _, tree in parse_all(files, PARSERS):
        for key, value in data(tree).items():
            if key in ("fields", "calendars", "scripts"):
                declared.setdefault(key, []).extend(map(_listed, value))
            elif key == "segments":
                declared[key] = [{**one, "when": None} for one in value]
    for items in declared.values():
        items.sort(key=lambda item: str(item.get("id", item.get("name"))))
    return {
        "rules": rules,
        "segments": [replace(segment, source="") for segment in draft.segments],
        "scripts": {script.id: script for script in draft.scripts},
        "fields": draft.fields,
        "closed": draft.closed,
        "jurisdictions": draft.jurisdictions,
        "declared": declared,
    }


def _listed(item: dict[str, Any]) -> dict[str, Any]:
    """A list of one may be written as that one."""
    lists = ("choices", "languages")
    return {k: [v] if k in lists and isinstance(v, str) else v for k, v in item.items()}


def test_the_shipped_files_of_one_country_mean_the_same_in_every_form_and_back() -> None:
    shipped = list(read_rule_files([HOME / "rules" / pack for pack in ("cn", "house", "carrier")]))
    meant = meaning(shipped)
    assert len(meant["rules"]) > 35
    comments = {file.name: [one.text for one in yaml_comments(file.text)] for file in shipped}
    assert sum(map(len, comments.values())) > 5
    texts: dict[str, set[str]] = {}
    for first in FORMS:
        there = [in_form(file, first, shipped) for file in shipped]
        assert meaning(there) == meant, first
        for second in FORMS:
            back = [in_form(file, second, there) for file in there]
            for file, once, twice in zip(shipped, there, back, strict=True):
                kept = [
                    line.strip() for line in twice.text.splitlines() if line.strip()[0:1] == "#"
                ]
                assert kept == comments[file.name], once.name
                if "yaml" not in (first, second):
                    texts.setdefault(twice.name, set()).add(twice.text)
        assert meaning([in_form(file, "yaml", there) for file in there]) == meant
    assert all(len(one) == 1 for one in texts.values())  # English of Chinese is English of YAML


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_every_example_for_rule_authors_means_the_same_in_every_form(number: int) -> None:
    file = EXAMPLES[number]
    meant = meaning([file])
    for first, second in product(FORMS, FORMS):
        there = in_form(file, first)
        assert meaning([there]) == meant, there.text
        assert meaning([in_form(there, second)]) == meant, there.text


def test_the_sentences_shown_to_rule_authors_are_the_yaml_above_them() -> None:
    (yaml,) = (file for file in EXAMPLES if "HOUSE-EXAMPLE-11" in file.text)
    english, chinese = re.findall(r"```text\n((?:pack|规则包).*?)```", README, re.DOTALL)
    assert in_form(yaml, "en").text == english
    assert in_form(yaml, "zh").text == chinese


signs = st.characters(codec="utf-8", exclude_categories=["Cs", "Cn", "Co"])
free = st.text(signs, min_size=1, max_size=20).filter(str.strip)
"""Any text at all: quotes, colons, line ends and spaces at its ends as well."""
ids = st.from_regex("[a-z][a-z0-9]{0,3}(-[a-z0-9]{1,3})?", fullmatch=True)
comments = st.lists(
    st.text("ab #:\"'“”中，。", max_size=9).map(lambda text: f"# {text}".strip()), max_size=2
)


noted = st.fixed_dictionaries({}, optional={"note": free})


def items(one: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[list[Any]]:
    return st.lists(one, max_size=4, unique_by=lambda item: str(item["id"]))


@st.composite
def fields(draw: st.DrawFn) -> list[dict[str, Any]]:
    """All types; what sentences say stays the same, because a new grammar takes a second."""
    low = draw(st.integers(-50, 50))
    bounds = {"low": low, "high": low + draw(st.integers(0, 99)), "unit": draw(free)}
    kept = draw(st.sets(st.sampled_from(["high", "unit"]))) | {"low"}
    pattern = draw(st.sampled_from([None, "[0-9]{6}", "[A-Z] .+"]))
    own = [
        {"name": "own_whole", "type": "whole", **{k: v for k, v in bounds.items() if k in kept}},
        {"name": "own_money", "type": "money"},
        {"name": "own_flag", "type": "flag"},
        {"name": "own_code", "type": "code"} | ({"pattern": pattern} if pattern else {}),
        {
            "name": "own_choice",
            "type": "choice",
            "choices": ["a", "long-one", "b_2"],
            "words": {"long-one": {"en": "a long one", "zh": "长的"}, "a": {"en": "A", "zh": "甲"}},
        },
    ]
    for one in own:
        one |= {"about": draw(free), "en": f"the {one['name']} of it", "zh": f"自有{one['name']}"}
    return draw(st.permutations(own))


@st.composite
def scripts(draw: st.DrawFn) -> dict[str, Any]:
    channel = draw(st.sampled_from([one.value for one in Channel]))
    spoken = draw(st.lists(st.sampled_from(["zh", "en", "and", "yue"]), min_size=1, unique=True))
    script = {"id": draw(ids), "channel": channel, "title": draw(free), "languages": spoken}
    if channel == "robot_call":
        script["persona"] = draw(free)
    for key in draw(st.sets(st.sampled_from(["lift_bp", "complaint_bp"]))):
        script[key] = draw(st.integers(0, 100_000))
    return script | draw(noted)


@st.composite
def calendars(draw: st.DrawFn) -> dict[str, Any]:
    days = st.dates().map(lambda day: f"{day:%m-%d}").filter(lambda day: day != "02-29")
    listed = st.lists(days, min_size=1, max_size=5, unique=True)
    years = draw(st.dictionaries(st.integers(2000, 2099).map(str), listed, min_size=1, max_size=3))
    return {"id": draw(ids), "title": draw(free), "source": draw(free), "years": years}


@st.composite
def questions(draw: st.DrawFn, declared: list[dict[str, Any]]) -> dict[str, Any]:
    """A question about a field of the file, or about a built-in one."""
    own = draw(st.sampled_from([*declared, {"name": "dispute_open", "type": "flag"}]))
    match own["type"]:
        case "whole":
            number = draw(st.integers(own["low"], own.get("high", own["low"] + 9)))
            value: Any = draw(
                st.sampled_from([number, {"gt": number}, {"between": [number, number]}])
            )
        case "money":
            value = {draw(st.sampled_from(["lt", "ge"])): f"{draw(st.integers(0, 99))}.05 CNY"}
        case "choice":
            value = {"in": draw(st.lists(st.sampled_from(own["choices"]), min_size=1, unique=True))}
        case "code":
            like = {"[0-9]{6}": "310000", "[A-Z] .+": "A b, c·中 #1"}
            value = like.get(own.get("pattern", ""), "east/west “x”")
        case _:
            value = draw(st.booleans())
    asked = {own["name"]: value}
    return {"not": asked} if draw(st.booleans()) else asked


@st.composite
def whole_files(draw: st.DrawFn) -> RuleFile:
    """A file of every list there is, in any order, with comments above items and beside keys."""
    declared = draw(st.just([]) | fields())
    asked = questions(declared)
    joined = st.lists(asked, min_size=2, max_size=3).flatmap(
        lambda parts: st.sampled_from([{"all": parts}, {"any": parts}, {"not": {"any": parts}}])
    )
    when = asked | joined | st.lists(joined, min_size=1, max_size=2).map(lambda some: {"any": some})
    segments = [
        {"id": name, "title": draw(free), "when": draw(when)} | draw(noted)
        for name in draw(st.permutations(["relief", "early-agents"]))
    ]
    segments.append({"id": "rest", "title": draw(free), "when": "always"})
    lists = {
        "fields": declared,
        "calendars": draw(items(calendars())),
        "segments": draw(st.sampled_from([[], segments])),
        "scripts": draw(items(scripts())),
        "rules": [
            {"id": f"H-{n}", "title": draw(free), "when": draw(when), "then": {"forbid": "sms"}}
            | draw(noted)
            | draw(st.sampled_from([{}, {"valid_from": "2026-01-01"}]))
            for n in range(draw(st.integers(1, 3)))
        ],
    }
    lines = [*draw(comments), "schema: collections-rules/1", "pack: house", "kind: house # house"]
    for key in draw(st.permutations(list(lists))):
        lines += [*draw(comments), f"{key}:  # {key}"] if lists[key] else []
        for item in lists[key]:
            lines += [*draw(comments), f"  - {flow(item)}"]
    return RuleFile("x.yaml", "\n".join([*lines, *draw(comments)]) + "\n")


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(whole_files())
def test_a_generated_file_means_the_same_in_every_form_and_keeps_its_comments(
    file: RuleFile,
) -> None:
    try:
        meant = meaning([file])
    except RuleError as error:  # a contradiction: no segment or rule that anybody would keep
        if {one.code for one in error.diagnostics} <= {"never-true"}:
            return
        raise
    written = sorted(one.text for one in yaml_comments(file.text))
    there = {form: in_form(file, form) for form in FORMS}
    for form, one in there.items():
        assert meaning([one]) == meant, one.text
        kept = [line.strip() for line in one.text.splitlines() if line.strip()[:1] == "#"]
        assert sorted(kept) == written, one.text
        assert in_form(one, form).text == one.text  # written once, it stays as it is
    assert in_form(there["en"], "zh").text == in_form(there["yaml"], "zh").text == there["zh"].text
    assert in_form(there["zh"], "en").text == in_form(there["yaml"], "en").text == there["en"].text
    for form in ("en", "zh"):
        back = in_form(there[form], "yaml")
        assert meaning([back]) == meant, back.text
