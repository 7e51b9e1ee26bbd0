"""Around every call: who calls, what they may hold, and a status for whatever goes wrong.

Every method is served as a stream of requests, which looks the same on the wire. So callers are
told apart and counted before a thread reads a message, and reading has a deadline.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias

import grpc
from google.protobuf.message import DecodeError
from google.rpc import code_pb2, status_pb2
from grpc_status import rpc_status

from strategy.errors import StrategyError
from strategy.service.access import METHODS
from strategy.service.admission import Admission
from strategy.service.call import Call, Watcher
from strategy.service.clients import CALLER, Client, Clients
from strategy.service.faults import BadMessage, FieldFault
from strategy.service.patience import MESSAGE_WITHIN_S, Patience
from strategy.service.statuses import status_of

Behaviour = Callable[..., Any]
Details = grpc.HandlerCallDetails
Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any] | None"
Size = Callable[[bool], int]
"""The largest message in bytes, of a bulk method or another."""


class CallInterceptor(grpc.ServerInterceptor):
    """Admits, runs and ends every call.

    gRPC itself does not start a call whose caller has gone, or whose deadline has passed while
    it waited for a thread; a test holds it to that. Calls that are refused, and health, have
    threads of their own: `beside`, more than there may be open calls of health.
    """

    def __init__(
        self,
        clients: Clients,
        admission: Admission,
        watcher: Watcher,
        silence_s: float,
        most_bytes: Size,
        beside: ThreadPoolExecutor,
    ) -> None:
        self._clients, self._admission, self._watcher = clients, admission, watcher
        self._silence_s, self._most_bytes, self._beside = silence_s, most_bytes, beside
        self._patience = Patience()

    def close(self) -> None:
        self._patience.close()

    def intercept_service(
        self, continuation: Callable[[Details], Handler], handler_call_details: Details
    ) -> Handler:
        handler, method = continuation(handler_call_details), handler_call_details.method
        if handler is None:
            return None
        client, metadata = None, handler_call_details.invocation_metadata or ()
        try:
            client = self._clients.caller(method, metadata)
            self._admission.enter(client, METHODS[method].bulk)
        except StrategyError as refusal:
            return self._refused(handler, Call(method, client, self._watcher, metadata), refusal)
        CALLER.set(client)
        return self._admitted(handler, Call(method, client, self._watcher, metadata), client)

    def _refused(self, handler: Any, call: Call, refusal: StrategyError) -> Handler:
        def run(_: object, context: grpc.ServicerContext) -> Any:
            call.begins()
            status = status_of(refusal, call.method)
            call.refused(refusal, context.peer())
            call.ends(status.code)
            context.abort_with_status(rpc_status.to_status(status))

        run.experimental_thread_pool = self._beside  # type: ignore[attr-defined]
        if handler.response_streaming:
            return grpc.stream_stream_rpc_method_handler(run)
        return grpc.stream_unary_rpc_method_handler(run)

    def _admitted(self, handler: Any, call: Call, client: Client) -> Handler:
        bulk = METHODS[call.method].bulk
        read = _lenient(handler.request_deserializer, self._most_bytes(bulk))
        write = handler.response_serializer
        behaviour: Behaviour = (
            handler.unary_unary
            or handler.unary_stream
            or handler.stream_unary
            or handler.stream_stream
        )
        one_message = not handler.request_streaming

        def lost() -> None:
            call.stalled()
            if not bulk:
                self._admission.was_slow(client)

        def asked(requests: Iterator[Any], context: grpc.ServicerContext) -> Any:
            if not one_message:
                return self._all(requests, context, lost)
            within = self._silence_s if bulk else min(self._silence_s, MESSAGE_WITHIN_S)
            with self._patience.waiting(context, within, lost):
                request = next(requests, None)
            return _checked(request)

        def run(requests: Iterator[Any], context: grpc.ServicerContext, *more: Any) -> Any:
            call.begins()
            status = code_pb2.OK
            try:
                response = behaviour(asked(requests, context), context, *more)
                call.answered(response)
                return response
            except Exception as error:
                ended = _ended(context, error, call.method)
                status = ended.code
                return context.abort_with_status(rpc_status.to_status(ended))
            finally:
                self._admission.leave(client, bulk)
                call.ends(status)

        def stream(requests: Iterator[Any], context: grpc.ServicerContext) -> Iterator[Any]:
            call.begins()
            status = code_pb2.OK
            try:
                for response in behaviour(asked(requests, context), context):
                    with self._patience.waiting(context, self._silence_s, lost):
                        yield response
            except GeneratorExit:
                status = code_pb2.CANCELLED
                raise
            except Exception as error:
                ended = _ended(context, error, call.method)
                status = ended.code
                context.abort_with_status(rpc_status.to_status(ended))
            finally:
                self._admission.leave(client, bulk)
                call.ends(status)

        if call.method.startswith("/grpc.health."):
            run.experimental_thread_pool = self._beside  # type: ignore[attr-defined]
        if getattr(behaviour, "experimental_non_blocking", False):  # health that is watched
            run.experimental_non_blocking = True  # type: ignore[attr-defined]
            return grpc.stream_stream_rpc_method_handler(run, read, write)
        if handler.response_streaming:
            return grpc.stream_stream_rpc_method_handler(stream, read, write)
        return grpc.stream_unary_rpc_method_handler(run, read, write)

    def _all(
        self, requests: Iterator[Any], context: grpc.ServicerContext, lost: Callable[[], None]
    ) -> Iterator[Any]:
        while True:
            with self._patience.waiting(context, self._silence_s, lost):
                try:
                    request = next(requests)
                except StopIteration:
                    return
            yield _checked(request)


def _lenient(parse: Callable[[bytes], Any] | None, most: int) -> Callable[[bytes], Any]:
    """Left to gRPC, bytes that are no message would be told as an error of ours."""

    def read(data: bytes) -> Any:
        if len(data) > most:
            return FieldFault("message", f"has {len(data)} bytes, this method takes {most}")
        try:
            return parse(data) if parse else data
        except DecodeError:
            return FieldFault("message", "its bytes are not what the proto file says")

    return read


def _checked(request: Any) -> Any:
    if request is None:
        raise BadMessage((FieldFault("message", "is missing"),))
    if isinstance(request, FieldFault):
        raise BadMessage((request,))
    return request


def _ended(context: grpc.ServicerContext, error: Exception, method: str) -> status_pb2.Status:
    if not context.is_active():
        # Nobody hears this; it only must not be logged as our error.
        return status_pb2.Status(code=code_pb2.CANCELLED, message="the caller has gone")
    return status_of(error, method)
