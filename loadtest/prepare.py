"""A ledger of the run's own: a seeded portfolio, and a plan if wanted."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import grpc

from loadtest.own_server import OwnServer
from loadtest.portfolio import pieces, store
from loadtest.scenario import HOME, Scenario
from loadtest.settings import Settings
from loadtest.work import Item, items_of, write_items
from strategy.api.v1 import plan_pb2
from strategy.api.v1.plan_pb2_grpc import PlanServiceStub
from strategy.errors import StrategyError
from strategy.ledger.opening import open_ledger

WORK = "work.csv"
Tell = Callable[[str], None]


def own_folder(folder: Path) -> None:
    """Raises `StrategyError` for a folder that holds anything: a run uses its own ledger only."""
    if folder.exists() and any(folder.iterdir()):
        raise StrategyError(f"`{folder}` is not empty; choose another --out")
    folder.mkdir(parents=True, exist_ok=True)


def prepare(settings: Settings, accounts: int, place: str, tell: Tell) -> None:
    """The portfolio in the evening before the scenario's day, and a plan of that day."""
    scenario, folder = settings.scenario, Path(settings.folder)
    evening = scenario.clock - timedelta(hours=14)
    _people(settings, accounts, evening, place, tell)
    if not scenario.capacity:
        return
    rules = [HOME / name for name in scenario.rules]
    server = OwnServer(place, rules, evening, folder / "prepare.log")
    server.start()
    try:
        with grpc.insecure_channel(server.address) as channel:
            tell("planning")
            plan_day(channel, scenario)
    finally:
        server.stop()


def _people(settings: Settings, accounts: int, evening: datetime, place: str, tell: Tell) -> None:
    """Into the ledger; those who will be contacted into `work`, the first `people` of them."""
    chance = random.Random(f"{settings.seed} work")
    items: list[Item] = []
    left, stored = settings.scenario.people or accounts, 0
    ledger = open_ledger(place)
    try:
        for book in pieces(accounts, settings.seed, evening):
            tell(f"drawing people {stored / accounts:.0%}")
            store(ledger, book)
            stored += len(book.accounts)
            chosen = list(items_of(book, chance).values())[:left]
            left -= len(chosen)
            items += [item for of_party in chosen for item in of_party]
    finally:
        ledger.close()
    if not items:
        raise StrategyError(f"nobody of {accounts} accounts has a mobile; take more --accounts")
    chance.shuffle(items)
    write_items(Path(settings.work), items)


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
