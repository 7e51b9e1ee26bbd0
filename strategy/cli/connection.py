"""The one place where our clients open channels: TLS, client certificates and tokens."""

import functools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import click
import grpc

from strategy.errors import InputError, StrategyError
from strategy.settings import is_this_machine

_FILE = click.Path(path_type=Path)


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach a server. Without `ca` in plain text; `token` is sent with every call."""

    address: str
    ca: Path | None = None
    client_cert: Path | None = None
    client_key: Path | None = None
    token_file: Path | None = None

    def open(self) -> grpc.Channel:
        """The caller closes it. Raises `InputError` for files that cannot be used."""
        if self.ca is None and (self.client_cert or self.client_key):
            raise InputError("--client-cert", "needs --ca, the authority of the server")
        if bool(self.client_cert) != bool(self.client_key):
            raise InputError("--client-key", "and --client-cert go together")
        token = _token(self.token_file) if self.token_file else ""
        if self.ca is None:
            if token and not is_this_machine(self.address.rpartition(":")[0]):
                what = "would be sent in plain text; give --ca, the authority of the server"
                raise InputError("--token-file", what)
            channel = grpc.insecure_channel(self.address)
        else:
            key, chain = (_read(f) if f else None for f in (self.client_key, self.client_cert))
            channel = grpc.secure_channel(
                self.address, grpc.ssl_channel_credentials(_read(self.ca), key, chain)
            )
        return grpc.intercept_channel(channel, _WithToken(token)) if token else channel


def connection_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds `--to` and what it takes to get in; the command is given a `Connection`."""

    @click.option("--to", "address", required=True, metavar="HOST:PORT", help="A running server.")
    @click.option("--ca", type=_FILE, envvar="STRATEGY_CA", help="PEM: whom to trust; TLS.")
    @click.option("--client-cert", type=_FILE, envvar="STRATEGY_CLIENT_CERT", help="PEM.")
    @click.option("--client-key", type=_FILE, envvar="STRATEGY_CLIENT_KEY", help="PEM.")
    @click.option("--token-file", type=_FILE, envvar="STRATEGY_TOKEN_FILE", help="Your token.")
    @functools.wraps(command)
    def connected(
        *,
        address: str,
        ca: Path | None,
        client_cert: Path | None,
        client_key: Path | None,
        token_file: Path | None,
        **others: Any,
    ) -> Any:
        there = Connection(address, ca, client_cert, client_key, token_file)
        return command(connection=there, **others)

    return connected


def from_environment(address: str, environment: Mapping[str, str]) -> Connection:
    """With the variables that stand for the options; for programs without a command line."""
    names = ("CA", "CLIENT_CERT", "CLIENT_KEY", "TOKEN_FILE")
    files = [environment.get(f"STRATEGY_{name}") for name in names]
    return Connection(address, *(Path(file) if file else None for file in files))


@contextmanager
def connected_to(there: Connection) -> Iterator[grpc.Channel]:
    """An open channel; what the server says when it refuses becomes a `StrategyError`."""
    with there.open() as channel:
        try:
            yield channel
        except grpc.RpcError as error:
            raise StrategyError(f"the server at {there.address} says: {error.details()}") from error


class _Details(NamedTuple):
    method: str
    timeout: float | None
    metadata: Any
    credentials: grpc.CallCredentials | None
    wait_for_ready: bool | None
    compression: grpc.Compression | None


class _WithToken(
    grpc.UnaryUnaryClientInterceptor,
    grpc.UnaryStreamClientInterceptor,
    grpc.StreamUnaryClientInterceptor,
    grpc.StreamStreamClientInterceptor,
):
    """Call credentials of gRPC need TLS; a header does not, and this machine may do without."""

    def __init__(self, token: str) -> None:
        self._header = ("authorization", f"Bearer {token}")

    def _send(self, continuation: Any, details: Any, request: Any) -> Any:
        metadata = (*(details.metadata or ()), self._header)
        sent = _Details(
            details.method,
            details.timeout,
            metadata,
            details.credentials,
            details.wait_for_ready,
            details.compression,
        )
        return continuation(sent, request)

    intercept_unary_unary = _send  # type: ignore[assignment]
    intercept_unary_stream = _send  # type: ignore[assignment]
    intercept_stream_unary = _send  # type: ignore[assignment]
    intercept_stream_stream = _send  # type: ignore[assignment]


def _token(file: Path) -> str:
    text = _read(file).decode("ascii", "replace").strip()
    if not text or not text.isprintable() or " " in text:
        raise InputError(f"`{file}`", "must hold one token and nothing else")
    if file.stat().st_mode & 0o007:
        raise InputError(f"`{file}`", f"can be read by everybody; mend it: chmod o-rwx {file}")
    return text


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(f"`{file}`", f"cannot be read: {error.strerror}") from error
