"""The shipped rules survive the way into a table and back."""

import csv
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from written_rules import plain

from strategy.domain.directive import Relief
from strategy.rule_files import read_rule_files
from strategy.rule_forms import PARSERS
from strategy.rules.catalogue import FieldKind
from strategy.rules.condition import ALWAYS, AllOf, AnyOf
from strategy.rules.draft import compile_rules
from strategy.rules.language import Language
from strategy.rules.rule import Rule
from strategy.rules.source import RuleFile
from strategy.rules.write_yaml import condition, rule_data
from strategy.sentences.document import HEADER, TRANSLATED, WORDS
from strategy.sentences.grammar import phrase
from strategy.sentences.wording import Wording
from strategy.sentences.write_condition import Conditions
from strategy.sentences.write_directive import directive
from strategy.tables.columns import KEYS

HOME = Path(__file__).resolve().parents[2]


def as_table(rules: list[Rule], language: Language) -> str:
    """The rules as somebody would fill them in who copies what the sentences say into cells."""
    side = 0 if language is Language.EN else 1
    wording = Wording(language)
    law = rules[0].jurisdictions
    fields = {atom.field.name: atom.field for rule in rules for atom in atoms(rule)}
    lines = [
        [HEADER["pack"][side], rules[0].pack],
        [HEADER["kind"][side], WORDS["law" if law else "house"][side]],
        *([[HEADER["jurisdictions"][side], *sorted(law)]] if law else []),
        [KEYS[key][side] for key in KEYS] + [phrase(field, language) for field in fields.values()],
    ]
    for rule in rules:
        said = rule_data(rule)
        then = said["then"] if isinstance(said["then"], list) else [said["then"]]
        said["then"] = "; ".join(directive(one, wording) for one in then)
        said |= {key: WORDS[said[key]][side] for key in TRANSLATED if key in said}
        asked = {atom.field.name: cell(wording, atom) for atom in atoms(rule)}
        row = [said.get(key, "") for key in KEYS]
        lines.append(row + [asked.get(name, "") for name in fields])
    written = io.StringIO()
    csv.writer(written).writerows(lines)
    return written.getvalue()


def atoms(rule: Rule) -> list[Any]:
    when = rule.condition
    return [] if when == ALWAYS else list(when.parts) if isinstance(when, AllOf) else [when]


def fits(rule: Rule) -> bool:
    """Whether its questions are joined by `and` alone, and ask nothing of missing values."""
    restricts = not any(isinstance(one, Relief) for one in rule.directives)
    return all(
        not isinstance(atom, AllOf | AnyOf) and atom.if_missing is restricts for atom in atoms(rule)
    )


def cell(wording: Wording, atom: Any) -> str:
    if atom.field.kind is FieldKind.FLAG:
        return "yes" if atom.values == (True,) else "否"
    asked = condition(atom, fires_on_missing=atom.if_missing)
    said = Conditions(wording, {atom.field.name: atom.field}).said(asked)
    return said.removeprefix(phrase(atom.field, wording.language)).strip()


def in_order(rule: Rule) -> Rule:
    """Its questions by field: the columns of a table stand in one order for all its rules."""
    parts = sorted(atoms(rule), key=str) if fits(rule) else []
    return replace(rule, condition=AllOf(tuple(parts))) if len(parts) > 1 else rule


@pytest.mark.parametrize("language", list(Language))
def test_every_shipped_rule_that_joins_its_questions_by_and_may_stand_in_a_table(
    language: Language,
) -> None:
    files = read_rule_files([path for path in sorted((HOME / "rules").iterdir()) if path.is_dir()])
    first = compile_rules(files, PARSERS)
    again, moved = [], set()
    for file in files:
        own = [r for r in first.rules if r.ref.source.rsplit(":", 1)[0] == file.name]
        other_lists = re.search(r"(?m)^(fields|calendars|scripts|segments):", file.text)
        if not own or other_lists or not all(map(fits, own)):
            again.append(file)
            continue
        again.append(RuleFile(file.name.replace(".yaml", ".csv"), as_table(own, language)))
        moved |= {rule.ref.id for rule in own}
    second = compile_rules(again, PARSERS)
    assert len(moved) > 50

    def by_id(rules: tuple[Rule, ...]) -> dict[tuple[str, str], Rule]:
        return {(rule.ref.id, str(rule.ref.valid_from)): in_order(plain(rule)) for rule in rules}

    assert by_id(second.rules) == by_id(first.rules)
