"""HMAC-SHA256 with the publishing key: who holds it may change the rules of a running server."""

import hashlib
import hmac
from pathlib import Path

from strategy.errors import InputError

LEAST_KEY = 32
"""Bytes of a key, at least."""


def signature(what: bytes, key: bytes) -> str:
    """In hex. Raises `InputError` for a key that is too short."""
    if len(key) < LEAST_KEY:
        raise InputError("key", f"has {len(key)} bytes, needs {LEAST_KEY}")
    return hmac.new(key, what, hashlib.sha256).hexdigest()


def genuine(what: bytes, signed: str, key: bytes) -> bool:
    """Whether this was signed with this key. Takes as long for a near miss as for a far one."""
    return hmac.compare_digest(signature(what, key).encode(), signed.encode())


def rollback_text(from_hash: str, to_hash: str, by: str) -> bytes:
    """What is signed to go back to an earlier rulebook."""
    return "\n".join(("rollback", from_hash, to_hash, by)).encode()


def read_key(file: Path) -> bytes:
    """A key as `strategy rules key` writes it. Raises `InputError`."""
    try:
        key = bytes.fromhex(file.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise InputError(f"`{file}`", "is no key; make one: strategy rules key FILE") from error
    if len(key) < LEAST_KEY:
        raise InputError(f"`{file}`", f"holds {len(key)} bytes, a key has at least {LEAST_KEY}")
    return key
