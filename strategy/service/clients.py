"""Who is calling: tokens checked, and the caller of the running call."""

import hmac
import logging
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from strategy.errors import InputError, StrategyError
from strategy.service.access import METHODS
from strategy.token_file import Role, Token, hashed, read_tokens

Metadata = Iterable[tuple[str, str | bytes]]
SCHEME = "Bearer "
_log = logging.getLogger(__name__)


class NoIdentity(StrategyError):
    """The call carries no valid token. `why` is one word for counts."""

    def __init__(self, why: str, what: str) -> None:
        super().__init__(what)
        self.why = why


class NotAllowed(StrategyError):
    """The caller is known and may not do this."""


@dataclass(frozen=True, slots=True)
class Client:
    """Who calls. `agency` empty: the lender itself. `rate` calls a second; None: not limited.

    `named` false: nobody said who; then the caller runs on this machine.
    """

    name: str
    roles: frozenset[Role]
    agency: str = ""
    rate: int | None = None
    named: bool = True


THIS_MACHINE = Client("", frozenset(Role), named=False)
"""Everybody, where there is no tokens file. Such a server listens to its own machine only."""

ANYBODY = Client("", frozenset(), named=False)
"""Whoever asks for health, which needs no token. All of them together have one share."""

CALLER: ContextVar[Client] = ContextVar("caller", default=THIS_MACHINE)
"""The caller of the running call. gRPC carries it from the interceptor to the method."""


class Clients:
    """Tells callers by their tokens. `reload` reads the file again. Safe to use from threads."""

    def __init__(self, file: Path | None, rate: int | None, clock: Callable[[], datetime]) -> None:
        """`rate`: calls a second for tokens that say nothing else. Raises `InputError`."""
        self._file, self._rate, self._clock = file, rate, clock
        self._tokens: tuple[Token, ...] = read_tokens(file) if file else ()

    def reload(self) -> None:
        """A file with mistakes changes nothing: the tokens before stay."""
        if self._file is None:
            return
        try:
            self._tokens = read_tokens(self._file)
        except InputError as error:
            _log.error("the tokens were not changed, those before stay: %s", error)
            return
        _log.warning("%s tokens are in force", len(self._tokens))

    def caller(self, method: str, metadata: Metadata) -> Client:
        """Who calls. Raises `NoIdentity`, and `NotAllowed` for a method that is not theirs."""
        allowed = METHODS.get(method)
        if allowed is None:
            raise NotAllowed(f"nobody may call `{method}`: it is in no table of access")
        if not allowed.roles:
            return ANYBODY
        if self._file is None:
            return THIS_MACHINE
        client = self._identified(metadata)
        if not client.roles & allowed.roles:
            needed = ", ".join(sorted(allowed.roles))
            raise NotAllowed(f"this token has none of the roles that may call this: {needed}")
        if client.agency and not allowed.agencies:
            raise NotAllowed("this token is of an agency; only the lender's own may call this")
        return client

    def _identified(self, metadata: Metadata) -> Client:
        sent = [value for key, value in metadata if key == "authorization"]
        if not sent:
            raise NoIdentity("missing", "send a token: `authorization: Bearer TOKEN`")
        text = sent[0]
        if len(sent) > 1 or not isinstance(text, str) or not text.startswith(SCHEME):
            raise NoIdentity("malformed", "write it so: `authorization: Bearer TOKEN`, once")
        digest, found = hashed(text.removeprefix(SCHEME)), None
        for token in self._tokens:  # all of them, so that the time tells nothing
            if hmac.compare_digest(token.sha256, digest):
                found = token
        if found is None:
            raise NoIdentity("unknown", "the token is not valid here")
        now = self._clock()
        if (found.start and now < found.start) or (found.end and now >= found.end):
            raise NoIdentity(
                "out_of_date", "the token is not valid at this time; ask for a new one"
            )
        rate = self._rate if found.rate is None else found.rate
        return Client(found.name, found.roles, found.agency, rate)

    def seconds_left(self) -> float | None:
        """Until the first of the tokens in force ends; None where none does."""
        now = self._clock()
        ends = [t.end for t in self._tokens if t.end and t.end > now]
        return (min(ends) - now).total_seconds() if ends else None
