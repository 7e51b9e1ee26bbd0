"""The same arrivals against a method that does nothing: what generator and wire can do alone."""

from typing import Any

import grpc

from loadtest.clients.client import Client

_BODY = bytes(300)
"""About as long as one question and its answer."""


class _EchoStub:
    def __init__(self, channel: grpc.Channel) -> None:
        self.Echo: Any = channel.unary_unary("/loadtest.Echo/Echo")


def echoing(client: type[Client]) -> type[Client]:
    """A client with the arrivals and callers of another, which only wants an echo."""

    def act(self: Client, due: int) -> None:
        self.calls.call(_EchoStub, "Echo", _BODY * self.part.batch, due)

    return type(f"Echo{client.__name__}", (client,), {"act": act})
