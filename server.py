"""The composition root: settings, rules, ledger, services; start, reload, graceful stop."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from queue import Empty, SimpleQueue
from time import monotonic

if __name__ != "__mp_main__":  # a child that proves rules loads this file and needs none of it
    from strategy.errors import StrategyError
    from strategy.ledger.ledger import Ledger
    from strategy.ledger.opening import open_ledger
    from strategy.publication import Publication, files_at_start
    from strategy.publish import RulebookShelf
    from strategy.rule_files import RuleFile, read_rule_files
    from strategy.service.backend import Backend
    from strategy.service.call_log import log_to
    from strategy.service.clients import Clients
    from strategy.service.edge import Edge
    from strategy.service.grpc_server import StrategyServer
    from strategy.service.metrics import serve_metrics
    from strategy.service.traces import traces_to
    from strategy.service.transport import Certificates
    from strategy.settings import Settings, read_settings
    from strategy.shadow import Shadow

DONE, COULD_NOT_RUN = 0, 1
FOLLOW_EVERY_S = 2.0
"""How often to look whether another server on the same ledger changed the rules."""

_log = logging.getLogger("server")


def main() -> int:
    """Serve until SIGTERM or SIGINT; SIGHUP reads rules, tokens and certificate again."""
    try:
        settings = read_settings(sys.argv[1:], os.environ)
        log_to(sys.stderr, settings.log)
        signals = _signals()
        folders = read_rule_files(settings.rules)
        ledger = open_ledger(settings.ledger)
    except StrategyError as error:
        print(error, file=sys.stderr)
        return COULD_NOT_RUN
    try:
        return _serve(settings, folders, ledger, signals)
    except StrategyError as error:
        print(error, file=sys.stderr)
        return COULD_NOT_RUN
    finally:
        ledger.close()


def _serve(
    settings: Settings,
    folders: tuple[RuleFile, ...],
    ledger: Ledger,
    signals: SimpleQueue[int],
) -> int:
    clock = clock_from(settings.clock_start)
    shelf = RulebookShelf(files_at_start(ledger, folders))
    publication = Publication(ledger, shelf, settings.rules, clock, settings.publish_key)
    shadow = Shadow(ledger, shelf, clock, settings.shadow)
    backend = Backend(ledger, shelf, clock, settings.zone)
    edge = _edge(settings, clock)
    traces = traces_to(settings.traces, settings.trace_share) if settings.traces else None
    server = StrategyServer(backend, publication, shadow, settings.threads, edge, traces)
    with serve_metrics(settings.metrics, server.metrics.registry) as watched:
        address = server.start(settings.listen)
        print(f"listening on {address}", flush=True)
        if watched:
            print(f"metrics at http://{watched}/metrics", flush=True)
        while (got := _next(signals)) != signal.SIGTERM:
            if got == signal.SIGHUP:
                edge.reload()
                publication.reload()
            else:
                publication.follow()
        idle = server.stop(settings.grace_s)
    shadow.close()
    if not idle:
        # A call or a plan did not end in time. Everything acknowledged is on disk; leaving the
        # ordinary way would wait for it.
        ledger.close()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(DONE)
    return DONE


def _edge(settings: Settings, clock: Callable[[], datetime]) -> Edge:
    return Edge(
        clients=Clients(settings.tokens, settings.rate, clock),
        certificates=Certificates(settings.tls) if settings.tls else None,
        reflection=settings.reflection,
        silence_s=settings.silence_s,
        most_bulk_bytes=settings.bulk_message_bytes,
        most_bytes=settings.message_bytes,
        connections=settings.connections,
    )


def clock_from(start: datetime | None) -> Callable[[], datetime]:
    """The real clock, or one for rehearsals that starts at a UTC instant and runs at real speed."""
    if start is None:
        return lambda: datetime.now(UTC)
    _log.warning("REHEARSAL: the clock starts at %s; never use this ledger for real", start)
    began = monotonic()
    return lambda: start + timedelta(seconds=monotonic() - began)


def _next(signals: SimpleQueue[int]) -> int | None:
    """The next signal, SIGTERM for SIGINT; None when there was none for a while."""
    try:
        got = signals.get(timeout=FOLLOW_EVERY_S)
    except Empty:
        return None
    return signal.SIGTERM if got == signal.SIGINT else got


def _signals() -> SimpleQueue[int]:
    """Signals as they come. A handler only queues: it interrupts whatever is running."""
    queue: SimpleQueue[int] = SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda got, _: queue.put(got))
    return queue


if __name__ == "__main__":
    sys.exit(main())
