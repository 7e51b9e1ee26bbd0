"""Batches of decisions, to domain and back."""

from collections.abc import Sequence

from google.rpc import error_details_pb2, status_pb2

from strategy.api.v1 import decision_pb2 as pb
from strategy.domain.decision_request import DecideRequest, PermitRequest
from strategy.domain.permit import Answer
from strategy.errors import StrategyError
from strategy.service.clients import NotAllowed
from strategy.service.decision_messages import (
    decide_request,
    decide_response,
    permit_request,
    permit_response,
)
from strategy.service.faults import BadMessage, FieldFault
from strategy.service.form import Form
from strategy.service.statuses import status_of
from strategy.service.tenant import own_dial, own_question

MOST_ITEMS = 1000

Item = PermitRequest | DecideRequest


def batch_items(message: pb.DecideBatchRequest) -> list[Item | StrategyError]:
    """What each item asks in the caller's name, or what is wrong with it. Raises `BadMessage` for a
    batch that is empty or too large."""
    with Form() as form:
        if not message.items:
            form.fault("items", "is empty; send at least one")
        if len(message.items) > MOST_ITEMS:
            form.fault("items", f"has {len(message.items)} items, at most {MOST_ITEMS}")
    return [_item(item, f"items[{place}]") for place, item in enumerate(message.items)]


def _item(item: pb.DecideItem, path: str) -> Item | StrategyError:
    try:
        match item.WhichOneof("asked"):
            case "decide":
                return own_question(decide_request(item.decide, f"{path}.decide."))
            case "permit":
                return own_dial(permit_request(item.permit, f"{path}.permit."))
    except (BadMessage, NotAllowed) as bad:
        return bad
    return BadMessage((FieldFault(path, "is empty; set `decide` or `permit`"),))


def batch_response(
    items: Sequence[Item | StrategyError], answers: Sequence[Answer | Exception], method: str
) -> pb.DecideBatchResponse:
    """`answers` are those of the readable items, in order; `method` goes into the log."""
    left = iter(answers)
    return pb.DecideBatchResponse(
        results=[
            _result(item, item if isinstance(item, StrategyError) else next(left), method)
            for item in items
        ]
    )


def _result(
    item: Item | StrategyError, answer: Answer | Exception, method: str
) -> pb.DecideItemResult:
    if isinstance(answer, Exception):
        return pb.DecideItemResult(error=_error(status_of(answer, method)))
    if isinstance(item, PermitRequest):
        return pb.DecideItemResult(permit=permit_response(answer))
    return pb.DecideItemResult(decide=decide_response(answer))


def _error(status: status_pb2.Status) -> pb.ItemError:
    bad = error_details_pb2.BadRequest()
    for detail in status.details:
        if detail.Unpack(bad):
            break
    return pb.ItemError(
        code=status.code,
        message=status.message,
        violations=[
            pb.FieldViolation(field=v.field, description=v.description)
            for v in bad.field_violations
        ],
    )
