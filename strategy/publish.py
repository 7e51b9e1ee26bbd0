"""Publishes rules: compiles them, proves them in a child process, and only then swaps them in."""

import multiprocessing
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from threading import Lock
from time import monotonic

import numpy as np

from strategy.errors import PublicationRefused
from strategy.rule_forms import PARSERS
from strategy.rules.draft import Draft, compile_rules
from strategy.rules.group import mask_algebra
from strategy.rules.proof import ProofReport, prove
from strategy.rules.rulebook import Rulebook
from strategy.rules.source import RuleFile

Prove = Callable[[Draft], ProofReport]
Keep = Callable[[Rulebook, Rulebook], None]


def publish(files: Sequence[RuleFile], deadline_s: float = 30.0, prove: Prove = prove) -> Rulebook:
    """The rulebook of these files, every verdict of it computed by durable_rules.

    `prove` runs in a spawned child process that is killed after `deadline_s` seconds, so that a
    crash of the engine can only fail a publication. Raises `RuleError` when the files do not
    compile and `PublicationRefused` for a difference, a crash or a time-out.
    """
    draft = compile_rules(files, PARSERS)
    report = _prove_in_child(draft, deadline_s, prove)
    if report.differences:
        count, first = len(report.differences), report.differences[0]
        raise PublicationRefused(f"the proof found {count} differences; the first: {first}")
    expected = [mask_algebra(group) for group in draft.proven]
    if len(report.tables) != len(expected) or not all(map(np.array_equal, report.tables, expected)):
        raise PublicationRefused("the proven verdict tables are not those of these rules")
    return Rulebook(draft, report.tables)


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


def _prove_in_child(draft: Draft, deadline_s: float, prove: Prove) -> ProofReport:
    context = multiprocessing.get_context("spawn")  # a fork would copy threads' locks
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_report, args=(prove, draft, theirs), daemon=True)
    ends = monotonic() + deadline_s
    child.start()
    theirs.close()
    try:
        if not ours.poll(max(0.0, ends - monotonic())):
            raise PublicationRefused(f"the proof took longer than {deadline_s:g} seconds")
        answer = ours.recv()
    except EOFError:
        child.join(max(0.0, ends - monotonic()))
        raise PublicationRefused(
            f"the proof crashed (exit code {child.exitcode}); durable_rules is not to be trusted "
            "with these rules"
        ) from None
    finally:
        child.kill()
        child.join()
        ours.close()
    if isinstance(answer, str):
        raise PublicationRefused(f"the proof failed: {answer}")
    assert isinstance(answer, ProofReport)
    return answer


def _report(prove: Prove, draft: Draft, pipe: Connection) -> None:
    """Runs in the child."""
    try:
        pipe.send(prove(draft))
    except Exception as error:
        pipe.send(str(error) or repr(error))
