"""What is wrong in a rule file, where, and how to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass

from strategy.errors import InputError


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """One mistake. Lines and columns count from 1; `code` is stable, `help` may be empty."""

    file: str
    line: int
    column: int
    code: str
    what: str
    help: str = ""

    def __str__(self) -> str:
        text = f"{self.file}:{self.line}:{self.column}: {self.code}: {self.what}"
        return f"{text}\n    help: {self.help}" if self.help else text


class RuleError(InputError):
    """Rule files do not compile. `diagnostics` holds every mistake, in file order."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(sorted(set(diagnostics)))
        count = len(self.diagnostics)
        listed = "\n".join(str(one) for one in self.diagnostics)
        super().__init__("rule files", f"{count} problem{'' if count == 1 else 's'}\n{listed}")
