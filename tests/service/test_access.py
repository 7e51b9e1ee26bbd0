"""Who may call what: the table, the page that shows it, and a server that keeps to it."""

import re
from datetime import timedelta

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from running import ROOT, TEN, serving
from wire_messages import a_dial, an_event, an_outcome, detail, error_of

from strategy.api.v1 import decision_pb2, plan_pb2, portfolio_pb2, relief_pb2, rulebook_pb2
from strategy.service.access import METHODS, short
from strategy.service.tenant import HEARD
from strategy.token_file import Role, hashed

FILES = (decision_pb2, plan_pb2, portfolio_pb2, relief_pb2, rulebook_pb2)
OURS = {
    f"/{service.full_name}/{method.name}": method
    for file in FILES
    for service in file.DESCRIPTOR.services_by_name.values()
    for method in service.methods
}
DENIED, STRANGER = grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.UNAUTHENTICATED


def raw(channel, method, metadata=()):
    """Calls any method with an empty message, and reads what it answers first."""
    call = channel.stream_stream(method)(iter([b""]), timeout=10, metadata=metadata)
    try:
        next(call, None)
        return grpc.StatusCode.OK
    except grpc.RpcError as error:
        return error.code()


def test_every_method_of_the_protos_stands_in_the_table():
    assert {m for m in METHODS if m.startswith("/strategy.")} == OURS.keys()


def test_the_page_shows_the_table():
    page = (ROOT / "docs" / "securing-the-service.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w./]+/\w+)` \| (.*?) \| (.*?) \| (.*?) \|$", page, re.MULTILINE)
    told = {
        method: (set(roles.split(", ")), agencies, bulk) for method, roles, agencies, bulk in rows
    }

    assert told == {
        short(name): (
            {role.value for role in method.roles} or {"anybody"},
            "yes" if method.agencies else "",
            "yes" if method.bulk else "",
        )
        for name, method in METHODS.items()
    }


def test_each_role_may_call_what_the_table_says_and_nothing_else(tmp_path, shelf, tokens):
    held = {role: tokens.add(f"a-{role}", role) for role in Role}
    with serving(tmp_path, shelf, tokens.file) as served:
        for role, token in held.items():
            with served.seen_by(token) as they:
                allowed = {m for m in OURS if raw(they.channel, m) is not DENIED}
            assert allowed == {m for m in OURS if role in METHODS[m].roles}, role
        assert {raw(served.channel, m) for m in OURS} == {STRANGER}


def test_a_method_that_is_in_no_table_is_refused(tmp_path, shelf, tokens, monkeypatch):
    token = tokens.add("all", *Role)
    method = "/strategy.api.v1.PlanService/GetPlan"
    with serving(tmp_path, shelf, tokens.file) as served, served.seen_by(token) as they:
        assert raw(they.channel, method) is not DENIED
        monkeypatch.delitem(METHODS, method)
        assert raw(they.channel, method) is DENIED


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ((), "send a token"),
        ((("authorization", "Bearer wrong"),), "not valid here"),
        ((("authorization", "Basic secret-of-nora"),), "Bearer TOKEN"),
        ((("authorization", "Bearer secret-of-nora"),) * 2, "once"),
        ((("authorization", "Bearer secret-of-otto"),), "not valid at this time"),
        ((("authorization", "Bearer secret-of-nils"),), "not valid at this time"),
        ((("authorization", "Bearer "),), "not valid here"),
    ],
)
def test_who_shows_no_valid_token_is_told_so_and_no_name(tmp_path, shelf, tokens, metadata, said):
    tokens.add("nora", Role.DIALER)
    tokens.add("otto", Role.DIALER, end=TEN)
    tokens.add("nils", Role.DIALER, start=TEN + timedelta(seconds=1))
    with serving(tmp_path, shelf, tokens.file) as served:
        error = error_of(served.decisions.RequestPermit, a_dial(), metadata=metadata)

    assert error.code() is STRANGER
    assert said in error.details()
    assert not any(name in error.details() for name in ("nora", "otto", "nils"))
    assert detail(error, error_details_pb2.ErrorInfo).reason == "NO_IDENTITY"


def test_a_role_that_is_missing_is_told_which_would_do(tmp_path, shelf, tokens):
    token = tokens.add("one", Role.AUDITOR)
    with serving(tmp_path, shelf, tokens.file) as served, served.seen_by(token) as they:
        error = error_of(they.decisions.RequestPermit, a_dial())

    assert error.code() is DENIED
    assert "dialer" in error.details()
    assert "one" not in error.details().split()


def test_tokens_are_read_again_and_a_bad_file_changes_nothing(tmp_path, shelf, tokens):
    first = tokens.add("first", Role.OPERATOR)
    get = portfolio_pb2.GetAccountRequest(account_id="A1")
    with serving(tmp_path, shelf, tokens.file) as served:
        served.server._edge.reload()
        second = tokens.add("second", Role.OPERATOR)
        with served.seen_by(first) as one, served.seen_by(second) as two:
            assert error_of(two.portfolio.GetAccount, get).code() is STRANGER
            served.server._edge.reload()
            assert error_of(two.portfolio.GetAccount, get).code() is grpc.StatusCode.NOT_FOUND

            good = tokens.file.read_text()
            tokens.file.write_text(good.replace("operator", "oprator"))
            served.server._edge.reload()
            assert error_of(one.portfolio.GetAccount, get).code() is grpc.StatusCode.NOT_FOUND

            tokens.file.write_text(good.replace(hashed("secret-of-first"), hashed("other")))
            served.server._edge.reload()
            assert error_of(one.portfolio.GetAccount, get).code() is STRANGER


