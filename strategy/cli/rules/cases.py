"""The tests beside rules, read for a rulebook."""

from collections.abc import Sequence
from pathlib import Path

from strategy.limits.check import CLOCK_LIMITS, STANDING_LIMITS
from strategy.rule_files import read_test_files
from strategy.rule_tests.case import RuleTest
from strategy.rule_tests.read_tests import read_tests
from strategy.rules.rulebook import Rulebook

_OTHER_CODES = ("holidays_unknown", "history_missing", "time_zone", "limit_failed")


def cases(dirs: Sequence[Path], rulebook: Rulebook) -> list[RuleTest]:
    """Every case in tests/*.yaml below the folders. Raises `RuleError`."""
    known = [*dict.fromkeys(rule.ref.id for rule in rulebook.rules)]
    known += [*CLOCK_LIMITS, *STANDING_LIMITS, *_OTHER_CODES]
    return read_tests(read_test_files(dirs), rulebook.fields, known)
