"""Whom a load test contacts: one line an account, in a seeded order."""

import csv
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from strategy.domain.book import Book
from strategy.domain.contact_point import ContactKind, Owner


class Item(NamedTuple):
    """An attempt somebody could make."""

    account_id: str
    party_id: str
    contact_point_id: str
    channel: str
    script: str


_CALLS = (("robot_call", "robot-gentle"), ("agent_call", "agent-solution"))


def items_of(book: Book, chance: random.Random) -> dict[str, list[Item]]:
    """Calls to the debtor's own mobiles, by person; of those who have one."""
    found: dict[str, list[Item]] = {}
    for account in book.accounts.values():
        points = [
            point.id
            for point in book.parties[account.party_id].contact_points
            if point.valid and point.owner is Owner.DEBTOR and point.kind is ContactKind.MOBILE
        ]
        if points:
            items = found.setdefault(account.party_id, [])
            items.append(Item(account.id, account.party_id, points[0], *chance.choice(_CALLS)))
    return found


def write_items(path: Path, items: Iterable[Item]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(items)


def read_items(path: Path) -> Iterator[Item]:
    """Line by line, and from the first again after the last."""
    while True:
        with path.open(encoding="utf-8", newline="") as file:
            yield from (Item(*row) for row in csv.reader(file))
