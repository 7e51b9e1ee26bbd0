"""A CSV or Parquet file through a mapping into a book. Every row read is accounted for."""

import difflib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from strategy.domain.account import Account
from strategy.domain.book import Book
from strategy.domain.local_time import local_day
from strategy.domain.party import Party
from strategy.errors import InputError
from strategy.portfolio.fillers import FILLED, fill_accounts, fill_histories, fill_parties
from strategy.portfolio.import_attempts import AttemptReader, AttemptsRead
from strategy.portfolio.import_row import Draft, RowReader
from strategy.portfolio.mapping import Mapping
from strategy.portfolio.rejects import Reject
from strategy.portfolio.source import Source, open_source


@dataclass(frozen=True)
class Imported:
    """`read` rows = accounts in the book + `filtered` + `rejected`. `attempts` counts the rows of
    the file of past attempts, if there is one. `rejects` has a line for every fault of both, so it
    can be longer than the rows rejected. `notes` announce what is simulated."""

    book: Book
    notes: tuple[str, ...]
    read: int
    filtered: int
    rejected: int
    rejects: tuple[Reject, ...]
    attempts: AttemptsRead | None = None


@dataclass
class _Tally:
    read: int = 0
    filtered: int = 0
    rejected: int = 0
    rejects: list[Reject] = field(default_factory=list)
    accounts: dict[str, Account] = field(default_factory=dict)
    parties: dict[str, Party] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    """Line on which each account was read."""
    left_out: dict[str, str] = field(default_factory=dict)
    """The party of each account that was filtered or rejected."""
    below_zero: Counter[str] = field(default_factory=Counter)

    def reject(self, *rejects: Reject) -> None:
        self.rejected += 1
        self.rejects += rejects


def import_portfolio(
    source: Path,
    mapping: Mapping,
    as_of: datetime,
    seed: int,
    on_row: Callable[[int], None] = lambda _: None,
    attempts: Path | None = None,
) -> Imported:
    """Reads the accounts of `source`, and their past from `attempts`, as of a UTC instant; `seed`
    drives the fillers. `on_row` is called with the number of each row.

    Raises `InputError` when a file as a whole cannot be read. Rows that cannot be read are
    rejected, not raised.
    """
    if bool(mapping.attempts) is not (attempts is not None):
        what = "the mapping's `attempts` and the file of --attempts need each other"
        raise InputError("attempts", what)
    opened = _open(source, mapping.columns())
    tally = _read_all(opened, RowReader(mapping, source.name, as_of), on_row)
    accounts = fill_accounts(
        list(tally.accounts.values()), mapping.fill, local_day(as_of, mapping.zone)
    )
    parties = fill_parties(list(tally.parties.values()), mapping.fill, seed, as_of, mapping.zone)
    histories = fill_histories(parties, accounts, mapping.fill, seed, as_of, mapping.zone)
    book = Book(as_of, mapping.zone, parties, {a.id: a for a in accounts}, histories)
    notes, past = _notes(mapping, seed, tally.below_zero), None
    if attempts is not None:
        rows = _open(attempts, mapping.attempt_columns()).rows
        reader = AttemptReader(attempts.name, mapping.attempts, book, tally.left_out)
        past = reader.read(rows, on_row)
        book, notes = past.into(book), (*notes, *_unsure(past))
    return Imported(
        book,
        notes,
        tally.read,
        tally.filtered,
        tally.rejected,
        (*tally.rejects, *(past.rejects if past else ())),
        past,
    )


def _open(path: Path, columns: dict[str, str]) -> Source:
    source = open_source(path, list(columns))
    missing = []
    for column, place in columns.items():
        if column not in source.columns:
            close = difflib.get_close_matches(column, source.columns, 1)
            hint = f": did you mean `{close[0]}`?" if close else ""
            missing.append(f"{place}: `{path.name}` has no column `{column}`{hint}")
    if missing:
        raise InputError(str(path), "; ".join(missing))
    return source


def _read_all(source: Source, reader: RowReader, on_row: Callable[[int], None]) -> _Tally:
    tally = _Tally()
    for row in source.rows:
        tally.read += 1
        on_row(tally.read)
        if row.fault is not None:
            tally.reject(Reject(reader.file, row.line, "", "", row.fault))
            continue
        kept = reader.keeps(row)
        if isinstance(kept, Reject):
            tally.reject(kept)
        elif not kept:
            tally.filtered += 1
        else:
            draft = reader.read(row)
            faults = draft if isinstance(draft, list) else _add(tally, draft, row.line, reader)
            if not faults:
                continue
            tally.reject(*faults)
        account_id, party_id = reader.ids(row)
        if party_id:
            tally.left_out[account_id] = party_id
    return tally


def _add(tally: _Tally, draft: Draft, line: int, reader: RowReader) -> list[Reject]:
    """Takes the account, unless its id is there already or its party is told differently."""
    account, party, fields = draft.account, draft.party, reader.mapping.fields
    first = tally.lines.get(account.id)
    if first is not None:
        column, what = fields["account_id"].column or "", f"is there already, on line {first}"
        return [Reject(reader.file, line, column, account.id, what)]
    known = tally.parties.setdefault(party.id, party)
    if known != party:
        column = fields["party_id"].column or ""
        what = "is told differently on an earlier line (party fields)"
        return [Reject(reader.file, line, column, party.id, what)]
    tally.accounts[account.id] = account
    tally.lines[account.id] = line
    tally.below_zero.update(draft.below_zero)
    return []


def _unsure(past: AttemptsRead) -> list[str]:
    if not past.unsure:
        return []
    return [
        f"history unknown: {len(past.unsure)} people, because a past attempt was rejected; what "
        "counts attempts refuses them"
    ]


def _notes(mapping: Mapping, seed: int, below_zero: Counter[str]) -> tuple[str, ...]:
    simulated = [
        f"simulated: {FILLED[name]} (seed {seed}; rates in docs/sample-portfolio.md)"
        for name in mapping.fill
    ]
    zeroed = [
        f"`{name}`: {count} accounts had a negative value, taken as 0 (`below_zero: zero`)"
        for name, count in below_zero.items()
    ]
    late = mapping.fields["due_date"]
    months = (
        ["assumption: k months late is 30k days past due"] if late.unit == "months_late" else []
    )
    return (*mapping.notes, *months, *zeroed, *simulated)
