"""Rules written as tables and as YAML, and what they mean apart from where they stand."""

from dataclasses import replace

from rule_text import CN

from strategy.rule_forms import PARSERS
from strategy.rules.draft import compile_rules
from strategy.rules.rule import Rule
from strategy.rules.source import RuleFile

LAW = RuleFile("cn.yaml", CN)


def plain(rule: Rule) -> Rule:
    """The rule without the place where it is written."""
    ref = replace(rule.ref, source="")
    directives = tuple(replace(one, rule=ref) for one in rule.directives)
    return replace(rule, ref=ref, directives=directives, note=" ".join(rule.note.split()))


def read(file: RuleFile, *others: RuleFile) -> list[Rule]:
    rules = compile_rules([file, LAW, *others], PARSERS).rules
    return [plain(rule) for rule in rules if not rule.jurisdictions]


def table(heading: str, *rows: str, head: str = "pack,house\nkind,house\n") -> RuleFile:
    return RuleFile("mine/a.csv", "\n".join([head + heading, *rows]) + "\n")


def yaml(*rules: str) -> RuleFile:
    head = "schema: collections-rules/1\npack: house\nkind: house\nrules:\n"
    return RuleFile("mine/a.yaml", head + "".join(f"  - {{{rule}}}\n" for rule in rules))
