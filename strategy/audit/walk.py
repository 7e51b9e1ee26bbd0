"""The audit chain page by page. No page holds up the server, which goes on writing."""

from collections.abc import Iterator

from strategy.ledger.audit import StoredEntry
from strategy.ledger.ledger import Reader
from strategy.ledger.transaction import Transaction

_PAGE = 1000


def pages(ledger: Reader) -> Iterator[tuple[list[StoredEntry], tuple[int, bytes]]]:
    """All entries there are, in order, each page with the head at its moment; the last is empty."""
    after = 0

    def read(tx: Transaction) -> tuple[list[StoredEntry], tuple[int, bytes]]:
        return tx.audit.stored(after, _PAGE), tx.audit.head()

    while True:
        page, head = ledger.read(read)
        yield page, head
        if not page:
            return
        after = page[-1].number


def entries(ledger: Reader) -> Iterator[StoredEntry]:
    """All entries there are, in order."""
    for page, _ in pages(ledger):
        yield from page
