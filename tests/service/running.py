"""A real server on a free port, with a real ledger and the shipped rules."""

from contextlib import contextmanager
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
from strategy.cli.connection import Connection
from strategy.ledger.ledger import Ledger
from strategy.ledger.opening import open_ledger
from strategy.publication import Publication
from strategy.service.backend import Backend
from strategy.service.clients import Clients
from strategy.service.edge import Edge
from strategy.service.grpc_server import StrategyServer
from strategy.shadow import Shadow
from strategy.token_file import Role, Token, entry, hashed

ROOT = Path(__file__).resolve().parents[2]
RULES = (ROOT / "rules/cn", ROOT / "rules/house")
THREADS = 16
MOST_STREAMS = THREADS // 2  # streams of callers without names, all together
ON_BOTH = pytest.mark.usefixtures("place")
"""Tests of what the ledger keeps: `served` is then on each database in turn."""

TEN = shanghai("2026-03-10 10:00")  # a Tuesday, inside every window of the shipped rules


@dataclass
class Served:
    """The stubs of a running server, and the clock it reads."""

    address: str
    channel: grpc.Channel
    ledger: Ledger
    now: datetime = TEN
    server: StrategyServer | None = None

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

    @contextmanager
    def seen_by(self, token: Path | None = None, **files):
        """The same server, called with this token file and these certificates."""
        with Connection(self.address, token_file=token, **files).open() as channel:
            yield Served(self.address, channel, self.ledger, self.now, self.server)


@contextmanager
def serving(
    folder,
    shelf,
    tokens=None,
    threads=THREADS,
    rate=None,
    host="127.0.0.1",
    place=None,
    traces=None,
    **edge,
):
    """`place`: another ledger than a file in the folder. `tokens`: a tokens file.
    What else is said is said to `Edge`."""
    ledger = open_ledger(place or f"sqlite:{folder / 'ledger.db'}")
    clock = {}

    def now():
        return clock["of"].now if clock else TEN

    backend = Backend(ledger, shelf, now, SHANGHAI)
    publication = Publication(ledger, shelf, RULES, now)
    shadow = Shadow(ledger, shelf, now, one_in=0)
    clients = Clients(tokens, rate, now)
    server = StrategyServer(backend, publication, shadow, threads, Edge(clients, **edge), traces)
    port = server.start("127.0.0.1:0").rpartition(":")[2]
    with grpc.insecure_channel(f"{host}:{port}") as channel:
        clock["of"] = Served(f"{host}:{port}", channel, ledger, server=server)
        yield clock["of"]
    server.stop(1.0)
    ledger.close()


class Tokens:
    """A tokens file, and beside it a file for each token in it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file = folder, folder / "tokens.yaml"
        self.file.touch()

    def add(self, name: str, *roles: Role, **more) -> Path:
        secret = f"secret-of-{name}"
        token = Token(name, frozenset(roles), hashed(secret), **more)
        self.file.write_text(self.file.read_text() + entry(token))
        own = self.folder / f"{name}.token"
        own.write_text(secret + "\n")
        own.chmod(0o600)
        return own
