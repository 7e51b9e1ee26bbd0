"""Short rule files for tests."""

from collections.abc import Sequence

from strategy.rule_forms import PARSERS, comments
from strategy.rules.draft import Draft, compile_rules, parse_all
from strategy.rules.group import mask_algebra
from strategy.rules.read_vocabulary import read_vocabulary
from strategy.rules.reader import Reader
from strategy.rules.rulebook import Rulebook
from strategy.rules.source import RuleFile, Table
from strategy.sentences.conversion import Form, convert

CN = """\
schema: collections-rules/1
pack: cn
kind: law
jurisdictions: [CN]
rules:
  - {id: CN-1, title: Night, when: always, then: {forbid: all, window: ["22:00", "08:00"]},
     force: standard, citation: a law, confidence: primary}
"""


def house(*rules: str, scripts: str = "") -> RuleFile:
    """A house file; each rule is `when -> then` in YAML flow form, numbered H-1, H-2, …"""
    lines = ["schema: collections-rules/1", "pack: house", "kind: house", "rules:"]
    for number, rule in enumerate(rules, 1):
        when, then = rule.split(" -> ")
        lines.append(f"  - {{id: H-{number}, title: T, when: {when}, then: {then}}}")
    return RuleFile("rules/house/test.yaml", "\n".join([*lines, scripts]) + "\n")


def draft(*rules: str) -> Draft:
    return compile_rules([RuleFile("rules/cn/test.yaml", CN), house(*rules)])


def rulebook(*rules: str) -> Rulebook:
    """A rulebook without the proof: tables from mask algebra alone."""
    compiled = draft(*rules)
    return Rulebook(compiled, [mask_algebra(group) for group in compiled.proven])


def in_form(file: RuleFile, form: str, beside: Sequence[RuleFile] = ()) -> RuleFile:
    """The file as `strategy rules fmt` writes it, without the check that it means the same."""
    trees = {one.name: tree for one, _, tree in parse_all([file, *beside], PARSERS)}
    known = read_vocabulary([(Reader(name), tree) for name, tree in trees.items()])
    tree = trees[file.name]
    assert isinstance(tree, Table)
    return convert(file.name, [(tree, comments(file))], Form(form), known.fields)
