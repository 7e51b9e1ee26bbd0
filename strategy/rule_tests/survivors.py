"""Which mutants of rules no test catches.

A mutant is never published, so nothing proves it: its condition is asked directly, and the proven
verdict on everything else is kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from strategy.domain.directive import Directive
from strategy.domain.directives import Directives
from strategy.domain.facts import Fact
from strategy.domain.verdict import Verdict
from strategy.rule_tests.case import RuleTest
from strategy.rule_tests.run import Status, compare, facts_for
from strategy.rules.condition import holds
from strategy.rules.mutants import Mutant, mutants
from strategy.rules.rule import Rule
from strategy.rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class MutantReport:
    """`made` mutants of the rules, of which no test caught those that `survived`."""

    made: int
    survived: tuple[Mutant, ...]

    @property
    def caught(self) -> int:
        return self.made - len(self.survived)

    @property
    def share(self) -> float:
        """The part that was caught; all of them where there are none."""
        return self.caught / self.made if self.made else 1.0


def try_mutants(
    rules: Sequence[Rule], tests: Sequence[RuleTest], rulebook: Rulebook
) -> MutantReport:
    """Tries every mutant of the rules with the tests, all of which pass."""
    trials = [_Trial(test, rulebook) for test in tests if not test.skip]
    made, survived = 0, []
    for rule in rules:
        named = sorted(trials, key=lambda trial: not trial.names(rule))  # likely to catch it
        for mutant in mutants(rule):
            made += 1
            if not any(trial.catches(mutant, rule) for trial in named):
                survived.append(mutant)
    return MutantReport(made, tuple(survived))


class _Trial:
    """One passing test, with what it read and what the rules said."""

    def __init__(self, test: RuleTest, rulebook: Rulebook) -> None:
        self._test = test
        self._facts: Mapping[str, Fact] = facts_for(test)
        self._verdict = rulebook.decide(self._facts, test.party.jurisdiction)
        self._asked = rulebook.ids_in_force(test.party.jurisdiction)
        if self._verdict.segment is not None:
            self._facts = {**self._facts, "segment": self._verdict.segment}

    def names(self, rule: Rule) -> bool:
        return rule.ref.id in (*self._test.expected.by, *self._test.expected.not_by)

    def catches(self, mutant: Mutant, original: Rule) -> bool:
        """Whether the test fails with the mutant in place of its original."""
        if original.ref.id not in self._asked:
            return False
        before = self._verdict.directives
        after = Directives(self._with(mutant.rule, original))
        if after == before:
            return False
        verdict: Verdict = replace(self._verdict, directives=after)
        try:
            return compare(self._test, self._facts, verdict).status is not Status.PASS
        except Exception:  # with the original it could be evaluated
            return True

    def _with(self, mutant: Rule, original: Rule) -> Iterator[Directive]:
        """The directives, those of the mutant in the place of those of its original."""
        fires = holds(mutant.condition, self._facts)
        placed = False
        for directive in self._verdict.directives:
            if directive.rule != original.ref:
                yield directive
            elif fires and not placed:
                yield from mutant.directives
                placed = True
        if fires and not placed:
            yield from mutant.directives
