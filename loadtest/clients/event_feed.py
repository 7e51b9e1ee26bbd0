"""The lender's systems tell what customers did: payments, disputes, promises."""

from datetime import timedelta

from loadtest.clients.client import Client
from loadtest.clients.outcomes import request_id
from loadtest.journal import Recorded, now
from strategy.api.v1 import portfolio_pb2
from strategy.api.v1.portfolio_pb2_grpc import PortfolioServiceStub

_KINDS, _WEIGHTS = ("payment", "promise", "dispute"), (80, 15, 5)
_AGO = 120_000_000
"""Microseconds: what is told now happened a little before."""


class EventFeed(Client):
    profile = "event_feed"

    def act(self, due: int) -> None:
        item, floor = next(self.floor.items), self.floor
        (kind,) = floor.chance.choices(_KINDS, _WEIGHTS)
        event = portfolio_pb2.Event(
            event_id=request_id(), party_id=item.party_id, kind=kind, account_id=item.account_id
        )
        event.at.FromMicroseconds(now() + round(floor.settings.ahead_s * 1e6) - _AGO)
        if kind != "dispute":
            event.amount_cents = 5_000
        if kind == "promise":
            event.due = f"{floor.settings.scenario.clock + timedelta(days=7):%Y-%m-%d}"
        request, sent = portfolio_pb2.RecordEventRequest(event=event), now()
        if self.calls.call(PortfolioServiceStub, "RecordEvent", request, due) is not None:
            self.calls.journal.write(Recorded(event.event_id, sent, now()))
