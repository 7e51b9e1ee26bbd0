"""What is wrong in a rule file, where, and how to mend it, in the language of the file."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from strategy.errors import InputError
from strategy.rules.language import Language, Speech
from strategy.rules.say import say


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """One mistake. Lines and columns count from 1; `code` is stable."""

    file: str
    line: int
    column: int
    code: str
    what: str
    help: str
    language: Language = Language.EN

    def __str__(self) -> str:
        text = f"{self.file}:{self.line}:{self.column}: {self.code}: {self.what}"
        label = "建议：" if self.language is Language.ZH else "help: "
        return f"{text}\n    {label}{self.help}"


class RuleError(InputError):
    """Rule files do not compile. `diagnostics` holds every mistake, in file order."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(sorted(set(diagnostics)))
        count = len(self.diagnostics)
        listed = "\n".join(str(one) for one in self.diagnostics)
        if all(one.language is Language.ZH for one in self.diagnostics):
            super().__init__("规则文件", f"{count}处错误\n{listed}")
        else:
            super().__init__("rule files", f"{count} problem{'' if count == 1 else 's'}\n{listed}")


@dataclass(frozen=True, slots=True)
class Finding:
    """What shows only when all files are read. `place` is `file:line`, `message` one of
    `MESSAGES`."""

    place: str
    message: str
    arguments: Mapping[str, object]


def finding(place: str, message: str, /, **arguments: object) -> Finding:
    return Finding(place, message, arguments)


def diagnose(
    file: str, line: int, column: int, message: str, arguments: Mapping[str, object], speech: Speech
) -> Diagnostic:
    """`message` is one of `MESSAGES`; the code is what stands before its variant."""
    what, remedy = say(message, arguments, speech)
    code = message.partition(".")[0]
    return Diagnostic(file, line, column, code, what, remedy, speech.language)


def diagnose_all(
    findings: Iterable[Finding], speeches: Mapping[str, Speech]
) -> Iterator[Diagnostic]:
    """Each in the language of the file where it is found."""
    for one in findings:
        file, line = one.place.rsplit(":", 1)
        speech = speeches.get(file, Speech())
        yield diagnose(file, int(line), 1, one.message, one.arguments, speech)
