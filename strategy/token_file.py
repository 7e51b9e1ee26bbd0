"""The tokens file: who may call the server, with which roles. It holds hashes, never tokens.

    - name: "dialer-1"
      roles: [dialer]
      sha256: "64 hex digits"
      from: "2026-11-25T00:00:00Z"
      to: "2027-11-25T00:00:00Z"
      agency: acme
      rate: 50

Two entries may have one name, so that a new token can be handed out before the old one ends.
"""

import hashlib
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from strategy.domain.local_time import is_aware
from strategy.errors import InputError
from strategy.rules.diagnostic import Diagnostic
from strategy.rules.source import Hole, Item, Listing, Problems, Scalar, Table, parse

MOST_TOKENS = 1000
MOST_RATE = 1_000_000
PREFIX = "cst_"
"""Tokens begin with it, so that a scanner of source code can find one that was left there."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_HASH = re.compile(r"[0-9a-f]{64}")
_MAKE = "`strategy tokens new` writes entries"
_KEYS = ("name", "roles", "sha256", "from", "to", "agency", "rate")


class Role(StrEnum):
    """What somebody is for. Which role may call what: strategy/service/access.py."""

    DIALER = "dialer"
    STRATEGIST = "strategist"
    OPERATOR = "operator"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Token:
    """One entry. Good from `start` to before `end` (UTC instants, None: open).

    `agency` empty: the lender itself. `rate` calls a second, None: the server's own limit.
    """

    name: str
    roles: frozenset[Role]
    sha256: str
    start: datetime | None = None
    end: datetime | None = None
    agency: str = ""
    rate: int | None = None


def new_token() -> str:
    """A fresh secret of 256 bits."""
    return PREFIX + secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """SHA-256 in hex. A fast hash is enough for a secret that nobody chose."""
    return hashlib.sha256(token.encode()).hexdigest()


def entry(token: Token) -> str:
    """The lines of one entry, to be added to a tokens file."""
    lines = [f'- name: "{token.name}"', f"  roles: [{', '.join(sorted(token.roles))}]"]
    lines.append(f'  sha256: "{token.sha256}"')
    for key, instant in (("from", token.start), ("to", token.end)):
        if instant is not None:
            lines.append(f'  {key}: "{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"')
    if token.agency:
        lines.append(f'  agency: "{token.agency}"')
    if token.rate is not None:
        lines.append(f"  rate: {token.rate}")
    return "\n".join(lines) + "\n"


def read_tokens(file: Path) -> tuple[Token, ...]:
    """Raises `InputError` with every mistake of the file."""
    try:
        text = file.read_text(encoding="utf-8")
        loose = file.stat().st_mode & 0o002
    except (OSError, UnicodeDecodeError) as error:
        make = "make one: strategy tokens new --name NAME --role ROLE --file FILE"
        raise InputError(f"`{file}`", f"cannot be read ({error}); {make}") from error
    if loose:
        raise InputError(f"`{file}`", f"can be written by everybody; mend it: chmod o-w {file}")
    return parse_tokens(text, str(file))


def parse_tokens(text: str, name: str) -> tuple[Token, ...]:
    """`name` goes into errors. Raises `InputError` with every mistake and its line."""
    problems = Problems(name)
    root = parse(text, problems)
    tokens: list[Token] = []
    if isinstance(root, Listing):
        for item in root.items[:MOST_TOKENS]:
            token = _Entry(item, problems).token()
            tokens += [token] if token else []
            _agree(tokens, item, problems)
        if len(root.items) > MOST_TOKENS:
            what = f"{len(root.items)} tokens, at most {MOST_TOKENS}"
            _wrong(problems, root, what, "remove those that have ended")
    elif not isinstance(root, Hole):
        _wrong(problems, root, "must be a list of tokens", "begin each with `- name:`")
    if problems.found:
        raise InputError(name, "\n".join(map(str, problems.found)))
    return tuple(tokens)


def _agree(tokens: list[Token], item: Item, problems: Problems) -> None:
    """The newest token against those before it."""
    if not tokens:
        return
    *before, last = tokens
    if any(one.sha256 == last.sha256 for one in before):
        _wrong(problems, item, "the same token stands here twice", "remove one")
    for one in before:
        same = (one.roles, one.agency, one.rate) == (last.roles, last.agency, last.rate)
        if one.name == last.name and not same:
            what = f"`{last.name}` has other roles, agency or rate in another entry"
            _wrong(problems, item, what, "one name means one caller; say the same")
            return


def _wrong(problems: Problems, at: Item, what: str, remedy: str) -> None:
    found = Diagnostic(problems.file, at.line, at.column, "token", what, remedy)
    problems.take(found, at)


class _Entry:
    """One entry being read. What is wrong is added to `problems`; then there is no token."""

    def __init__(self, item: Item, problems: Problems) -> None:
        self._item, self._problems = item, problems
        self._found: dict[str, Item] = {}

    def token(self) -> Token | None:
        before = len(self._problems.found)
        if not isinstance(self._item, Table):
            self._wrong(self._item, "must be a mapping with `name`, `roles` and `sha256`")
            return None
        for key, value in self._item.entries:
            if key.value not in _KEYS:
                self._wrong(key, f"`{key.value}` is unknown", f"use {', '.join(_KEYS)}")
            self._found[str(key.value)] = value
        made = Token(
            name=self._word("name", _NAME, "letters, digits, `.`, `_`, `-`, at most 64"),
            roles=frozenset(self._roles()),
            sha256=self._word("sha256", _HASH, "64 hex digits, as `strategy tokens new` writes"),
            start=self._instant("from"),
            end=self._instant("to"),
            agency=self._agency(),
            rate=self._rate(),
        )
        if made.start and made.end and made.start >= made.end:
            self._wrong(self._found["to"], "`to` is not after `from`", "give a later instant")
        return made if len(self._problems.found) == before else None

    def _word(self, key: str, form: re.Pattern[str], what: str) -> str:
        match self._found.get(key):
            case Scalar(value=value) if form.fullmatch(str(value)):
                return str(value)
            case None:
                self._wrong(self._item, f"`{key}` is missing")
            case item:
                self._wrong(item, f"`{key}` must be {what}")
        return ""

    def _roles(self) -> Iterator[Role]:
        match self._found.get("roles"):
            case Listing(items=items) if items:
                for item in items:
                    if isinstance(item, Scalar) and item.value in tuple(Role):
                        yield Role(str(item.value))
                    else:
                        self._wrong(item, "is no role", f"use {', '.join(Role)}")
            case item:
                self._wrong(item or self._item, "`roles` must be a list such as [dialer]")

    def _instant(self, key: str) -> datetime | None:
        match self._found.get(key):
            case None:
                return None
            case Scalar(value=str(text)):
                with suppress(ValueError, OverflowError):
                    instant = datetime.fromisoformat(text)
                    if is_aware(instant):
                        return instant.astimezone(UTC)
        self._wrong(self._found[key], f"`{key}` is no instant", 'write "2027-11-25T00:00:00Z"')
        return None

    def _agency(self) -> str:
        match self._found.get("agency"):
            case None:
                return ""
            case Scalar(value=str(text)) if text and len(text) <= 128 and text.isprintable():
                return text
            case item:
                self._wrong(item, "`agency` must be a name of 1 to 128 characters")
        return ""

    def _rate(self) -> int | None:
        match self._found.get("rate"):
            case None:
                return None
            case Scalar(value=int(rate)) if 1 <= rate <= MOST_RATE and rate is not True:
                return rate
            case item:
                self._wrong(item, f"`rate` must be a whole number from 1 to {MOST_RATE}")
        return None

    def _wrong(self, at: Item, what: str, remedy: str = _MAKE) -> None:
        _wrong(self._problems, at, what, remedy)
