"""Around every call: whatever goes wrong becomes a status."""

from collections.abc import Callable, Iterator
from functools import partial
from time import perf_counter
from typing import Any, TypeAlias

import grpc
from google.protobuf.message import DecodeError
from google.rpc import code_pb2, status_pb2
from grpc_status import rpc_status

from strategy.service.faults import BadMessage, FieldFault
from strategy.service.metrics import Observe
from strategy.service.statuses import status_of

Seen = Callable[[str, float], None]
Behaviour = Callable[[Any, grpc.ServicerContext], Any]
Details = grpc.HandlerCallDetails
Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any] | None"


class StatusInterceptor(grpc.ServerInterceptor):
    """Runs every method; what it raises becomes its status.

    `observe` is told the method, the status and the seconds of every call.
    gRPC itself does not start a call whose caller has gone, or whose deadline has passed while
    it waited for a thread; a test holds it to that.
    """

    def __init__(self, observe: Observe) -> None:
        self._observe = observe

    def intercept_service(
        self, continuation: Callable[[Details], Handler], handler_call_details: Details
    ) -> Handler:
        handler = continuation(handler_call_details)
        method = handler_call_details.method
        if handler is None or not method.startswith("/strategy."):
            return handler
        seen = partial(self._observe, method)
        read, write = _lenient(handler.request_deserializer), handler.response_serializer
        if handler.unary_unary is not None:
            run = _answer(_reading_one(handler.unary_unary), method, seen)
            return grpc.unary_unary_rpc_method_handler(run, read, write)
        if handler.stream_unary is not None:
            run = _answer(_reading_all(handler.stream_unary), method, seen)
            return grpc.stream_unary_rpc_method_handler(run, read, write)
        if handler.stream_stream is not None:
            run = _stream(_reading_all(handler.stream_stream), method, seen)
            return grpc.stream_stream_rpc_method_handler(run, read, write)
        assert handler.unary_stream is not None, f"{method} is of no kind we know"
        run = _stream(_reading_one(handler.unary_stream), method, seen)
        return grpc.unary_stream_rpc_method_handler(run, read, write)


def _answer(behaviour: Behaviour, method: str, seen: Seen) -> Behaviour:
    def run(request: Any, context: grpc.ServicerContext) -> Any:
        began, status = perf_counter(), code_pb2.OK
        try:
            return behaviour(request, context)
        except Exception as error:
            ended = _ended(context, error, method)
            status = ended.code
            return context.abort_with_status(rpc_status.to_status(ended))
        finally:
            seen(code_pb2.Code.Name(status), perf_counter() - began)

    return run


def _stream(behaviour: Behaviour, method: str, seen: Seen) -> Behaviour:
    def run(request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        began, status = perf_counter(), code_pb2.OK
        try:
            yield from behaviour(request, context)
        except Exception as error:
            ended = _ended(context, error, method)
            status = ended.code
            context.abort_with_status(rpc_status.to_status(ended))
        finally:
            seen(code_pb2.Code.Name(status), perf_counter() - began)

    return run


_UNREADABLE = object()


def _lenient(parse: Callable[[bytes], Any] | None) -> Callable[[bytes], Any]:
    """Left to gRPC, bytes that are no message would be told as an error of ours."""

    def read(data: bytes) -> Any:
        try:
            return parse(data) if parse else data
        except DecodeError:
            return _UNREADABLE

    return read


def _checked(request: Any) -> Any:
    if request is _UNREADABLE:
        raise BadMessage((FieldFault("message", "its bytes are not what the proto file says"),))
    return request


def _reading_one(behaviour: Behaviour) -> Behaviour:
    return lambda request, context: behaviour(_checked(request), context)


def _reading_all(behaviour: Behaviour) -> Behaviour:
    return lambda requests, context: behaviour(map(_checked, requests), context)


def _ended(context: grpc.ServicerContext, error: Exception, method: str) -> status_pb2.Status:
    if not context.is_active():
        # Nobody hears this; it only must not be logged as our error.
        return status_pb2.Status(code=code_pb2.CANCELLED, message="the caller has gone")
    return status_of(error, method)
