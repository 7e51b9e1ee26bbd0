"""A ledger of the run's own: a seeded portfolio, imported over gRPC, and a plan if wanted."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import grpc

from loadtest.own_server import ZONE, OwnServer
from loadtest.scenario import HOME, Scenario
from loadtest.settings import LEDGER
from loadtest.work import items_of, write_items
from strategy.api.v1 import plan_pb2
from strategy.api.v1.plan_pb2_grpc import PlanServiceStub
from strategy.cli.upload import upload
from strategy.errors import StrategyError
from strategy.portfolio.sample import sample_book

WORK = "work.csv"
Tell = Callable[[str], None]


def own_folder(folder: Path) -> None:
    """Raises `StrategyError` for a folder that holds anything: a run uses its own ledger only."""
    if folder.exists() and any(folder.iterdir()):
        raise StrategyError(f"`{folder}` is not empty; choose another --out")
    folder.mkdir(parents=True, exist_ok=True)


def prepare(scenario: Scenario, accounts: int, seed: int, folder: Path, tell: Tell) -> None:
    """Imports in the evening before the scenario's day, and plans that day."""
    evening = scenario.clock - timedelta(hours=14)
    book = sample_book(accounts, seed, evening, ZONE)
    write_items(folder / WORK, items_of(book, seed, scenario.people))
    rules = [HOME / name for name in scenario.rules]
    server = OwnServer(folder / LEDGER, rules, evening, folder / "prepare.log")
    server.start()
    try:
        with grpc.insecure_channel(server.address) as channel:
            upload(channel, book, lambda phase, share: tell(f"{phase} {share:.0%}"))
            if scenario.capacity:
                tell("planning")
                plan_day(channel, scenario)
    finally:
        server.stop()


def plan_day(channel: grpc.Channel, scenario: Scenario) -> None:
    """Makes a plan of the scenario's day and waits for it. Raises `StrategyError`."""
    capacity = (HOME / scenario.capacity).read_text(encoding="utf-8")
    request = plan_pb2.CreatePlanRequest(request_id=uuid4().hex, capacity_yaml=capacity)
    request.at.FromDatetime(scenario.clock)
    stub = PlanServiceStub(channel)
    plan_id = stub.CreatePlan(request).plan_id
    *_, made = stub.WatchPlan(plan_pb2.WatchPlanRequest(plan_id=plan_id))
    if made.state != plan_pb2.PLAN_STATE_ACTIVE:
        raise StrategyError(f"the plan failed: {made.phase}")
