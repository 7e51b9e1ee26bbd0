"""The product's server with an echo that does nothing and a watch on the ledger beside it.

    python -m loadtest.server …          the flags of server.py

The decision path is the product's own; the watch adds two readings of a clock to each commit.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

ECHO_SERVICE = "loadtest.Echo"


def main() -> int:
    # Imported here: a child that proves rules loads this file and needs none of it.
    import grpc
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
    from prometheus_client.registry import Collector

    import server
    from strategy.ledger.ledger import Ledger
    from strategy.ledger.opening import POSTGRESQL, SQLITE
    from strategy.ledger.sqlite import SqliteLedger
    from strategy.service.grpc_server import StrategyServer

    class Writer:
        """Counts batches (one fsync each), their works, and the seconds of the writer."""

        batches = works = 0
        writing_s = 0.0

        @classmethod
        @contextmanager
        def writes(cls, works: int) -> Iterator[None]:
            began = time.perf_counter()
            yield
            cls.batches += 1
            cls.works += works
            cls.writing_s += time.perf_counter() - began

    class WatchedLedger(SqliteLedger):
        def _commit(self, batch: list[Any]) -> None:
            with Writer.writes(sum(len(one.works) for one in batch)):
                super()._commit(batch)

    class Watch(Collector):
        def __init__(self, watched: "EchoingServer") -> None:
            self._watched = watched

        def collect(self) -> Iterator[Any]:
            yield CounterMetricFamily("loadtest_batches", "", value=Writer.batches)
            yield CounterMetricFamily("loadtest_works", "", value=Writer.works)
            yield CounterMetricFamily("loadtest_writing_s", "", value=Writer.writing_s)
            for name, queue in self._watched.queues().items():
                yield GaugeMetricFamily(f"loadtest_{name}_waiting", "", value=queue.qsize())

    class EchoingServer(StrategyServer):
        def queues(self) -> dict[str, Any]:
            ledger: Any = self._backend.ledger
            return {"writes": ledger._waiting, "calls": self._pool._work_queue}

        def _add_services(self) -> None:
            super()._add_services()
            echo: Any = grpc.unary_unary_rpc_method_handler(lambda body, _: body)
            handlers = grpc.method_handlers_generic_handler(ECHO_SERVICE, {"Echo": echo})
            self._server.add_generic_rpc_handlers((handlers,))
            self.metrics.registry.register(Watch(self))

    def open_ledger(place: str) -> Ledger:
        if not place.startswith(POSTGRESQL):
            return WatchedLedger(place.removeprefix(SQLITE))
        from strategy.ledger.postgres.ledger import PostgresLedger

        class WatchedDatabase(PostgresLedger):
            def _run(self, batch: list[Any], alone: bool = False) -> list[Any]:
                with Writer.writes(len(batch)):
                    return super()._run(batch, alone)

        return WatchedDatabase(place)

    vars(server).update(open_ledger=open_ledger, StrategyServer=EchoingServer)
    return server.main()


if __name__ == "__main__":
    sys.exit(main())
