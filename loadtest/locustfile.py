"""A predictive dialer for Locust: asks permits, reports outcomes, over the real gRPC service.

    locust -f loadtest/locustfile.py --headless -u 16 -r 16 -t 60s --host 127.0.0.1:50051

Every request has an id and a person of its own, round robin over the server's work list; repeated
ids would make the service look faster than it is. A refusal is an answer and counts as success.
STRATEGY_CA, STRATEGY_TOKEN_FILE, STRATEGY_CLIENT_CERT and STRATEGY_CLIENT_KEY name the files for a
server with TLS and tokens.
"""

import itertools
import os
import time
from collections.abc import Iterator
from uuid import uuid4

import grpc
import grpc.experimental.gevent as grpc_gevent
from locust import User, constant, events, task

from strategy.api.v1 import decision_pb2, plan_pb2, types_pb2
from strategy.api.v1.decision_pb2_grpc import DecisionServiceStub
from strategy.api.v1.plan_pb2_grpc import PlanServiceStub
from strategy.cli.connection import from_environment

grpc_gevent.init_gevent()
_work: Iterator[plan_pb2.WorkItem] = iter(())


@events.test_start.add_listener
def _pull_work(environment: object, **_: object) -> None:
    """One work list for all users, so that they ask for different people."""
    global _work
    with from_environment(environment.host, os.environ).open() as channel:  # type: ignore[attr-defined]
        items = list(PlanServiceStub(channel).ListWork(plan_pb2.ListWorkRequest()))
    if not items:
        raise SystemExit("the server has no active plan: create one before the load test")
    _work = itertools.cycle(items)


class PredictiveDialer(User):  # type: ignore[misc]
    """Asks for a permit, and reports at once that nobody answered."""

    wait_time = constant(0)

    def on_start(self) -> None:
        self._channel = from_environment(self.host, os.environ).open()
        self._decisions = DecisionServiceStub(self._channel)

    def on_stop(self) -> None:
        self._channel.close()

    @task
    def dial(self) -> None:
        item = next(_work)
        answer = self._timed(
            "RequestPermit",
            self._decisions.RequestPermit,
            decision_pb2.RequestPermitRequest(
                request_id=uuid4().hex,
                account_id=item.account_id,
                contact_point_id=item.contact_point_id,
                channel=item.channel,
                script=item.script,
            ),
        )
        if answer is not None and answer.HasField("permit"):
            outcome = decision_pb2.AttemptOutcome(
                permit_id=answer.permit.permit_id, outcome=types_pb2.OUTCOME_NO_ANSWER
            )
            report = decision_pb2.ReportOutcomesRequest(outcomes=[outcome])
            self._timed("ReportOutcomes", self._decisions.ReportOutcomes, report)

    def _timed(self, name: str, call: object, request: object) -> object:
        started, failure, answer = time.perf_counter(), None, None
        try:
            answer = call(request, timeout=10)  # type: ignore[operator]
        except grpc.RpcError as error:
            failure = error
        self.environment.events.request.fire(
            request_type="grpc",
            name=name,
            response_time=(time.perf_counter() - started) * 1000,
            response_length=0,
            exception=failure,
        )
        return answer
