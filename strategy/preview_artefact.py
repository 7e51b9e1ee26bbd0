"""The signed file of a preview: what was seen, and exactly the rules that were seen."""

import hashlib
import hmac
from collections.abc import Sequence

import msgspec

from strategy.errors import InputError
from strategy.preview import Preview
from strategy.rules.source import RuleFile

LEAST_KEY = 32
"""Bytes of a signing key, at least."""


class Artefact(msgspec.Struct, frozen=True):
    """`signature` is HMAC-SHA256 in hex over everything else."""

    preview: Preview
    files: tuple[RuleFile, ...]
    signature: str = ""


def sign(preview: Preview, files: Sequence[RuleFile], key: bytes) -> bytes:
    """The artefact as JSON. Raises `InputError` for a key that is too short."""
    unsigned = Artefact(preview, tuple(files))
    return msgspec.json.encode(msgspec.structs.replace(unsigned, signature=_mac(unsigned, key)))


def verified(data: bytes, key: bytes) -> Artefact:
    """The artefact, if it is whole and was signed with this key. Raises `InputError`."""
    try:
        artefact = msgspec.json.decode(data, type=Artefact)
    except msgspec.MsgspecError as error:
        raise InputError("preview", f"is no preview artefact: {error}") from error
    unsigned = msgspec.structs.replace(artefact, signature="")
    if not hmac.compare_digest(_mac(unsigned, key), artefact.signature):
        raise InputError("preview", "was changed after it was signed, or signed with another key")
    return artefact


def _mac(artefact: Artefact, key: bytes) -> str:
    if len(key) < LEAST_KEY:
        raise InputError("key", f"has {len(key)} bytes, needs {LEAST_KEY}")
    return hmac.new(key, msgspec.json.encode(artefact, order="sorted"), hashlib.sha256).hexdigest()
