"""The file of past attempts, read against the people and accounts just imported.

Caps count the past, so an attempt that is lost must not make room for another: whoever a rejected
row may concern has no known history afterwards, and then nothing that counts is permitted.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from strategy.domain.attempt import Attempt, Purpose
from strategy.domain.book import Book
from strategy.domain.channel import Channel
from strategy.domain.history import History
from strategy.domain.outcome import Outcome
from strategy.domain.party import Party
from strategy.portfolio import values
from strategy.portfolio.cells import Cells
from strategy.portfolio.mapping import Take
from strategy.portfolio.rejects import Reject
from strategy.portfolio.source import SourceRow


@dataclass
class AttemptsRead:
    """`read` rows = attempts of the histories + `filtered` + `rejected`. `unsure` are parties whose
    history is not whole."""

    read: int = 0
    filtered: int = 0
    rejected: int = 0
    rejects: list[Reject] = field(default_factory=list)
    attempts: dict[str, Attempt] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)

    def into(self, book: Book) -> Book:
        """The book with these attempts, oldest first."""
        by_party: dict[str, list[Attempt]] = defaultdict(list)
        for attempt in sorted(self.attempts.values(), key=lambda a: a.at):
            by_party[attempt.party_id].append(attempt)
        parties = {
            i: replace(party, history_from=None) if i in self.unsure else party
            for i, party in book.parties.items()
        }
        histories = {i: History(tuple(attempts)) for i, attempts in by_party.items()}
        return replace(book, parties=parties, histories=histories)


@dataclass(frozen=True)
class AttemptReader:
    """Reads rows of the file called `file`. `left_out` are accounts that were filtered or rejected,
    with their parties."""

    file: str
    takes: Mapping[str, Take]
    book: Book
    left_out: Mapping[str, str]

    def read(self, rows: Iterable[SourceRow], on_row: Callable[[int], None]) -> AttemptsRead:
        done, lines = AttemptsRead(), dict[str, int]()
        for row in rows:
            done.read += 1
            on_row(done.read)
            cells = Cells(self.file, row, self.takes)
            if row.fault is not None:
                cells.faults.append(Reject(self.file, row.line, "", "", row.fault))
                self._reject(done, cells, self.book.parties)
                continue
            account_id = cells.text("account_id")
            account = self.book.accounts.get(account_id)
            if account is None:
                self._elsewhere(done, cells, account_id)
                continue
            attempt = self._attempt(cells, self.book.parties[account.party_id], account_id)
            if attempt is not None and attempt.id in lines:
                told = f"is there already, on line {lines[attempt.id]}"
                cells.faults.append(self._fault(cells, "attempt_id", attempt.id, told))
            if attempt is None or cells.faults:
                self._reject(done, cells, [account.party_id])
            else:
                done.attempts[attempt.id] = attempt
                lines[attempt.id] = row.line
        return done

    def _elsewhere(self, done: AttemptsRead, cells: Cells, account_id: str) -> None:
        """A row about an account that was not imported."""
        if cells.faults:  # nobody can say whose it is
            self._reject(done, cells, self.book.parties)
            return
        party_id = self.left_out.get(account_id)
        if party_id is not None and party_id not in self.book.parties:
            done.filtered += 1
            return
        what = "is no account of the accounts file"
        if party_id is not None:
            what = f"was not imported, but its person `{party_id}` was: import it too"
        cells.faults.append(self._fault(cells, "account_id", account_id, what))
        self._reject(done, cells, [party_id] if party_id is not None else [])

    def _attempt(self, cells: Cells, party: Party, account_id: str) -> Attempt | None:
        attempt_id = cells.text("attempt_id")
        point = cells.get("contact_point", lambda text, _: _point_of(party, text))
        channel = cells.get("channel", lambda text, _: values.word(text, Channel))
        at = cells.get("at", lambda text, _: self._past(text))
        outcome = cells.get("outcome", lambda text, _: values.word(text, Outcome), optional=True)
        purpose = cells.get("purpose", lambda text, _: values.word(text, Purpose), optional=True)
        agency = cells.get("agency", lambda text, _: values.name(text), optional=True)
        if point is None or channel is None or at is None:
            return None
        return Attempt(
            attempt_id,
            party.id,
            account_id,
            point,
            channel,
            at,
            outcome or Outcome.UNKNOWN,
            purpose or Purpose.COLLECTION,
            agency or "",
        )

    def _past(self, text: str) -> datetime:
        at = values.instant(text, self.book.zone)
        if at > self.book.as_of:
            raise ValueError("is after the portfolio's own instant")
        return at

    def _fault(self, cells: Cells, name: str, value: str, what: str) -> Reject:
        return Reject(self.file, cells.row.line, self.takes[name].column or "", value, what)

    def _reject(self, done: AttemptsRead, cells: Cells, whose: Iterable[str]) -> None:
        done.rejected += 1
        done.rejects += cells.faults
        done.unsure.update(whose)


def _point_of(party: Party, text: str) -> str:
    """The id of a contact point told by its number or address, or by its kind."""
    for point in party.contact_points:
        if text in (point.address, point.kind):
            return point.id
    raise ValueError("is no contact point of this person, by its number or kind")
