"""The gRPC server: services, health, reflection, and limits set on purpose."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from strategy.api.v1 import (
    decision_pb2,
    decision_pb2_grpc,
    plan_pb2,
    plan_pb2_grpc,
    portfolio_pb2,
    portfolio_pb2_grpc,
    relief_pb2,
    relief_pb2_grpc,
    rulebook_pb2,
    rulebook_pb2_grpc,
)
from strategy.domain.permit import Answer
from strategy.errors import StrategyError
from strategy.plans import give_up_unfinished
from strategy.publication import Publication
from strategy.service.backend import Backend
from strategy.service.decision import DecisionService
from strategy.service.interceptor import StatusInterceptor
from strategy.service.metrics import Metrics
from strategy.service.plan import PlanService
from strategy.service.planning import Planning
from strategy.service.portfolio import PortfolioService
from strategy.service.relief import ReliefService
from strategy.service.rulebook import RulebookService
from strategy.shadow import Shadow

LARGEST_MESSAGE = 4 * 1024 * 1024
"""Bytes, both ways. Imports are streams of small messages."""

CALLS_PER_THREAD = 32
"""Calls that may wait for each thread; more are refused with RESOURCE_EXHAUSTED at once."""

HEALTH_EVERY_S = 5.0
RULEBOOK, SHADOW = "strategy.rulebook", "strategy.shadow"
"""Health of the rules: the latest change was not refused; the shadow finds no difference."""

SERVICES = tuple(
    file.DESCRIPTOR.services_by_name[name].full_name
    for file, name in (
        (decision_pb2, "DecisionService"),
        (plan_pb2, "PlanService"),
        (portfolio_pb2, "PortfolioService"),
        (relief_pb2, "ReliefService"),
        (rulebook_pb2, "RulebookService"),
    )
)


class StrategyServer:
    """Serves a ledger and a rulebook. Starts no process and never forks."""

    def __init__(
        self, backend: Backend, publication: Publication, shadow: Shadow, threads: int
    ) -> None:
        self._backend, self._publication, self._shadow = backend, publication, shadow
        self.metrics = Metrics(backend, publication, shadow)
        self._most_lasting = max(1, threads // 4)
        self._planning = Planning(backend, self._most_lasting)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="call")
        self._health = health.HealthServicer()
        self._stopping = Event()
        self._server = grpc.server(
            self._pool,
            interceptors=[StatusInterceptor(self.metrics.call)],
            maximum_concurrent_rpcs=threads * CALLS_PER_THREAD,
            options=(
                ("grpc.max_receive_message_length", LARGEST_MESSAGE),
                ("grpc.max_send_message_length", LARGEST_MESSAGE),
                ("grpc.keepalive_time_ms", 60_000),
                ("grpc.keepalive_timeout_ms", 20_000),
                ("grpc.keepalive_permit_without_calls", 1),
                ("grpc.http2.min_ping_interval_without_data_ms", 30_000),
                # Two servers on one port would each answer half of the calls, in silence.
                ("grpc.so_reuseport", 0),
            ),
        )
        self._add_services()
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        reflection.enable_server_reflection(
            (*SERVICES, health.SERVICE_NAME, reflection.SERVICE_NAME), self._server
        )

    def _add_services(self) -> None:
        backend, planning = self._backend, self._planning
        services: tuple[tuple[Callable[..., None], object], ...] = (
            (
                decision_pb2_grpc.add_DecisionServiceServicer_to_server,
                DecisionService(backend, self._watch, self._most_lasting),
            ),
            (
                plan_pb2_grpc.add_PlanServiceServicer_to_server,
                PlanService(backend, planning, self._most_lasting, self._stopping),
            ),
            (portfolio_pb2_grpc.add_PortfolioServiceServicer_to_server, PortfolioService(backend)),
            (relief_pb2_grpc.add_ReliefServiceServicer_to_server, ReliefService(backend)),
            (
                rulebook_pb2_grpc.add_RulebookServiceServicer_to_server,
                RulebookService(backend, self._publication),
            ),
        )
        for add, service in services:
            add(service, self._server)

    def start(self, listen: str) -> str:
        """Serve at `listen` (host:port; port 0 picks one). Returns the address in use.

        Raises `StrategyError` when the address cannot be taken.
        """
        try:
            port = self._server.add_insecure_port(listen)
        except RuntimeError as error:
            raise StrategyError(f"cannot listen on `{listen}`: is it in use?") from error
        give_up_unfinished(self._backend.ledger)
        self._server.start()
        self._tell_health()
        Thread(target=self._watch_health, name="health", daemon=True).start()
        host, colon, _ = listen.rpartition(":")
        return f"{host}{colon}{port}"

    def stop(self, grace_s: float) -> bool:
        """Drain: refuse new calls, let running ones end for `grace_s` seconds.

        False: a plan was still being made; see `Planning.close`.
        """
        self._stopping.set()
        self._health.enter_graceful_shutdown()
        ended = self._server.stop(grace_s)
        done = self._planning.close()
        ended.wait()
        self._pool.shutdown()
        return done

    def _watch(self, answer: Answer) -> None:
        self.metrics.decision(answer)
        self._shadow.offer(answer.decision_id)

    def _watch_health(self) -> None:
        while not self._stopping.wait(HEALTH_EVERY_S):
            self._tell_health()

    def _tell_health(self) -> None:
        status = health_pb2.HealthCheckResponse
        healthy = dict.fromkeys(("", *SERVICES), self._backend.ledger.healthy())
        healthy[RULEBOOK] = not self._publication.last_refusal
        healthy[SHADOW] = self._shadow.healthy
        for service, well in healthy.items():
            self._health.set(service, status.SERVING if well else status.NOT_SERVING)
