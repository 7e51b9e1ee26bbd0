"""A decision's record as it lies on the disk.

The rules that fired are half of a record's text and the same for most decisions, so each set of
them is stored once, under its hash, and the digest of a record covers that hash.
"""

from dataclasses import dataclass, fields
from hashlib import sha256
from operator import attrgetter
from zlib import decompress

import msgspec

from strategy.domain.decision_record import DecisionRecord
from strategy.domain.reason import RuleRef

_record = msgspec.json.Decoder(DecisionRecord)
_PARTS = tuple(field.name for field in fields(DecisionRecord) if field.name != "fired")
_parts_of = attrgetter(*_PARTS)


@dataclass(frozen=True, slots=True)
class FiredRules:
    """A set of rules as JSON, and its SHA-256."""

    body: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """JSON without `fired`. The salt keeps its digest from being guessed.

    `fired` None: of a record made before these were stored apart; it holds them and is compressed.
    """

    party_id: str
    salt: bytes
    body: bytes
    fired: FiredRules | None

    @property
    def digest(self) -> str:
        rules = b"" if self.fired is None else self.fired.hash
        return sha256(self.salt + self.party_id.encode() + b"\n" + rules + self.body).hexdigest()

    def decode(self) -> DecisionRecord:
        """Raises `ValueError` where the bytes are no record."""
        try:
            if self.fired is None:
                return _record.decode(decompress(self.body))
            return _record.decode(b'{"fired":' + self.fired.body + b"," + self.body[1:])
        except Exception as error:
            raise ValueError(f"no record can be read from it: {error}") from error


def stored_record(record: DecisionRecord, party_id: str, salt: bytes) -> StoredRecord:
    body = msgspec.json.encode(dict(zip(_PARTS, _parts_of(record), strict=True)))
    return StoredRecord(party_id, salt, body, _encoded(record.fired))


MOST_REMEMBERED = 4096
_remembered: dict[int, tuple[tuple[RuleRef, ...], FiredRules]] = {}
"""By identity: verdicts of the same fired rules share one tuple, and hashing it costs more."""


def _encoded(fired: tuple[RuleRef, ...]) -> FiredRules:
    found = _remembered.get(id(fired))
    if found is None:
        if len(_remembered) >= MOST_REMEMBERED:
            _remembered.clear()
        # Keeps the tuple as well, so that no other can take its identity.
        found = _remembered[id(fired)] = fired, fired_rules(msgspec.json.encode(fired))
    return found[1]


def fired_rules(body: bytes) -> FiredRules:
    return FiredRules(body, sha256(body).digest())
