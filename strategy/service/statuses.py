"""What each of our errors is to a caller: gRPC status, and details a program can read."""

import logging
import traceback
from uuid import uuid4

from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc import code_pb2, error_details_pb2, status_pb2

from strategy.errors import (
    Conflict,
    InputError,
    LedgerUnavailable,
    NotFound,
    PlanChanged,
    PublicationRefused,
    WrongState,
)
from strategy.service.admission import TooMany
from strategy.service.clients import NoIdentity, NotAllowed
from strategy.service.faults import MOST_FAULTS, BadMessage, FieldFault

DOMAIN = "strategy.api.v1"
_log = logging.getLogger(__name__)


def status_of(error: Exception, method: str) -> status_pb2.Status:
    """The status for what went wrong in a call of `method`.

    What nobody foresaw is told as an error number only. The log gets the number and the place,
    but not the error's own words: they may name a person.
    """
    match error:
        case BadMessage():
            return _invalid(error.faults)
        case InputError():
            return _invalid((FieldFault(error.field, error.what),))
        case Conflict():
            # The request contradicts an earlier one; sending it again cannot help.
            return _status(code_pb2.INVALID_ARGUMENT, error, _info("CONFLICT"))
        case PlanChanged():
            return _status(code_pb2.FAILED_PRECONDITION, error, _info("PLAN_CHANGED"))
        case WrongState():
            return _status(code_pb2.FAILED_PRECONDITION, error, _info("WRONG_STATE"))
        case PublicationRefused():
            return _status(code_pb2.FAILED_PRECONDITION, error, _info("PUBLICATION_REFUSED"))
        case NotFound():
            return _status(code_pb2.NOT_FOUND, error, _info("NOT_FOUND"))
        case LedgerUnavailable():
            _log.error("%s: %s", method, error)
            return _status(
                code_pb2.UNAVAILABLE, "the ledger is unavailable; try again", _retry(1.0)
            )
        case NoIdentity():
            return _status(code_pb2.UNAUTHENTICATED, error, _info("NO_IDENTITY"))
        case NotAllowed():
            return _status(code_pb2.PERMISSION_DENIED, error, _info("NOT_ALLOWED"))
        case TooMany():
            return _status(code_pb2.RESOURCE_EXHAUSTED, error, _retry(error.retry_s))
    number = uuid4().hex[:12]
    frames = "".join(traceback.format_tb(error.__traceback__))
    _log.error("%s: error %s: %s at\n%s", method, number, type(error).__name__, frames)
    return _status(code_pb2.INTERNAL, f"internal error {number}; the server's log has its place")


def _invalid(faults: tuple[FieldFault, ...]) -> status_pb2.Status:
    told = [
        error_details_pb2.BadRequest.FieldViolation(field=f.field, description=f.what)
        for f in faults[:MOST_FAULTS]
    ]
    first, more = faults[0], len(faults) - 1
    message = f"{first} (and {more} more)" if more else str(first)
    bad = error_details_pb2.BadRequest(field_violations=told)
    return _status(code_pb2.INVALID_ARGUMENT, message, bad)


def _retry(seconds: float) -> error_details_pb2.RetryInfo:
    delay = Duration()
    delay.FromMilliseconds(max(1, round(seconds * 1000)))
    return error_details_pb2.RetryInfo(retry_delay=delay)


def _info(reason: str) -> error_details_pb2.ErrorInfo:
    return error_details_pb2.ErrorInfo(reason=reason, domain=DOMAIN)


def _status(code: int, message: object, *details: Message) -> status_pb2.Status:
    packed = []
    for detail in details:
        box = AnyMessage()
        box.Pack(detail)
        packed.append(box)
    return status_pb2.Status(code=code, message=str(message)[:1000], details=packed)
