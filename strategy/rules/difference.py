"""What one rulebook says and another does not, rule by rule."""

from collections.abc import Sequence
from dataclasses import dataclass

from strategy.rules.rule import Rule
from strategy.rules.write_yaml import write_rule


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One rule (or version of it) before and after, as YAML; empty where there is none."""

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
    before, after = _by_version(old), _by_version(new)
    return [
        RuleChange(key[0], before.get(key, ""), after.get(key, ""))
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    ]


def _by_version(rules: Sequence[Rule]) -> dict[tuple[str, str], str]:
    return {(rule.ref.id, str(rule.ref.valid_from or "")): write_rule(rule) for rule in rules}
