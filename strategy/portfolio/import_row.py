"""One row of a source file through the mapping: kept or filtered, an account with its party, or
every reason why not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from strategy.domain.account import Account, Product
from strategy.domain.channel import Channel
from strategy.domain.contact_point import ContactKind, ContactPoint, Owner
from strategy.domain.local_time import local_day
from strategy.domain.party import Consent, Party, Wish
from strategy.portfolio import values
from strategy.portfolio.attribute import attribute
from strategy.portfolio.cells import Cells
from strategy.portfolio.mapping import Keep, Mapping, Take
from strategy.portfolio.rejects import Reject
from strategy.portfolio.source import SourceRow
from strategy.rules.catalogue import Field, FieldKind


@dataclass(frozen=True, slots=True)
class Draft:
    """An account and its party as far as the source knows them. `below_zero` fields were negative
    and taken as 0 by the mapping's rule. Fields to be filled are empty or 0."""

    account: Account
    party: Party
    below_zero: tuple[str, ...]


class RowReader:
    """Reads rows of the file called `file` for a portfolio as of a UTC instant."""

    def __init__(self, mapping: Mapping, file: str, as_of: datetime) -> None:
        self.mapping, self.file = mapping, file
        self._as_of, self._today = as_of, local_day(as_of, mapping.zone)

    def keeps(self, row: SourceRow) -> bool | Reject:
        """Whether the filter keeps a row; a reject when its value cannot be compared."""
        keep = self.mapping.keep
        if keep is None:
            return True
        text = row.values[keep.column].strip()
        try:
            return _within(text, keep)
        except ValueError as error:
            return Reject(self.file, row.line, keep.column, text, str(error))

    def ids(self, row: SourceRow) -> tuple[str, str]:
        """Account and party of a row, whatever else is wrong with it; empty where unreadable."""
        cells = Cells(self.file, row, self.mapping.fields)
        return cells.text("account_id"), cells.text("party_id")

    def read(self, row: SourceRow) -> Draft | list[Reject]:
        """A draft, or every fault of the row."""
        cells = Cells(self.file, row, self.mapping.fields)
        below_zero: list[str] = []
        account_id = cells.text("account_id")
        party = self._party(cells)
        product = cells.get("product", lambda text, _: values.word(text, Product))
        balance = cells.get("balance", _money("balance", below_zero))
        overdue = cells.get("overdue", _money("overdue", below_zero))
        due = cells.get(
            "due_date", lambda text, t: values.due_date(text, t.unit or "", self._today)
        )
        attributes = self._attributes(row, cells.faults, below_zero)
        if cells.faults or product is None or balance is None or due is None:
            return cells.faults
        account = Account(
            account_id,
            party.id,
            product,
            self.mapping.currency,
            balance,
            overdue or 0,
            due,
            attributes,
        )
        return Draft(account, party, tuple(below_zero))

    def _attributes(
        self, row: SourceRow, faults: list[Reject], below_zero: list[str]
    ) -> dict[str, int | bool | str]:
        """Declared fields; what is empty is missing, as rules understand it."""
        cells = Cells(self.file, row, self.mapping.attributes, faults)
        found: dict[str, int | bool | str] = {}
        for name in self.mapping.attributes:
            field = self.mapping.declared[name]
            money = field.kind is FieldKind.MONEY
            convert = _money(name, below_zero) if money else _declared(field)
            value = cells.get(name, convert, optional=True)
            if value is not None:
                found[name] = value
        return found

    def _party(self, cells: Cells) -> Party:
        party_id, zone = cells.text("party_id"), self.mapping.zone
        return Party(
            party_id,
            cells.text("jurisdiction"),
            cells.get("zones", lambda text, _: values.zones(text), optional=True) or (),
            cells.text("language"),
            tuple(_points(cells, party_id)),
            tuple(self._consents(cells)),
            cells.get(
                "history_from",
                lambda text, _: values.history_start(text, zone, self._as_of),
                optional=True,
            ),
            tuple(self._wishes(cells)),
        )

    def _consents(self, cells: Cells) -> Iterator[Consent]:
        for channel in Channel:
            name = f"consent_{channel.value}"
            if cells.get(name, lambda text, _: values.yes_or_no(text), optional=True):
                yield Consent(channel, self._as_of)

    def _wishes(self, cells: Cells) -> Iterator[Wish]:
        """One wish for each column: put together they would ask for less."""
        zone = self.mapping.zone
        until = cells.get("unwanted_until", lambda text, _: values.until(text, zone), optional=True)
        windows = cells.get("unwanted_hours", lambda text, _: values.windows(text), optional=True)
        channels = cells.get(
            "unwanted_channels", lambda text, _: values.words(text, Channel), optional=True
        )
        kinds = cells.get(
            "unwanted_kinds", lambda text, _: values.words(text, ContactKind), optional=True
        )
        if windows:
            yield Wish(windows=windows, until=until)
        if channels:
            yield Wish(channels=channels, until=until)
        if kinds:
            yield Wish(kinds=kinds, until=until)


def _points(cells: Cells, party_id: str) -> Iterator[ContactPoint]:
    for kind in ContactKind:
        address = cells.get(kind.value, lambda text, _: text, optional=True)
        if address is not None:
            point_id = f"{party_id}-{kind.value}"
            yield ContactPoint(point_id, party_id, kind, Owner.DEBTOR, address)


def _declared(field: Field) -> Callable[[str, Take], int | bool | str]:
    return lambda text, _: attribute(field, text)


def _money(name: str, below_zero: list[str]) -> Callable[[str, Take], int]:
    def read(text: str, take: Take) -> int:
        amount = values.cents(text, take.unit or "")
        if amount < 0:
            if not take.zero_below:
                raise ValueError("is negative: if that means nothing owed, say `below_zero`")
            below_zero.append(name)
        return max(amount, 0)

    return read


def _within(text: str, keep: Keep) -> bool:
    if keep.among is not None:
        return text in keep.among
    number = values.whole(text)
    return (keep.ge is None or keep.ge <= number) and (keep.le is None or number <= keep.le)
