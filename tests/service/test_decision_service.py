"""Permits over a real channel: given, refused, repeated, confirmed, explained."""

from datetime import timedelta

import grpc
import pytest
from examples import shanghai
from google.rpc import error_details_pb2
from running import ON_BOTH
from wire_messages import (
    ROBOT,
    SMS,
    a_dial,
    a_person,
    a_relief_request,
    an_event,
    an_outcome,
    codes,
    detail,
    error_of,
    stamp,
)

from strategy.api.v1 import decision_pb2 as pb
from strategy.api.v1 import rulebook_pb2, types_pb2

pytestmark = ON_BOTH

INVALID, MISSING = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND


@pytest.fixture
def one(served):
    served.people(1)
    return served


def test_a_permitted_dial_gets_a_permit_for_a_minute(one):
    answer = one.decisions.RequestPermit(a_dial())

    assert answer.permit.account_id == "A1"
    assert answer.permit.party_id == "P1"
    assert answer.permit.channel == types_pb2.CHANNEL_AGENT_CALL
    assert answer.permit.granted_at == stamp(one.now)
    assert answer.permit.expires_at == stamp(one.now + timedelta(seconds=60))
    assert not answer.reasons
    assert not answer.HasField("next_at")


def test_a_refusal_is_an_answer_with_rule_place_and_next_instant(one):
    one.now = shanghai("2026-03-10 22:30")
    answer = one.decisions.RequestPermit(a_dial())

    assert not answer.HasField("permit")
    law = next(r for r in answer.reasons if r.rule_id == "CN-TIME-01")
    assert law.code == "contact_time_ban"
    assert law.source.startswith("rules/cn/contact-time.yaml:") or "/rules/cn/" in law.source
    assert "GB/T 45251-2025" in law.citation
    assert law.until == stamp(shanghai("2026-03-11 08:00"))
    assert answer.next_at == stamp(shanghai("2026-03-11 09:00"))  # house: no calls before nine


def test_the_same_request_gets_the_same_answer_and_another_body_is_an_error(one):
    first = one.decisions.RequestPermit(a_dial())
    one.wait(hours=3)
    assert one.decisions.RequestPermit(a_dial()) == first

    error = error_of(one.decisions.RequestPermit, a_dial(script="agent-reminder"))
    assert error.code() is INVALID
    assert detail(error, error_details_pb2.ErrorInfo).reason == "CONFLICT"
    assert "`r1`" in error.details()


def test_a_duplicate_dial_is_refused_while_a_permit_is_open(one):
    one.decisions.RequestPermit(a_dial("r1"))
    second = one.decisions.RequestPermit(a_dial("r2", channel=ROBOT, script="robot-gentle"))

    assert not second.HasField("permit")
    assert "open_permit" in codes(second)


def test_a_released_permit_counts_as_nothing_and_cannot_be_confirmed(one):
    permit = one.decisions.RequestPermit(a_dial("r1")).permit.permit_id
    one.decisions.ReleasePermit(pb.ReleasePermitRequest(permit_id=permit))

    assert one.decisions.RequestPermit(a_dial("r2")).HasField("permit")
    error = error_of(one.decisions.ConfirmPermit, pb.ConfirmPermitRequest(permit_id=permit))
    assert error.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert "released" in error.details()


def test_a_confirmed_attempt_with_an_outcome_is_counted(one):
    permit = one.decisions.RequestPermit(a_dial("r1")).permit.permit_id
    one.decisions.ConfirmPermit(pb.ConfirmPermitRequest(permit_id=permit))
    reported = one.decisions.ReportOutcomes(an_outcome(permit))
    assert [r.accepted for r in reported.results] == [True]

    one.wait(minutes=119)
    assert codes(one.decisions.RequestPermit(a_dial("r2"))) == ["minimum_gap"]  # two hours


def test_one_bad_outcome_does_not_spoil_the_others_and_keeps_its_place(one):
    permit = one.decisions.RequestPermit(a_dial()).permit.permit_id
    message = pb.ReportOutcomesRequest(
        outcomes=[
            pb.AttemptOutcome(permit_id="p-404", outcome=types_pb2.OUTCOME_BUSY),
            pb.AttemptOutcome(permit_id=permit),
            pb.AttemptOutcome(permit_id=permit, outcome=types_pb2.OUTCOME_BUSY),
            pb.AttemptOutcome(permit_id=permit, outcome=99, promise_due="tomorrow"),
        ]
    )
    results = one.decisions.ReportOutcomes(message).results

    assert [r.accepted for r in results] == [False, False, True, False]
    assert "`p-404`" in results[0].message
    assert "outcome: is unspecified" in results[1].message
    assert "unknown value 99" in results[3].message
    assert "promise_due: `tomorrow`" in results[3].message


