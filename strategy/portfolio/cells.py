"""The mapped values of one row. What is wrong with them is collected, never guessed at."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from strategy.errors import InputError
from strategy.portfolio.mapping import Take
from strategy.portfolio.rejects import Reject
from strategy.portfolio.source import SourceRow

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Cells:
    """One row of the file called `file`, read through `takes`. `faults` grows."""

    file: str
    row: SourceRow
    takes: Mapping[str, Take]
    faults: list[Reject] = field(default_factory=list)

    def get(
        self, name: str, convert: Callable[[str, Take], Value], *, optional: bool = False
    ) -> Value | None:
        """The converted value; None where the mapping has no such field, or it is empty and may
        be, or it is wrong (then the fault is noted). `convert` raises `ValueError`."""
        take = self.takes.get(name)
        if take is None:
            return None
        text = _source_text(take, self.row)
        if not text and optional:
            return None
        try:
            if not text:
                raise ValueError(f"is empty, `{name}` needs it")
            return convert(_decoded(text, take), take)
        except ValueError as error:
            if take.constant is not None:  # no row's fault, and the same for all of them
                raise InputError(take.place, f"`{text}` {error}") from None
            reject = Reject(self.file, self.row.line, take.column or "", text, str(error))
            self.faults.append(reject)
            return None

    def text(self, name: str) -> str:
        return self.get(name, lambda text, _: text) or ""


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
