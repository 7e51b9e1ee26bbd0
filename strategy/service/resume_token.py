"""Where a list of work goes on, as an opaque text. The server remembers nothing, so a token is good
after a restart."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import msgspec

from strategy.domain.channel import Channel
from strategy.plans import WorkPlace

_MOST_CHARACTERS = 1024


@dataclass(frozen=True, slots=True)
class _Token:
    question: str
    place: WorkPlace


def token_of(question: str, place: WorkPlace) -> str:
    return urlsafe_b64encode(msgspec.json.encode(_Token(question, place))).decode()


def place_of(token: str, question: str) -> WorkPlace:
    """Raises `ValueError` that says what is wrong with it."""
    if len(token) > _MOST_CHARACTERS:
        raise ValueError("is no token that this service gave")
    try:
        read = msgspec.json.decode(urlsafe_b64decode(token.encode()), type=_Token)
    except (ValueError, binascii.Error, msgspec.DecodeError):
        raise ValueError("is no token that this service gave") from None
    if read.place.slot_start.tzinfo is None:
        raise ValueError("is no token that this service gave")
    if read.question != question:
        raise ValueError("was given for another `channel`, `from` or `to`")
    return read.place


def question_of(channel: Channel | None, start: datetime | None, end: datetime | None) -> str:
    """Names the other fields of the request, so that a token is not used with others."""
    return sha256(msgspec.json.encode([channel, start, end])).hexdigest()[:16]
