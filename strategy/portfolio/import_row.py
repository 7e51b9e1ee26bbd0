"""One row of a source file through the mapping: kept or filtered, an account with its party, or
every reason why not."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from strategy.domain.account import Account, Product
from strategy.domain.channel import Channel
from strategy.domain.contact_point import ContactKind, ContactPoint, Owner
from strategy.domain.local_time import local_day
from strategy.domain.party import Consent, Party
from strategy.errors import InputError
from strategy.portfolio import values
from strategy.portfolio.mapping import Keep, Mapping, Take
from strategy.portfolio.rejects import Reject
from strategy.portfolio.source import SourceRow

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Draft:
    """An account and its party as far as the source knows them. `below_zero` fields were negative
    and taken as 0 by the mapping's rule. Fields to be filled are empty or 0."""

    account: Account
    party: Party
    below_zero: tuple[str, ...]


@dataclass
class RowReader:
    """Reads rows for a portfolio as of a UTC instant. Not to be shared between threads."""

    mapping: Mapping
    as_of: datetime

    def __post_init__(self) -> None:
        self._today = local_day(self.as_of, self.mapping.zone)
        self._faults: list[Reject] = []
        self._below_zero: list[str] = []

    def keeps(self, row: SourceRow) -> bool | Reject:
        """Whether the filter keeps a row; a reject when its value cannot be compared."""
        keep = self.mapping.keep
        if keep is None:
            return True
        text = row.values[keep.column].strip()
        try:
            return _within(text, keep)
        except ValueError as error:
            return Reject(row.line, keep.column, text, str(error))

    def read(self, row: SourceRow) -> Draft | list[Reject]:
        """A draft, or every fault of the row."""
        self._faults, self._below_zero = [], []
        account_id = self._text(row, "account_id")
        party = self._party(row)
        product = self._get(row, "product", lambda text, _: _product(text))
        balance = self._get(row, "balance", self._money("balance"))
        overdue = self._get(row, "overdue", self._money("overdue"))
        due = self._get(row, "due_date", lambda text, take: self._due(text, take))
        if self._faults or product is None or balance is None or due is None:
            return self._faults
        account = Account(
            account_id, party.id, product, self.mapping.currency, balance, overdue or 0, due
        )
        return Draft(account, party, tuple(self._below_zero))

    def _party(self, row: SourceRow) -> Party:
        party_id = self._text(row, "party_id")
        consents = []
        for channel in Channel:
            name = f"consent_{channel.value}"
            if self._get(row, name, lambda text, _: values.yes_or_no(text), optional=True):
                consents.append(Consent(channel, self.as_of))
        return Party(
            party_id,
            self._text(row, "jurisdiction"),
            self._get(row, "zones", lambda text, _: values.zones(text), optional=True) or (),
            self._text(row, "language"),
            tuple(self._points(row, party_id)),
            tuple(consents),
            self._get(
                row,
                "history_from",
                lambda text, _: values.history_start(text, self.mapping.zone, self.as_of),
                optional=True,
            ),
        )

    def _points(self, row: SourceRow, party_id: str) -> list[ContactPoint]:
        points = []
        for kind in ContactKind:
            address = self._get(row, kind.value, lambda text, _: text, optional=True)
            if address is not None:
                point_id = f"{party_id}-{kind.value}"
                points.append(ContactPoint(point_id, party_id, kind, Owner.DEBTOR, address))
        return points

    def _text(self, row: SourceRow, name: str) -> str:
        return self._get(row, name, lambda text, _: text) or ""

    def _money(self, name: str) -> Callable[[str, Take], int]:
        def read(text: str, take: Take) -> int:
            amount = values.cents(text, take.unit or "")
            if amount < 0:
                if not take.zero_below:
                    raise ValueError("is negative: if that means nothing owed, say `below_zero`")
                self._below_zero.append(name)
            return max(amount, 0)

        return read

    def _due(self, text: str, take: Take) -> date:
        return values.due_date(text, take.unit or "", self._today)

    def _get(
        self,
        row: SourceRow,
        name: str,
        convert: Callable[[str, Take], Value],
        *,
        optional: bool = False,
    ) -> Value | None:
        """The converted value; None where the mapping has no such field, or it is empty and may
        be, or it is wrong (then the fault is noted)."""
        take = self.mapping.fields.get(name)
        if take is None:
            return None
        text = _source_text(take, row)
        if not text and optional:
            return None
        try:
            if not text:
                raise ValueError(f"is empty, `{name}` needs it")
            return convert(_decoded(text, take), take)
        except ValueError as error:
            if take.constant is not None:  # no row's fault, and the same for all of them
                raise InputError(take.place, f"`{text}` {error}") from None
            self._faults.append(Reject(row.line, take.column or "", text, str(error)))
            return None


def _source_text(take: Take, row: SourceRow) -> str:
    if take.row_number is not None:
        return f"{take.row_number}{row.number}"
    return take.constant if take.constant is not None else row.values[take.column or ""].strip()


def _decoded(text: str, take: Take) -> str:
    if take.codes is None:
        return text
    if text not in take.codes:
        raise ValueError(f"is no known code: one of {', '.join(take.codes)}")
    return take.codes[text]


def _product(text: str) -> Product:
    if text not in list(Product):
        raise ValueError(f"is none of {', '.join(Product)}: translate it with `codes`")
    return Product(text)


def _within(text: str, keep: Keep) -> bool:
    if keep.among is not None:
        return text in keep.among
    number = values.whole(text)
    return (keep.ge is None or keep.ge <= number) and (keep.le is None or number <= keep.le)
