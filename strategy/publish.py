"""Publishes rules: compiles them, proves them, and only then swaps them in."""

from collections.abc import Callable, Sequence
from threading import Lock

from strategy.errors import PublicationRefused
from strategy.proof_process import Fire, fired_apart
from strategy.rule_forms import PARSERS
from strategy.rules.draft import compile_rules
from strategy.rules.durable import fired_by_each
from strategy.rules.proof import differences, rules_to_fire, verdict_tables
from strategy.rules.rulebook import Rulebook
from strategy.rules.source import RuleFile

Keep = Callable[[Rulebook, Rulebook], None]


def publish(
    files: Sequence[RuleFile], deadline_s: float = 30.0, fire: Fire = fired_by_each
) -> Rulebook:
    """The rulebook of these files, every verdict of it computed by durable_rules.

    `fire` runs in a child process that is killed after `deadline_s` seconds. Raises `RuleError`
    when the files do not compile and `PublicationRefused` for a difference, a crash or a time-out.
    """
    draft = compile_rules(files, PARSERS)
    fired = fired_apart(rules_to_fire(draft), deadline_s, fire)
    try:
        tables = verdict_tables(draft, fired)
    except ValueError:
        raise PublicationRefused("the proof is not of these rules") from None
    found = differences(draft, tables)
    if found:
        count, first = len(found), found[0]
        raise PublicationRefused(f"the proof found {count} differences; the first: {first}")
    return Rulebook(draft, tables)


class RulebookShelf:
    """Holds the rulebook in force. `current` never waits; `replace` is one at a time."""

    def __init__(self, files: Sequence[RuleFile], deadline_s: float = 30.0) -> None:
        """Publishes the first rulebook. Raises like `publish`."""
        self._deadline_s = deadline_s
        self._replacing = Lock()
        self._current = publish(files, deadline_s)

    @property
    def current(self) -> Rulebook:
        return self._current

    def replace(self, files: Sequence[RuleFile], keep: Keep = lambda _, __: None) -> None:
        """Puts the rulebook of these files in force. `keep` gets the present and the new one and
        may refuse by raising. Raises like `publish`; the present one then stays."""
        with self._replacing:
            new = publish(files, self._deadline_s)
            keep(self._current, new)
            self._current = new
