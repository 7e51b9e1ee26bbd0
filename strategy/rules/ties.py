"""Rules that require different scripts with the same priority for the same account."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from strategy.domain.directive import ScriptChoice, ScriptUse
from strategy.rules.condition import AllOf
from strategy.rules.diagnostic import Finding, finding
from strategy.rules.rule import Rule
from strategy.rules.satisfiable import can_hold


def ties(rules: Sequence[Rule]) -> Iterator[Finding]:
    """One for each pair that can fire together and agrees on no script."""
    required = [
        (rule, choice)
        for rule in rules
        for choice in rule.directives
        if isinstance(choice, ScriptChoice) and choice.use is ScriptUse.REQUIRE
    ]
    for (one, first), (other, second) in combinations(required, 2):
        both = first.channels & second.channels
        if (
            both
            and first.priority == second.priority
            and not first.scripts & second.scripts
            and _same_days(one, other)
            and can_hold(AllOf((one.condition, other.condition)))
        ):
            yield finding(
                other.ref.source,
                "tie",
                rule=other.ref.id,
                other_rule=one.ref.id,
                place=one.ref.source,
                channels=sorted(both),
                key="priority",
            )


def _same_days(one: Rule, other: Rule) -> bool:
    begins = [rule.ref.valid_from for rule in (one, other) if rule.ref.valid_from]
    ends = [rule.ref.valid_to for rule in (one, other) if rule.ref.valid_to]
    return not begins or not ends or max(begins) <= min(ends)
