"""Health of each service, asked every few seconds, with a deadline for the answer."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Event, Lock, Thread

from grpc_health.v1 import health, health_pb2

Check = Callable[[], bool]

EVERY_S = 5.0
ANSWER_WITHIN_S = 2.0
"""A disk that hangs must not hang health: what does not answer is not well."""


class Health:
    """Tells `servicer` what the checks say. Each check stands for one or more services."""

    def __init__(self, checks: Mapping[tuple[str, ...], Check]) -> None:
        """Checks may touch the disk. One that raises says: not well."""
        self.servicer = health.HealthServicer()
        self.well: dict[str, bool] = {}
        self._checks = checks
        self._asking = ThreadPoolExecutor(len(checks), thread_name_prefix="health-check")
        self._asked: dict[tuple[str, ...], Future[bool]] = {}
        self._telling, self._closing = Lock(), Event()

    def start(self) -> None:
        self.tell()
        Thread(target=self._watch, name="health", daemon=True).start()

    def close(self) -> None:
        """Everything is NOT_SERVING from now on."""
        self._closing.set()
        with self._telling:
            self.servicer.enter_graceful_shutdown()
            self._asking.shutdown(wait=False)

    def tell(self) -> None:
        """Ask the checks now and set the statuses."""
        with self._telling:
            if self._closing.is_set():
                return
            for names, check in self._checks.items():
                if names not in self._asked or self._asked[names].done():
                    self._asked[names] = self._asking.submit(check)
            answered, _ = wait(self._asked.values(), ANSWER_WITHIN_S)
            self.well = {
                name: future in answered and future.exception() is None and future.result()
                for names, future in self._asked.items()
                for name in names
            }
            status = health_pb2.HealthCheckResponse
            for name, well in self.well.items():
                self.servicer.set(name, status.SERVING if well else status.NOT_SERVING)

    def _watch(self) -> None:
        while not self._closing.wait(EVERY_S):
            self.tell()
