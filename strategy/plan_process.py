"""Plans made in a process of their own, so that permits do not wait for them.

A big plan keeps the interpreter busy for minutes; beside it, in one process, a permit waited for
seconds. The process reads the ledger and cannot write it; what it made is put in force by the
server. Should it crash or run out of memory, the plan has failed and nothing else has.
"""

import logging
import multiprocessing
import os
import traceback
from datetime import datetime
from multiprocessing.connection import Connection

from strategy.errors import PlanFailed, StrategyError
from strategy.ledger.ledger import Ledger
from strategy.ledger.opening import ledger_to_read
from strategy.plan_progress import PlanProgress, Stop, Tell
from strategy.plans import MadePlan, make_plan
from strategy.rule_forms import PARSERS
from strategy.rules.draft import compile_rules
from strategy.rules.group import mask_algebra
from strategy.rules.rulebook import Rulebook
from strategy.rules.source import RuleFile

ASK_EVERY_S = 0.1
"""How often `stop` is asked."""

NICE = 5
"""Decisions have the processor first."""

_log = logging.getLogger(__name__)


def make_plan_apart(
    ledger: Ledger,
    rulebook: Rulebook,
    plan_id: str,
    started: datetime,
    zone: str,
    tell: Tell,
    stop: Stop,
) -> MadePlan:
    """As `make_plan`. What `stop` raises ends the process at once."""
    context = multiprocessing.get_context("spawn")  # a fork would copy threads' locks
    ours, theirs = context.Pipe()
    asked = (ledger.place, rulebook.files, rulebook.hash, plan_id, started, zone)
    child = context.Process(target=_make, args=(theirs, *asked), name="planning", daemon=True)
    child.start()
    theirs.close()
    told = False
    try:
        while True:
            if not told and stop():
                ours.send("stop")
                told = True
            if not ours.poll(ASK_EVERY_S):
                continue
            match ours.recv():
                case PlanProgress() as progress:
                    tell(progress)
                case MadePlan() as made:
                    return made
                case str(why):
                    raise PlanFailed(why)
                case crash:
                    _log.error("plan %s failed in its process:\n%s", plan_id, crash[0])
                    raise PlanFailed("the planner failed; see the server's log")
    except (EOFError, ConnectionError):
        child.join()
        raise PlanFailed(
            f"the planning process ended ({child.exitcode}); if that is -9, memory ran out"
        ) from None
    finally:
        child.kill()
        child.join()
        ours.close()


def _make(
    pipe: Connection,
    place: str,
    files: tuple[RuleFile, ...],
    rules: str,
    plan_id: str,
    started: datetime,
    zone: str,
) -> None:
    """Runs in the process. Sends progress, and at the end the plan, a reason, or a traceback."""
    os.nice(NICE)
    try:
        rulebook = _rulebook(files, rules)
        with ledger_to_read(place) as reader:
            # Nothing but "stop" is ever sent, and it stays in the pipe.
            made = make_plan(reader, rulebook, plan_id, started, zone, pipe.send, pipe.poll)
        pipe.send(made)
    except StrategyError as error:
        pipe.send(str(error))
    except ConnectionError:
        return  # nobody waits any more
    except Exception as error:
        frames = "".join(traceback.format_tb(error.__traceback__))
        pipe.send((f"{type(error).__name__} at\n{frames}",))  # its own words may name a person


def _rulebook(files: tuple[RuleFile, ...], rules: str) -> Rulebook:
    """The rules in force, compiled again: they were proven when they were published, and the hash
    covers every verdict."""
    draft = compile_rules(files, PARSERS)
    rulebook = Rulebook(draft, [mask_algebra(group) for group in draft.proven])
    if rulebook.hash != rules:
        raise PlanFailed("the rules compiled otherwise in the planning process than in the server")
    return rulebook
