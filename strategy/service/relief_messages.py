"""Messages of the relief service, to domain and back."""

from strategy.api.v1 import relief_pb2 as pb
from strategy.relief import ReliefAnswer, ReliefRequest
from strategy.service.form import Form


def relief_request(message: pb.RequestReliefRequest) -> ReliefRequest:
    with Form() as form:
        return ReliefRequest(
            request_id=form.text("request_id", message.request_id),
            account_id=form.text("account_id", message.account_id),
        )


def relief_response(answer: ReliefAnswer) -> pb.RequestReliefResponse:
    return pb.RequestReliefResponse(
        decision_id=answer.decision_id,
        options=[
            pb.ReliefOption(
                kind=option.kind,
                max_months=option.max_months,
                max_waiver_bp=option.max_waiver_bp,
                rule_id=option.rule.id,
                source=option.rule.source,
                citation=option.rule.citation,
            )
            for option in answer.options
        ],
        human_review=answer.human_review,
    )
