"""The clients of the service for Locust, as a scenario mixes them.

    LOADTEST_SCENARIO=steady locust -f loadtest/locustfile.py --headless --host 127.0.0.1:50051

`python -m loadtest` starts this with a server and a ledger of its own, and judges what it did.
Without it, people come from the server's work list, and journals and samples go to a new folder;
STRATEGY_CA, STRATEGY_TOKEN_FILE, STRATEGY_CLIENT_CERT and STRATEGY_CLIENT_KEY name the files for a
server with TLS and tokens.
"""

import os
from itertools import cycle
from pathlib import Path
from typing import Any

import gevent
import grpc.experimental.gevent as grpc_gevent
from locust import LoadTestShape, events
from locust.runners import MasterRunner, WorkerRunner

grpc_gevent.init_gevent()

from loadtest.clients.batch_dialer import BatchDialer  # noqa: E402
from loadtest.clients.calls import DEADLINE_S, Calls  # noqa: E402
from loadtest.clients.client import Client, Floor  # noqa: E402
from loadtest.clients.echo import echoing  # noqa: E402
from loadtest.clients.event_feed import EventFeed  # noqa: E402
from loadtest.clients.predictive_dialer import PredictiveDialer  # noqa: E402
from loadtest.clients.preview_dialer import PreviewDialer  # noqa: E402
from loadtest.clients.relief import Relief  # noqa: E402
from loadtest.clients.work_list import WorkList  # noqa: E402
from loadtest.settings import settings_in_use  # noqa: E402
from loadtest.work import Item, read_items  # noqa: E402
from strategy.api.v1 import plan_pb2, types_pb2  # noqa: E402
from strategy.api.v1.plan_pb2_grpc import PlanServiceStub  # noqa: E402
from strategy.cli.connection import from_environment  # noqa: E402

_settings = settings_in_use()
_played = _settings.scenario.clients


def _caller(client: type[Client]) -> type[Client]:
    made = echoing(client) if _settings.echo else client
    made.fixed_count = _played[client.profile].callers
    return made


_every = (PredictiveDialer, PreviewDialer, BatchDialer, WorkList, EventFeed, Relief)
_classes = [_caller(client) for client in _every if client.profile in _played]
del PredictiveDialer, PreviewDialer, BatchDialer, WorkList, EventFeed, Relief
globals().update({client.__name__: client for client in _classes})  # what Locust looks for


class Arrivals(LoadTestShape):
    """All callers stand ready from the start; the scenario's rate says when they call, and when
    the last call has had time to end the test is over."""

    def tick(self) -> tuple[int, float] | None:
        callers = sum(client.callers for client in _played.values())
        longest = max(client.talk_s[1] for client in _played.values())
        over = self.get_run_time() > _settings.scenario.seconds + longest + 2
        return None if over else (callers, callers)


@events.test_start.add_listener
def _open(environment: Any, **_: Any) -> None:
    if isinstance(environment.runner, MasterRunner):
        return
    place = environment.runner.worker_index if isinstance(environment.runner, WorkerRunner) else 0
    work = Path(_settings.work) if _settings.work else None
    items = read_items(work) if work else cycle(_work_list(environment.host))
    fire = environment.events.request.fire
    calls = Calls(environment.host, Path(_settings.folder), place, fire)
    Client.floor = Floor(_settings, calls, items, place)


@events.test_stop.add_listener
def _close(environment: Any, **_: Any) -> None:
    if not isinstance(environment.runner, MasterRunner):
        gevent.joinall(Client.floor.later, timeout=DEADLINE_S)
        Client.floor.calls.close()


def _work_list(host: str) -> list[Item]:
    with from_environment(host, os.environ).open() as channel:
        work = list(PlanServiceStub(channel).ListWork(plan_pb2.ListWorkRequest()))
    if not work:
        raise SystemExit("the server has no active plan: create one before the load test")
    return [
        Item(
            one.account_id,
            one.party_id,
            one.contact_point_id,
            types_pb2.Channel.Name(one.channel).removeprefix("CHANNEL_").lower(),
            one.script,
        )
        for one in work
    ]