def test_health_needs_no_token_and_reflection_does(tmp_path, shelf, tokens):
    token = tokens.add("one", Role.AUDITOR)
    reflect = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"
    with serving(tmp_path, shelf, tokens.file) as served, served.seen_by(token) as they:
        stub = health_pb2_grpc.HealthStub(served.channel)
        assert stub.Check(health_pb2.HealthCheckRequest()).status == 1
        assert raw(served.channel, reflect) is STRANGER
        assert raw(they.channel, reflect) is grpc.StatusCode.OK


def test_reflection_can_be_switched_off(tmp_path, shelf):
    with serving(tmp_path, shelf, reflection=False) as served:
        reflect = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"
        assert raw(served.channel, reflect) is grpc.StatusCode.UNIMPLEMENTED


@pytest.fixture
def agencies(tmp_path, shelf, tokens):
    """A server with people, seen by its lender and by two agencies."""
    lender = tokens.add("lender", *Role)
    acme = tokens.add("acme-dialer", Role.DIALER, agency="acme")
    best = tokens.add("best-dialer", Role.DIALER, agency="best")
    with (
        serving(tmp_path, shelf, tokens.file) as served,
        served.seen_by(lender) as us,
        served.seen_by(acme) as one,
        served.seen_by(best) as two,
    ):
        us.people(1, 2, 3)
        yield us, one, two


def test_an_agency_asks_in_its_own_name_only(agencies):
    us, acme, _ = agencies

    assert acme.decisions.RequestPermit(a_dial("r1", 1)).permit.agency == "acme"
    assert acme.decisions.RequestPermit(a_dial("r2", 2, agency="acme")).permit.agency == "acme"
    error = error_of(acme.decisions.RequestPermit, a_dial("r3", 3, agency="best"))
    assert (error.code(), "another agency" in error.details()) == (DENIED, True)
    ask = decision_pb2.DecideRequest(request_id="r4", account_id="A3", agency="best")
    assert error_of(acme.decisions.Decide, ask).code() is DENIED
    assert us.decisions.RequestPermit(a_dial("r5", 3, agency="best")).permit.agency == "best"


def test_what_other_agencies_do_does_not_exist_for_an_agency(agencies):
    _, acme, best = agencies
    answer = acme.decisions.RequestPermit(a_dial("r1", 1))
    theirs = decision_pb2.ConfirmPermitRequest(permit_id=answer.permit.permit_id)
    unknown = decision_pb2.ConfirmPermitRequest(permit_id="p-0")
    release = decision_pb2.ReleasePermitRequest(permit_id=answer.permit.permit_id)
    explain = decision_pb2.ExplainDecisionRequest(decision_id=answer.decision_id)

    for call, message in (
        (best.decisions.ConfirmPermit, theirs),
        (best.decisions.ReleasePermit, release),
        (best.decisions.ExplainDecision, explain),
    ):
        assert error_of(call, message).code() is grpc.StatusCode.NOT_FOUND
    told = [error_of(best.decisions.ConfirmPermit, m).details() for m in (theirs, unknown)]
    assert told[0].replace(theirs.permit_id, "p-0") == told[1]
    (result,) = best.decisions.ReportOutcomes(an_outcome(theirs.permit_id)).results
    assert (result.accepted, "no permit" in result.message) == (False, True)

    assert acme.decisions.ExplainDecision(explain).decision_id == answer.decision_id
    acme.decisions.ConfirmPermit(theirs)
    (result,) = acme.decisions.ReportOutcomes(an_outcome(theirs.permit_id)).results
    assert result.accepted


def test_agencies_cannot_use_up_each_others_ids(agencies):
    us, acme, best = agencies
    first = best.decisions.RequestPermit(a_dial("same", 1))
    second = acme.decisions.RequestPermit(a_dial("same", 2))

    assert first.permit.account_id == "A1"
    assert second.permit.account_id == "A2"
    best.portfolio.RecordEvent(an_event("dispute", party_id="P2"))
    assert us.portfolio.RecordEvent(an_event("dispute", party_id="P3")).recorded


def test_an_agency_may_record_what_protects_a_person_and_nothing_that_loosens(agencies):
    _, acme, __ = agencies

    assert acme.portfolio.RecordEvent(an_event("opt_out")).recorded
    for kind in ("opt_in", "dispute_ended", "payment"):
        assert error_of(acme.portfolio.RecordEvent, an_event(kind)).code() is DENIED
    assert [kind for kind in HEARD if kind.endswith(("_ended", "_in", "payment"))] == []


def test_an_agency_sees_no_accounts_and_no_work_list_of_the_lender(agencies):
    _, acme, __ = agencies
    account = portfolio_pb2.GetAccountRequest(account_id="A1")

    assert error_of(acme.portfolio.GetAccount, account).code() is DENIED
    assert error_of(acme.plans.ListWork, plan_pb2.ListWorkRequest()).code() is DENIED


def test_who_changes_rules_is_the_name_of_the_token(tmp_path, shelf, tokens):
    token = tokens.add("li-na", Role.STRATEGIST)
    with serving(tmp_path, shelf, tokens.file) as served, served.seen_by(token) as they:
        parts = [rulebook_pb2.PublishRulebookRequest(by="wang", preview=b"x")]
        other = error_of(they.rulebook.PublishRulebook, iter(parts))
        nobody = error_of(
            they.rulebook.PublishRulebook,
            iter([rulebook_pb2.PublishRulebookRequest(preview=b"x")]),
        )

    assert other.details() == "by: must be `li-na`, the name of your token"
    assert "--publish-key" in nobody.details()  # the name was known; the key is what is missing
