"""The house may only tighten what the law says.

A house rule that allows what every law pack forbids does nothing, and its author believes
otherwise: that is refused, naming both rules.
"""

from collections.abc import Iterator, Sequence

from strategy.domain.directive import Directive, Relief
from strategy.rules.diagnostic import Finding, finding
from strategy.rules.implication import implies
from strategy.rules.rule import Rule
from strategy.rules.say import Text
from strategy.rules.stricter import covers


def loosening(rules: Sequence[Rule]) -> Iterator[Finding]:
    """One for each house directive that is weaker than the law, in every place there is law for."""
    law = [rule for rule in rules if rule.jurisdictions]
    places = {code for rule in law for code in rule.jurisdictions}
    for rule in (rule for rule in rules if not rule.jurisdictions):
        for directive in rule.directives:
            stronger = [other for other in law if _outdoes(other, rule, directive)]
            covered = {code for other in stronger for code in other.jurisdictions}
            if not stronger or (covered != places and not isinstance(directive, Relief)):
                continue  # somewhere it tightens
            laws = Text(
                " and ".join(f"`{one.ref.id}` at {one.ref.source}" for one in stronger),
                "、".join(f"{one.ref.source}的`{one.ref.id}`" for one in stronger),
            )
            yield finding(rule.ref.source, "house-loosens", rule=rule.ref.id, laws=laws)


def _outdoes(law: Rule, rule: Rule, directive: Directive) -> bool:
    if law.ref.valid_to is not None or not implies(rule.condition, law.condition):
        return False
    if isinstance(directive, Relief):  # the law's bound is the most that may be offered
        return any(
            isinstance(bound, Relief) and covers(directive, bound) and not covers(bound, directive)
            for bound in law.directives
        )
    return any(
        covers(strict, directive) and not covers(directive, strict) for strict in law.directives
    )
