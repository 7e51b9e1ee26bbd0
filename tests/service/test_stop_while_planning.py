"""A server that is stopped while it plans: watchers are told, and the next start gives it up."""

import signal
import threading
from datetime import UTC, datetime

import grpc
import pytest
from test_server_process import server
from wire_messages import a_plan_request

from strategy.api.v1 import plan_pb2, plan_pb2_grpc, portfolio_pb2, portfolio_pb2_grpc
from strategy.portfolio.sample import sample_book
from strategy.service.portfolio_messages import account_message, party_message

BEFORE = datetime(2026, 3, 10, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def people():
    """Enough accounts that a plan takes seconds."""
    book = sample_book(12_000, seed=1, as_of=BEFORE)
    debts = {party_id: [] for party_id in book.parties}
    for account in book.accounts.values():
        debts[account.party_id].append(account_message(account))
    return [
        portfolio_pb2.ImportAccountsRequest(party=party_message(p), accounts=debts[p.id])
        for p in book.parties.values()
    ]


def test_stopping_while_planning_ends_with_0_and_the_plan_is_given_up(tmp_path, people):
    with server(tmp_path / "ledger") as (process, channel):
        made = portfolio_pb2_grpc.PortfolioServiceStub(channel).ImportAccounts(iter(people))
        assert made.rejected == 0
        plans = plan_pb2_grpc.PlanServiceStub(channel)
        plan_id = plans.CreatePlan(a_plan_request()).plan_id
        phases = plans.WatchPlan(plan_pb2.WatchPlanRequest(plan_id=plan_id), timeout=60)
        while next(phases).phase == "waiting":
            pass
        threading.Timer(0.05, process.send_signal, (signal.SIGTERM,)).start()
        with pytest.raises(grpc.RpcError) as told:
            list(phases)
        assert process.wait(timeout=20) == 0
    with server(tmp_path / "ledger") as (_, channel):
        plans = plan_pb2_grpc.PlanServiceStub(channel)
        after = plans.GetPlan(plan_pb2.GetPlanRequest(plan_id=plan_id))

    assert told.value.code() is grpc.StatusCode.UNAVAILABLE
    assert after.state == plan_pb2.PLAN_STATE_FAILED
    assert "stopped" in after.phase
