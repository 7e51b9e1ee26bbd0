"""A real server on a free port, with a real ledger, on each database, and the shipped rules."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import grpc
import pytest
from examples import SHANGHAI, shanghai
from wire_messages import a_person

from strategy.api.v1 import (
    decision_pb2_grpc,
    plan_pb2_grpc,
    portfolio_pb2_grpc,
    relief_pb2_grpc,
    rulebook_pb2_grpc,
)
from strategy.ledger.ledger import Ledger
from strategy.ledger.opening import open_ledger
from strategy.publication import Publication
from strategy.publish import RulebookShelf
from strategy.rule_files import read_rule_files
from strategy.service.backend import Backend
from strategy.service.grpc_server import StrategyServer
from strategy.shadow import Shadow

ROOT = Path(__file__).resolve().parents[2]
RULES = (ROOT / "rules/cn", ROOT / "rules/house")
TEN = shanghai("2026-03-10 10:00")  # a Tuesday, inside every window of the shipped rules


@dataclass
class Served:
    """The stubs of a running server, and the clock it reads."""

    address: str
    channel: grpc.Channel
    ledger: Ledger
    now: datetime = TEN

    def __post_init__(self):
        self.decisions = decision_pb2_grpc.DecisionServiceStub(self.channel)
        self.plans = plan_pb2_grpc.PlanServiceStub(self.channel)
        self.portfolio = portfolio_pb2_grpc.PortfolioServiceStub(self.channel)
        self.relief = relief_pb2_grpc.ReliefServiceStub(self.channel)
        self.rulebook = rulebook_pb2_grpc.RulebookServiceStub(self.channel)

    def wait(self, **kind):
        self.now += timedelta(**kind)

    def people(self, *numbers):
        made = self.portfolio.ImportAccounts(iter([a_person(n) for n in numbers]))
        assert (made.accepted, made.rejected) == (len(numbers), 0), made


@pytest.fixture(scope="session")
def shelf():
    return RulebookShelf(read_rule_files(RULES))


@pytest.fixture
def served(place, shelf):
    ledger = open_ledger(place)
    clock = {}
    backend = Backend(ledger, shelf, lambda: clock["of"].now if clock else TEN, SHANGHAI)
    publication = Publication(ledger, shelf, RULES, backend.clock)
    shadow = Shadow(ledger, shelf, backend.clock, one_in=0)
    server = StrategyServer(backend, publication, shadow, threads=16)
    address = server.start("127.0.0.1:0")
    with grpc.insecure_channel(address) as channel:
        clock["of"] = Served(address, channel, ledger)
        yield clock["of"]
    server.stop(1.0)
    ledger.close()
