"""What callers were told, line by line: the other half of what the checker compares.

One JSON Lines file for each generating process, so that nothing is shared. Instants are whole
microseconds of the generator's own clock; generators on several machines need the same time.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import msgspec
from google.protobuf.message import Message


class Answered(msgspec.Struct, frozen=True, tag="answer"):
    """An answer to a request with an id. `sent` is when it was first asked, `digest` of the answer;
    `granted` is the permit's instant by the server's clock, 0 where there is no permit."""

    request_id: str
    sent: int
    received: int
    decision_id: str
    digest: str
    permit_id: str = ""
    granted: int = 0


class Reported(msgspec.Struct, frozen=True, tag="outcome"):
    """An outcome that the server acknowledged."""

    permit_id: str
    outcome: str
    sent: int
    received: int


class Recorded(msgspec.Struct, frozen=True, tag="event"):
    """An event that the server acknowledged."""

    event_id: str
    sent: int
    received: int


Line = Answered | Reported | Recorded
_decode = msgspec.json.Decoder(Line)


@dataclass
class Journal:
    """Appends to one file. A line is with the operating system before the caller goes on."""

    path: Path

    def __post_init__(self) -> None:
        self._file = self.path.open("ab", buffering=0)

    def write(self, line: Line) -> None:
        self._file.write(msgspec.json.encode(line) + b"\n")

    def close(self) -> None:
        self._file.close()


def read_journals(folder: Path) -> Iterator[Line]:
    """Every whole line of every journal in the folder; a line that is being written is left out."""
    for path in sorted(folder.glob("journal-*.jsonl")):
        whole, _, _ = path.read_bytes().rpartition(b"\n")
        yield from map(_decode.decode, whole.splitlines())


def digest(answer: Message) -> str:
    return sha256(answer.SerializeToString(deterministic=True)).hexdigest()


def now() -> int:
    return time.time_ns() // 1000
