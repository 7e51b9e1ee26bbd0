"""Walks the audit chain and finds the first entry or record that does not fit."""

from dataclasses import dataclass, field

from strategy.audit.walk import pages
from strategy.domain.audit_entry import BEFORE_THE_FIRST, AuditEntry, EntryKind, link
from strategy.ledger.audit import StoredEntry
from strategy.ledger.ledger import Reader


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found. `fault` names the first place that does not fit; None: everything fits.

    `removed` counts records that are gone and that an entry says are; `before` decisions made
    before there was a chain, which nothing guards. `head` is the hash of the last entry, in hex.
    """

    entries: int
    removed: int
    before: int
    head: str
    fault: str | None


def verify(ledger: Reader, anchor: tuple[int, str] | None = None) -> Verified:
    """Walk the chain from its beginning.

    `anchor` is a place (number, hash in hex) noted down earlier: only a note kept elsewhere shows
    that the whole chain was not written anew.
    """
    before = ledger.read(lambda tx: tx.audit.before_the_chain())
    walk = _Walk(anchor)
    for page, head in pages(ledger):
        for entry in page:
            walk.step(entry)
        if not page:
            walk.end(head)
    for number in ledger.read(lambda tx: list(tx.audit.strays())):
        walk.fault(number, f"there is a record {number} but no entry {number}")
    first = min(walk.faults, default=None)
    return Verified(walk.number, walk.removed, before, walk.hash.hex(), first and first[1])


@dataclass
class _Walk:
    """How far the walk is: number and hash of the last entry, and records not yet accounted for."""

    anchor: tuple[int, str] | None
    number: int = 0
    hash: bytes = BEFORE_THE_FIRST
    removed: int = 0
    faults: list[tuple[int, str]] = field(default_factory=list)
    _gone: set[int] = field(default_factory=set)

    def fault(self, number: int, what: str) -> None:
        self.faults.append((number, what))

    def step(self, stored: StoredEntry) -> None:
        if self.faults:  # what follows a break cannot be judged
            return
        place, found = self.number + 1, stored.number
        if found != place:
            self.fault(place, f"entry {place} is missing; the next one is {found}")
            return
        if link(self.hash, stored.body) != stored.hash:
            self.fault(place, f"entry {place} (`{stored.id}`) does not follow the one before it")
            return
        self.number, self.hash = place, stored.hash
        if self.anchor is not None and self.anchor[0] == place:
            if self.anchor[1] != stored.hash.hex():
                self.fault(place, f"entry {place} is not the one that was noted down")
            self.anchor = None
        self._content(place, stored)

    def end(self, head: tuple[int, bytes]) -> None:
        """`head` is what the ledger says its last entry is."""
        for number in self._gone:
            self.fault(number, f"the record of entry {number} is gone, and no entry removed it")
        if self.faults:
            return
        if (self.number, self.hash) != head:
            self.fault(
                self.number + 1,
                f"the ledger says its last entry is {head[0]} with hash"
                f" {head[1].hex()[:12]}; the entries end at {self.number}",
            )
        elif self.anchor is not None:
            self.fault(self.number + 1, f"there is no entry {self.anchor[0]}")

    def _content(self, place: int, stored: StoredEntry) -> None:
        try:
            entry = stored.decode()
        except ValueError as error:
            self.fault(place, f"entry {place}: {error}")
            return
        if entry.id != stored.id:
            self.fault(place, f"entry {place} is of `{entry.id}`, its row says `{stored.id}`")
        elif entry.kind is EntryKind.DECISION:
            self._decision(place, stored, entry)
        elif stored.record is not None:
            self.fault(place, f"entry {place} decides nothing, yet there is a record of it")
        else:
            self._removal(entry)

    def _decision(self, place: int, stored: StoredEntry, entry: AuditEntry) -> None:
        if stored.record is None:
            self._gone.add(place)
        elif stored.record.digest != entry.digest:
            self.fault(place, f"the record of entry {place} (`{entry.id}`) was changed")

    def _removal(self, entry: AuditEntry) -> None:
        for first, last in entry.removed:
            told = {n for n in self._gone if first <= n <= last}
            self.removed += len(told)
            self._gone -= told
