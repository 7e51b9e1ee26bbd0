"""Erasing and expiring through the server that holds the ledger."""

import grpc
import pytest
from click.testing import CliRunner
from wire_messages import a_dial, an_outcome, error_of, fields

from strategy.api.v1 import portfolio_pb2 as pb
from strategy.cli.ledger import command


def test_a_person_is_erased_through_the_server(served):
    served.people(1, 2)
    permit = served.decisions.RequestPermit(a_dial()).permit
    error = error_of(served.portfolio.EraseParty, pb.ErasePartyRequest(party_id="P1"))
    assert error.code() is grpc.StatusCode.FAILED_PRECONDITION
    served.decisions.ReportOutcomes(an_outcome(permit.permit_id))
    done = served.portfolio.EraseParty(pb.ErasePartyRequest(party_id="P1"))

    assert (done.attempts_kept, done.records_removed, done.complete) == (1, 1, True)
    assert done.pseudonym.startswith("erased-")
    for call, asked in (
        (served.portfolio.EraseParty, pb.ErasePartyRequest(party_id="P1")),
        (served.portfolio.GetAccount, pb.GetAccountRequest(account_id="A1")),
        (served.decisions.RequestPermit, a_dial("r2")),
    ):
        assert error_of(call, asked).code() is grpc.StatusCode.NOT_FOUND
    assert served.decisions.RequestPermit(a_dial("r3", 2)).HasField("permit")


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
