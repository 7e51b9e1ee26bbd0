"""Erasing and expiring through the server that holds the ledger."""

import grpc
import pytest
from click.testing import CliRunner
from running import ON_BOTH
from wire_messages import a_dial, a_person, a_plan_request, an_outcome, error_of, fields

from strategy.api.v1 import plan_pb2
from strategy.api.v1 import portfolio_pb2 as pb
from strategy.cli.ledger import command
from strategy.ledger.sqlite import SqliteLedger

pytestmark = ON_BOTH


def test_a_person_is_erased_through_the_server(served):
    served.people(1, 2)
    permit = served.decisions.RequestPermit(a_dial()).permit
    error = error_of(served.portfolio.EraseParty, pb.ErasePartyRequest(party_id="P1"))
    assert error.code() is grpc.StatusCode.FAILED_PRECONDITION
    served.decisions.ReportOutcomes(an_outcome(permit.permit_id))
    done = served.portfolio.EraseParty(pb.ErasePartyRequest(party_id="P1"))

    on_sqlite = isinstance(served.ledger, SqliteLedger)  # dead rows of PostgreSQL go later
    assert (done.attempts_kept, done.records_removed, done.complete) == (1, 1, on_sqlite)
    assert done.pseudonym.startswith("erased-")
    for call, asked in (
        (served.portfolio.EraseParty, pb.ErasePartyRequest(party_id="P404")),
        (served.portfolio.GetAccount, pb.GetAccountRequest(account_id="A1")),
        (served.decisions.RequestPermit, a_dial("r2")),
    ):
        assert error_of(call, asked).code() is grpc.StatusCode.NOT_FOUND
    assert served.decisions.RequestPermit(a_dial("r3", 2)).HasField("permit")
    again = served.portfolio.EraseParty(pb.ErasePartyRequest(party_id="P1"))
    assert (again.pseudonym, again.records_removed) == (done.pseudonym, 0)


def test_a_retry_about_an_erased_person_and_late_news_get_answers_that_say_so(served):
    served.people(1)
    asked = a_dial()
    permit = served.decisions.RequestPermit(asked).permit
    served.wait(minutes=2)
    served.portfolio.EraseParty(pb.ErasePartyRequest(party_id="P1"))
    retry = error_of(served.decisions.RequestPermit, asked)
    late = served.decisions.ReportOutcomes(an_outcome(permit.permit_id)).results[0]

    assert retry.code() is grpc.StatusCode.NOT_FOUND
    assert "is gone: erased on 2026-03-10" in retry.details()
    assert late.accepted


def test_an_account_whose_own_party_was_erased_is_left_alone_and_others_who_owe_it_are_not(served):
    two = a_person(1)
    two.accounts[0].liable_party_ids.append("P2")
    served.portfolio.ImportAccounts(iter([two, a_person(2)]))
    served.portfolio.EraseParty(pb.ErasePartyRequest(party_id="P1"))
    account = served.portfolio.GetAccount(pb.GetAccountRequest(account_id="A1"))
    plan = served.plans.CreatePlan(a_plan_request())
    *_, done = served.plans.WatchPlan(plan_pb2.WatchPlanRequest(plan_id=plan.plan_id))
    work = list(served.plans.ListWork(plan_pb2.ListWorkRequest()))
    to_other = a_dial("r1", 1, party_id="P2", contact_point_id="M2")

    assert account.party.party_id.startswith("erased-")
    assert list(account.account.liable_party_ids) == ["P2"]
    assert done.state == plan_pb2.PLAN_STATE_ACTIVE, done.phase
    assert [item.account_id for item in work] == ["A2"]
    assert served.decisions.RequestPermit(to_other).HasField("permit")


def test_the_command_goes_through_the_server(served):
    served.people(1)
    ran = CliRunner().invoke(command, ["erase", "--server", served.address, "--party", "P1"])
    assert ran.exit_code == 0, ran.exception
    assert "0 attempts stay as erased-" in ran.output
    ran = CliRunner().invoke(command, ["expire", "--server", served.address, "--older-than", "400"])
    assert ran.output == "removed 0 attempts and 0 records of decisions\n"


@pytest.mark.parametrize("days", [0, 365, 2**31 - 1])
def test_an_age_that_would_remove_what_caps_count_is_an_error(served, days):
    asked = pb.ExpireRecordsRequest(older_than_days=days)

    assert fields(error_of(served.portfolio.ExpireRecords, asked)) == ["older_than_days"]
    assert fields(error_of(served.portfolio.EraseParty, pb.ErasePartyRequest())) == ["party_id"]
