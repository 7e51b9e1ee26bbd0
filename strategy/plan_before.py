"""The plan that another one is made from, and what is fixed of it: read from files."""

import csv
import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

import msgspec

from strategy.domain.before import Before
from strategy.domain.book import Book
from strategy.domain.capacity import Capacity
from strategy.domain.capacity_prices import CapacityPrices
from strategy.domain.channel import Channel
from strategy.domain.contact_plan import Assignment
from strategy.domain.instant import parse_instant
from strategy.errors import InputError
from strategy.plan_table import read_table

SEVERAL = "is a plan of several touches of a person, which are planned anew"

COLUMNS = ("account_id", "channel", "slot_start", "script")


def read_before(
    folder: Path, capacity: Capacity, *, most_changed: float, change_cents: int
) -> tuple[Before, str]:
    """The plan in a folder, for the same day, and its SHA-256. Its inputs may have changed since.

    Raises `InputError` where it is no plan, one of another day, or one of several touches.
    """
    assignments = read_table(folder / "assignments.parquet")
    try:
        prices = json.loads((folder / "plan.json").read_text(encoding="utf-8"))["prices_cents"]
        known = msgspec.convert(prices, CapacityPrices)
    except (OSError, ValueError, KeyError) as error:
        what = f"is not a folder written by `strategy plan`: {error}"
        raise InputError(str(folder), what) from error
    if any(a.slot not in capacity.slots for a in assignments):
        raise InputError(str(folder), "is a plan of another day than `--at`, or of other hours")
    if any(a.touch > 1 for a in assignments):
        raise InputError(str(folder), SEVERAL)
    sha = sha256((folder / "assignments.parquet").read_bytes())
    sha.update(json.dumps(prices, sort_keys=True).encode())
    before = Before(assignments, known, most_changed=most_changed, change_cents=change_cents)
    return before, sha.hexdigest()


def read_pins(
    path: Path, book: Book, capacity: Capacity, before: Before
) -> tuple[tuple[Assignment, ...], str]:
    """Treatments that stay, and the SHA-256 of the file. Raises as `parse_pins`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(path), f"cannot be read: {error}") from error
    pins = parse_pins(text, str(path), book, capacity, before)
    return pins, sha256(text.encode()).hexdigest()


def parse_pins(
    text: str, name: str, book: Book, capacity: Capacity, before: Before
) -> tuple[Assignment, ...]:
    """CSV with the columns `account_id`, `channel`, `slot_start`, `script`; a row with only an
    account keeps what the plan before has for it. Raises `InputError` with every bad row.
    """
    reader = csv.DictReader(text.splitlines())
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise InputError(f"{name}:1", f"must have the columns {', '.join(COLUMNS)}")
    planned = {a.account_id: a for a in before.assignments}
    pins: dict[str, Assignment] = {}
    faults = []
    for line, row in enumerate(reader, 2):
        try:
            pin = _pin(row, book, capacity, planned)
        except ValueError as error:
            faults.append(f"line {line}: {error}")
            continue
        if pin.party_id in pins:
            faults.append(f"line {line}: the person `{pin.party_id}` is fixed above already")
        pins[pin.party_id] = pin
    if faults:
        raise InputError(name, "; ".join(faults))
    return tuple(pins.values())


def _pin(
    row: Mapping[str, str | None],
    book: Book,
    capacity: Capacity,
    planned: Mapping[str, Assignment],
) -> Assignment:
    account_id, *treatment = _words(row)
    account = book.accounts.get(account_id)
    if account is None:
        raise ValueError(f"the portfolio has no account `{account_id}`")
    if not any(treatment):
        if account_id not in planned:
            raise ValueError(f"the plan before does not contact account `{account_id}`")
        return planned[account_id]
    channel, start, script = treatment
    if channel not in {c.value for c in capacity.attempts}:
        raise ValueError(f"`{channel}` is no channel of the capacity file")
    try:
        instant = parse_instant(start, "slot_start")
    except InputError as error:
        raise ValueError(str(error)) from error
    slot = next((slot for slot in capacity.slots if slot.start == instant), None)
    if slot is None:
        raise ValueError(f"no half hour of the plan starts at `{start}`")
    return Assignment(account_id, account.party_id, "", Channel(channel), slot, script, 0, 0)


def _words(row: Mapping[str, str | None]) -> Iterator[str]:
    yield from ((row[column] or "").strip() for column in COLUMNS)
