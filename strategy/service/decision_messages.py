"""Messages of the decision service, to domain and back."""

from strategy.api.v1 import decision_pb2 as pb
from strategy.api.v1 import types_pb2
from strategy.domain.attempt import Purpose
from strategy.domain.decision_record import DecisionRecord
from strategy.domain.decision_request import DecideRequest, PermitRequest
from strategy.domain.permit import Answer, Permit
from strategy.domain.reason import Reason
from strategy.outcomes import AttemptOutcome, OutcomeResult
from strategy.service.form import Form
from strategy.service.words import CHANNELS, OUTCOMES, channel_number, fact_text, stamp

MOST_OUTCOMES = 1000
"""Outcomes in one request; they share one transaction."""


def permit_request(message: pb.RequestPermitRequest, path: str = "") -> PermitRequest:
    """`path` is where the message is in another: `items[3].permit.`."""
    with Form(path) as form:
        return PermitRequest(
            request_id=form.text("request_id", message.request_id),
            account_id=form.text("account_id", message.account_id),
            contact_point_id=form.text("contact_point_id", message.contact_point_id),
            channel=form.choice("channel", message.channel, CHANNELS),
            script=form.text("script", message.script),
            purpose=form.optional_word("purpose", message.purpose, Purpose, Purpose.COLLECTION),
            agency=form.optional_text("agency", message.agency) or "",
            party_id=form.optional_text("party_id", message.party_id) or "",
        )


def decide_request(message: pb.DecideRequest, path: str = "") -> DecideRequest:
    with Form(path) as form:
        return DecideRequest(
            request_id=form.text("request_id", message.request_id),
            account_id=form.text("account_id", message.account_id),
            channels=frozenset(
                form.choice(f"channels[{place}]", number, CHANNELS)
                for place, number in enumerate(message.channels)
            ),
            agency=form.optional_text("agency", message.agency) or "",
        )


def permit_id(message: pb.ConfirmPermitRequest | pb.ReleasePermitRequest) -> str:
    with Form() as form:
        return form.text("permit_id", message.permit_id)


def decision_id(message: pb.ExplainDecisionRequest) -> str:
    with Form() as form:
        return form.text("decision_id", message.decision_id)


def check_outcomes(message: pb.ReportOutcomesRequest) -> None:
    with Form() as form:
        if not message.outcomes:
            form.fault("outcomes", "is empty; send at least one")
        if len(message.outcomes) > MOST_OUTCOMES:
            form.fault("outcomes", f"has {len(message.outcomes)} items, at most {MOST_OUTCOMES}")


def attempt_outcome(message: pb.AttemptOutcome) -> AttemptOutcome:
    with Form() as form:
        return AttemptOutcome(
            permit_id=form.text("permit_id", message.permit_id),
            outcome=form.choice("outcome", message.outcome, OUTCOMES),
            at=form.optional_instant("at", message),
            promise_due=form.optional_day("promise_due", message.promise_due),
            promise_cents=form.cents("promise_cents", message.promise_cents) or None,
        )


def outcome_result(result: OutcomeResult) -> pb.OutcomeResult:
    return pb.OutcomeResult(
        permit_id=result.permit_id, accepted=result.accepted, message=result.message
    )


def permit_message(permit: Permit | None) -> types_pb2.Permit | None:
    if permit is None:
        return None
    return types_pb2.Permit(
        permit_id=permit.id,
        account_id=permit.account_id,
        party_id=permit.party_id,
        contact_point_id=permit.contact_point_id,
        channel=channel_number(permit.channel),
        script=permit.script,
        granted_at=stamp(permit.granted_at),
        expires_at=stamp(permit.expires_at),
        purpose=permit.purpose,
        agency=permit.agency,
    )


def decide_response(answer: Answer) -> pb.DecideResponse:
    taken = answer.taken
    return pb.DecideResponse(
        decision_id=answer.decision_id,
        permit=permit_message(answer.permit),
        reasons=map(reason_message, answer.reasons),
        next_at=stamp(answer.next_at),
        basis=taken.basis if taken else "",
        value_cents=taken.value_cents if taken else 0,
        price_cents=round(taken.price_cents) if taken else 0,
    )


def permit_response(answer: Answer) -> pb.RequestPermitResponse:
    return pb.RequestPermitResponse(
        decision_id=answer.decision_id,
        permit=permit_message(answer.permit),
        reasons=map(reason_message, answer.reasons),
        next_at=stamp(answer.next_at),
    )


def reason_message(reason: Reason) -> types_pb2.Reason:
    rule = reason.rule
    return types_pb2.Reason(
        code=reason.code,
        message=reason.message,
        rule_id=rule.id if rule else "",
        source=rule.source if rule else "",
        citation=rule.citation if rule else "",
        until=stamp(reason.until),
        values=dict(reason.values),
    )


def explanation(record: DecisionRecord) -> pb.ExplainDecisionResponse:
    return pb.ExplainDecisionResponse(
        decision_id=record.decision_id,
        at=stamp(record.at),
        rulebook_hash=record.rulebook_hash,
        plan_id=record.plan_id or "",
        facts={field: fact_text(value) for field, value in record.facts.items()},
        fired=[
            pb.FiredRule(rule_id=r.id, title=r.title, source=r.source, citation=r.citation)
            for r in record.fired
        ],
        permit=permit_message(record.answer.permit),
        reasons=map(reason_message, record.answer.reasons),
        next_at=stamp(record.answer.next_at),
    )