def test_a_promise_on_the_phone_holds_contact_until_it_is_due(one):
    permit = one.decisions.RequestPermit(a_dial("r1")).permit.permit_id
    promise = an_outcome(
        permit, types_pb2.OUTCOME_PROMISE_TO_PAY, promise_due="2026-03-14", promise_cents=5000
    )
    assert one.decisions.ReportOutcomes(promise).results[0].accepted

    one.wait(hours=3)
    text = one.decisions.RequestPermit(a_dial("r2", channel=SMS, script="sms-reminder"))
    assert codes(text) == ["hold"]
    assert text.reasons[0].until == stamp(shanghai("2026-03-16 00:00"))  # due, one day of grace


def test_an_event_takes_effect_on_the_next_decision(one):
    assert one.portfolio.RecordEvent(an_event("dispute")).recorded
    assert not one.portfolio.RecordEvent(an_event("dispute")).recorded

    refused = one.decisions.RequestPermit(a_dial())
    assert [r.rule_id for r in refused.reasons] == ["HOUSE-HOLD-01"]


def test_decide_waits_where_no_plan_is_active(one):
    answer = one.decisions.Decide(pb.DecideRequest(request_id="d1", account_id="A1"))

    assert not answer.HasField("permit")
    assert codes(answer) == ["no_plan"]


def test_a_recorded_decision_tells_its_inputs_rules_and_answer(one):
    answer = one.decisions.RequestPermit(a_dial())
    told = one.decisions.ExplainDecision(pb.ExplainDecisionRequest(decision_id=answer.decision_id))

    assert told.permit == answer.permit
    assert told.at == stamp(one.now)
    assert told.facts["days_past_due"] == "18"  # due on 20 February, asked on 10 March
    assert told.facts["dispute_open"] == "false"
    assert "CN-TIME-01" in {rule.rule_id for rule in told.fired}
    rulebook = one.rulebook.GetRulebook(rulebook_pb2.GetRulebookRequest())
    assert told.rulebook_hash == rulebook.hash


def test_the_rulebook_lists_rules_with_their_place_and_scripts(one):
    rulebook = one.rulebook.GetRulebook(rulebook_pb2.GetRulebookRequest())

    law = next(rule for rule in rulebook.rules if rule.rule_id == "CN-TIME-01")
    assert law.force == "standard"
    assert "contact-time.yaml:" in law.source
    robot = next(script for script in rulebook.scripts if script.script_id == "robot-gentle")
    assert (robot.channel, list(robot.languages)) == ("robot_call", ["zh"])
    assert robot.persona
    assert rulebook.last_refusal == ""


def test_who_asks_for_help_is_told_what_the_rules_allow_and_not_called(one):
    answer = one.relief.RequestRelief(a_relief_request())
    again = one.relief.RequestRelief(a_relief_request())

    assert answer == again
    assert not answer.human_review
    instalments = next(o for o in answer.options if o.kind == "instalments")
    assert (instalments.rule_id, instalments.max_months) == ("HOUSE-RELIEF-01", 12)
    assert "HOUSE-HOLD-03" in {r.rule_id for r in one.decisions.RequestPermit(a_dial()).reasons}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("RequestPermit", a_dial(account_id="A404")),
        ("RequestPermit", a_dial(contact_point_id="M404")),
        ("Decide", pb.DecideRequest(request_id="d1", account_id="A404")),
        ("ConfirmPermit", pb.ConfirmPermitRequest(permit_id="p-404")),
        ("ReleasePermit", pb.ReleasePermitRequest(permit_id="p-404")),
        ("ExplainDecision", pb.ExplainDecisionRequest(decision_id="d-404")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_unknown_id_is_not_found_and_named(one, call, message):
    error = error_of(getattr(one.decisions, call), message)

    assert error.code() is MISSING
    assert "404`" in error.details()
    assert detail(error, error_details_pb2.ErrorInfo).reason == "NOT_FOUND"


def test_a_person_whose_zone_is_unknown_is_not_contacted(one):
    one.portfolio.ImportAccounts(iter([a_person(2, zones=[])]))

    assert codes(one.decisions.RequestPermit(a_dial(number=2))) == ["time_zone"]
