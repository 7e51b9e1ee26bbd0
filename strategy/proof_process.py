"""durable_rules in a child process, so that a crash of the engine can only fail a publication."""

import multiprocessing
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from time import monotonic

from strategy.errors import PublicationRefused
from strategy.rules.durable import fired_by_each

Fire = Callable[[Sequence[Sequence[int]]], list[list[int]]]
"""From the clauses of each rule to the combinations for which it fires."""


def fired_apart(
    rules: Sequence[Sequence[int]], deadline_s: float, fire: Fire = fired_by_each
) -> list[list[int]]:
    """What `fire` says of the rules. The child is killed after `deadline_s` seconds.

    It loads this module and the engine, not the service: most of what a proof costs is starting.
    Raises `PublicationRefused` for an error, a crash or a time-out.
    """
    context = multiprocessing.get_context("spawn")  # a fork would copy threads' locks
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_report, args=(fire, rules, theirs), daemon=True)
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
    assert isinstance(answer, list)
    return answer


def _report(fire: Fire, rules: Sequence[Sequence[int]], pipe: Connection) -> None:
    """Runs in the child."""
    try:
        pipe.send(fire(rules))
    except Exception as error:
        pipe.send(str(error) or repr(error))
