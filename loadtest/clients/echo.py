"""The same arrivals against a method that does nothing: what generator and wire can do alone."""

from loadtest.clients.client import Client

ECHO = "/loadtest.Echo/Echo"
_BODY = bytes(300)
"""About as long as a request and its answer."""


def echoing(client: type[Client]) -> type[Client]:
    """A client with the arrivals and callers of another, which only wants an echo."""

    def act(self: Client, due: int) -> None:
        self.calls.call(self.calls.channel.unary_unary(ECHO), _BODY, due)

    return type(f"Echo{client.__name__}", (client,), {"act": act})
