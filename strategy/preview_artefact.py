"""The signed file of a preview: what was seen, and exactly the rules that were seen."""

from collections.abc import Sequence

import msgspec

from strategy.errors import InputError
from strategy.preview import Preview
from strategy.rules.source import RuleFile
from strategy.signing import genuine, signature


class Artefact(msgspec.Struct, frozen=True):
    """`signature` is HMAC-SHA256 in hex over everything else."""

    preview: Preview
    files: tuple[RuleFile, ...]
    signature: str = ""


def sign(preview: Preview, files: Sequence[RuleFile], key: bytes) -> bytes:
    """The artefact as JSON. Raises `InputError` for a key that is too short."""
    unsigned = Artefact(preview, tuple(files))
    return msgspec.json.encode(
        msgspec.structs.replace(unsigned, signature=signature(_body(unsigned), key))
    )


def verified(data: bytes, key: bytes) -> Artefact:
    """The artefact, if it is whole and was signed with this key. Raises `InputError`."""
    try:
        artefact = msgspec.json.decode(data, type=Artefact)
    except msgspec.MsgspecError as error:
        raise InputError("preview", f"is no preview artefact: {error}") from error
    unsigned = msgspec.structs.replace(artefact, signature="")
    if not genuine(_body(unsigned), artefact.signature, key):
        raise InputError("preview", "was changed after it was signed, or signed with another key")
    return artefact


def _body(unsigned: Artefact) -> bytes:
    return msgspec.json.encode(unsigned, order="sorted")
