"""The gRPC server: services, health, reflection, and what callers may hold of it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import grpc
from grpc_health.v1 import health, health_pb2_grpc
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
from strategy.plans import active_until, give_up_unfinished
from strategy.publication import Publication
from strategy.service.admission import HEALTH_CALLS, Admission
from strategy.service.backend import Backend
from strategy.service.call import Call
from strategy.service.call_log import CallLog
from strategy.service.decision import DecisionService
from strategy.service.edge import Edge
from strategy.service.gauges import Gauges, Serving
from strategy.service.health import Health
from strategy.service.interceptor import CallInterceptor
from strategy.service.metrics import Metrics
from strategy.service.plan import PlanService
from strategy.service.planning import Planning
from strategy.service.portfolio import PortfolioService
from strategy.service.relief import ReliefService
from strategy.service.rulebook import RulebookService
from strategy.service.traces import Traces
from strategy.service.transport import options
from strategy.shadow import Shadow

RULEBOOK, SHADOW, PLAN = "strategy.rulebook", "strategy.shadow", "strategy.plan"
"""Health: the latest change of rules was not refused; the shadow finds no difference; the active
plan has slots left."""

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
        self,
        backend: Backend,
        publication: Publication,
        shadow: Shadow,
        threads: int,
        edge: Edge | None = None,
        traces: Traces | None = None,
    ) -> None:
        """`edge` None: plain text, for callers on this machine. `traces` None: nobody traces."""
        self._backend, self._publication, self._shadow = backend, publication, shadow
        self._edge = edge = edge or Edge()
        self.metrics, self._log, self._traces = Metrics(), CallLog(), traces
        backend.ledger.watch = self.metrics.commit
        self._planning, self._stopping = Planning(backend), Event()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="call")
        self._beside = ThreadPoolExecutor(HEALTH_CALLS + 2, thread_name_prefix="beside")
        self._health = Health(
            {
                ("", *SERVICES): backend.ledger.healthy,
                (RULEBOOK,): lambda: not publication.last_refusal,
                (SHADOW,): lambda: shadow.healthy,
                (PLAN,): self._plan_is_fresh,
            }
        )
        self._admission = Admission(threads)
        self._interceptor = CallInterceptor(
            edge.clients, self._admission, self, edge.silence_s, edge.most, self._beside
        )
        self._server = grpc.server(
            self._pool,
            interceptors=[self._interceptor],
            options=options(max(edge.most_bulk_bytes, edge.most_bytes), edge.connections),
        )
        self._add_services()
        health_pb2_grpc.add_HealthServicer_to_server(self._health.servicer, self._server)
        if edge.reflection:
            reflection.enable_server_reflection(
                (*SERVICES, health.SERVICE_NAME, reflection.SERVICE_NAME), self._server
            )
        serving = Serving(
            threads,
            lambda: self.metrics.running,
            lambda: self._admission.open,
            lambda: self._health.well,
            lambda: edge.certificate_left_s(backend.clock),
            edge.clients.seconds_left,
        )
        self.metrics.registry.register(Gauges(backend, publication, shadow, serving))

    def _add_services(self) -> None:
        backend, planning = self._backend, self._planning
        services: tuple[tuple[Callable[..., None], object], ...] = (
            (
                decision_pb2_grpc.add_DecisionServiceServicer_to_server,
                DecisionService(backend, self._watch),
            ),
            (
                plan_pb2_grpc.add_PlanServiceServicer_to_server,
                PlanService(backend, planning, self._stopping),
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
        certificates = self._edge.certificates
        try:
            if certificates is None:
                port = self._server.add_insecure_port(listen)
            else:
                port = self._server.add_secure_port(listen, certificates.credentials())
        except RuntimeError as error:
            raise StrategyError(f"cannot listen on `{listen}`: is it in use?") from error
        give_up_unfinished(self._backend.ledger)
        self._server.start()
        self._health.start()
        host, colon, _ = listen.rpartition(":")
        return f"{host}{colon}{port}"

    def stop(self, grace_s: float) -> bool:
        """Drain: refuse new calls, let running ones end for `grace_s` seconds.

        False: a plan was still being made; see `Planning.close`.
        """
        self._stopping.set()
        self._health.close()
        ended = self._server.stop(grace_s)
        done = self._planning.close()
        ended.wait()
        self._pool.shutdown()
        self._beside.shutdown()
        self._interceptor.close()
        if self._traces is not None:
            self._traces.close()
        return done

    def began(self, waited_s: float) -> None:
        """A call got its thread."""
        self.metrics.began(waited_s)

    def ended(self, call: Call, status: str, seconds: float) -> None:
        """A call ended, `seconds` after it got its thread."""
        self.metrics.ended(call, status, seconds)
        self._log.ended(call, status, seconds)
        if self._traces is not None:
            self._traces.ended(call, status, seconds)

    def _watch(self, answer: Answer) -> None:
        self.metrics.decision(answer)
        self._shadow.offer(answer.decision_id)

    def _plan_is_fresh(self) -> bool:
        ends = active_until(self._backend.ledger)
        return ends is not None and self._backend.clock() < ends
