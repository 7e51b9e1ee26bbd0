"""What one rulebook says and another does not, rule by rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from strategy.rules.rule import Rule
from strategy.rules.write_yaml import write_rule


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One rule with all its versions before and after, as YAML; empty where there is none."""

    rule_id: str
    before: str
    after: str

    @property
    def word(self) -> str:
        if not self.before:
            return "added"
        return "changed" if self.after else "removed"


def rule_changes(old: Sequence[Rule], new: Sequence[Rule]) -> list[RuleChange]:
    """Changes by rule id; moving a rule to another line or file is none."""
    before, after = _by_id(old), _by_id(new)
    return [
        RuleChange(rule_id, before.get(rule_id, ""), after.get(rule_id, ""))
        for rule_id in sorted(before.keys() | after.keys())
        if before.get(rule_id) != after.get(rule_id)
    ]


def _by_id(rules: Sequence[Rule]) -> dict[str, str]:
    """The history of every rule, the earliest version first."""
    versions: dict[str, list[str]] = {}
    for rule in sorted(rules, key=lambda rule: rule.ref.valid_from or date.min):
        versions.setdefault(rule.ref.id, []).append(write_rule(rule))
    return {rule_id: "\n".join(texts) for rule_id, texts in versions.items()}
