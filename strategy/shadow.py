"""Live decisions decided again, a sample of them, by durable_rules in a process of its own.

A difference is an alarm: it is logged, counted, shown in health, and nobody contacts the account
until somebody has looked (event `quarantine_ended`). Decisions never wait for the shadow.
"""

import logging
import multiprocessing
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import Empty, Full, Queue
from threading import Event as Flag
from threading import Lock, Thread

from strategy.case_file import people_of
from strategy.domain.decision_record import DecisionRecord
from strategy.domain.event import Event, EventKind
from strategy.domain.facts import Fact
from strategy.errors import NotFound, StrategyError
from strategy.ledger.ledger import Keys, Ledger
from strategy.ledger.transaction import Transaction
from strategy.publish import RulebookShelf
from strategy.rule_forms import PARSERS
from strategy.rules.draft import compile_rules
from strategy.rules.rulebook import Rulebook
from strategy.rules.second_opinion import SecondOpinion
from strategy.rules.source import RuleFile

MOST_WAITING = 1000
"""Sampled decisions that wait; more are not checked, and counted as such."""

ANSWER_WITHIN_S = 30.0
RENEW_AFTER = 50_000
"""Decisions after which the process is renewed: the engine's memory only grows."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ShadowCounts:
    """Decisions checked since the start; differences among them; sampled but not checked."""

    checked: int = 0
    different: int = 0
    unchecked: int = 0


class Shadow:
    """Checks one in `one_in` decisions, chosen by their id; 0 checks none."""

    def __init__(
        self,
        ledger: Ledger,
        shelf: RulebookShelf,
        clock: Callable[[], datetime],
        one_in: int,
    ) -> None:
        self._ledger, self._shelf, self._clock, self._one_in = ledger, shelf, clock, one_in
        self._waiting: Queue[str] = Queue(MOST_WAITING)
        self._counting, self._closing = Lock(), Flag()
        self._counts, self._broken = ShadowCounts(), ""
        self._child: _Child | None = None
        self._thread = Thread(target=self._run, name="shadow", daemon=True)
        if one_in:
            self._thread.start()

    @property
    def counts(self) -> ShadowCounts:
        return self._counts

    @property
    def healthy(self) -> bool:
        """False from a difference on until the server starts again, and while the shadow cannot
        check anything."""
        return not self._counts.different and not self._broken

    def offer(self, decision_id: str) -> None:
        """Check this decision if it is one of the sample. Never waits."""
        if not self._one_in or not sampled(decision_id, self._one_in):
            return
        try:
            self._waiting.put_nowait(decision_id)
        except Full:
            self._count(unchecked=1)

    def close(self) -> None:
        """Safe to call twice. What waits is left unchecked."""
        self._closing.set()
        if self._thread.ident is not None:
            self._thread.join()
        if self._child is not None:
            self._child.close()

    def _run(self) -> None:
        while not self._closing.is_set():
            with suppress(Empty):
                decision_id = self._waiting.get(timeout=0.2)
                try:
                    self._check(decision_id)
                    self._broken = ""
                except NotFound:  # its person was erased meanwhile
                    self._count(unchecked=1)
                except Exception as error:  # a shadow that fails must not take the light away
                    self._broken = type(error).__name__  # its own words may name a person
                    self._count(unchecked=1)
                    _log.error("decision %s was not checked again: %s", decision_id, self._broken)
                    self._drop_child()

    def _check(self, decision_id: str) -> None:
        record = self._ledger.read(lambda tx: tx.decisions.get(decision_id))
        rulebook = self._shelf.current
        if record.rulebook_hash != rulebook.hash:  # decided just before the rules changed
            self._count(unchecked=1)
            return
        fired = self._asked(rulebook, record.facts)
        self._count(checked=1)
        found = {ref.id for ref in record.fired}
        differing = found ^ (fired & rulebook.ids_in_force(str(record.facts["jurisdiction"])))
        if differing:
            self._count(different=1)
            _log.error(
                "ALARM: decision %s: durable_rules and the verdict table differ about %s; the"
                " account is quarantined",
                decision_id,
                ", ".join(sorted(differing)),
            )
            self._ledger.write(
                lambda tx: _quarantine(tx, record, self._clock()),
                Keys(accounts=(record.asked["account_id"],)),
            )

    def _asked(self, rulebook: Rulebook, facts: dict[str, Fact]) -> frozenset[str]:
        child = self._child
        if child is None or child.rulebook != rulebook.hash or child.asked >= RENEW_AFTER:
            self._drop_child()
            child = self._child = _Child(rulebook)
        return child.ask(facts)

    def _drop_child(self) -> None:
        if self._child is not None:
            self._child.close()
        self._child = None

    def _count(self, checked: int = 0, different: int = 0, unchecked: int = 0) -> None:
        with self._counting:
            c = self._counts
            self._counts = ShadowCounts(
                c.checked + checked, c.different + different, c.unchecked + unchecked
            )


def sampled(decision_id: str, one_in: int) -> bool:
    """The same decisions on every replica and in every replay."""
    return int.from_bytes(sha256(decision_id.encode()).digest()[:8]) % one_in == 0


def _quarantine(tx: Transaction, record: DecisionRecord, now: datetime) -> None:
    account, party = people_of(tx, record.asked["account_id"])
    tx.people.add_event(
        Event(f"shadow-{record.decision_id}", party.id, EventKind.QUARANTINE, now, account.id)
    )


class _Child:
    """The process, and the pipe to it."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook, self.asked = rulebook.hash, 0
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(
            target=_answer_all, args=(rulebook.files, theirs), daemon=True
        )
        self._process.start()
        theirs.close()

    def ask(self, facts: dict[str, Fact]) -> frozenset[str]:
        self.asked += 1
        self._pipe.send(facts)
        try:
            if not self._pipe.poll(ANSWER_WITHIN_S):
                raise StrategyError(f"durable_rules did not answer in {ANSWER_WITHIN_S:g} seconds")
            answer = self._pipe.recv()
        except EOFError:
            self._process.join()
            raise StrategyError(f"durable_rules crashed ({self._process.exitcode})") from None
        if isinstance(answer, str):
            raise StrategyError(answer)
        assert isinstance(answer, frozenset)
        return answer

    def close(self) -> None:
        self._process.kill()
        self._process.join()
        self._pipe.close()


def _answer_all(files: tuple[RuleFile, ...], pipe: Connection) -> None:
    """Runs in the child, which compiles the files by itself, until the pipe closes."""
    opinion = SecondOpinion(compile_rules(files, PARSERS))
    with suppress(EOFError):
        while True:
            facts = pipe.recv()
            try:
                pipe.send(opinion.fired(facts))
            except Exception as error:
                pipe.send(str(error) or repr(error))
