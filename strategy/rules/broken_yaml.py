"""What somebody who writes rules has done wrong, from what the YAML parser says."""

import re
from dataclasses import dataclass, field

from ruamel.yaml.error import MarkedYAMLError


@dataclass(frozen=True, slots=True)
class Broken:
    """One of `MESSAGES` and its place; lines and columns count from 1."""

    line: int
    column: int
    message: str
    arguments: dict[str, object] = field(default_factory=dict)


_MESSAGES = (
    (r"found character '\\t'", "syntax.tab"),
    (r"found character '(?P<character>.)' that cannot start", "syntax.character"),
    (r"found undefined alias", "anchor"),
    (r"scanning a quoted scalar", "syntax.quotes"),
    (r"parsing a flow (sequence|mapping)", "syntax.bracket"),
    (r"mapping values are not allowed here|unexpected ':'", "syntax.colon"),
    (r"could not find expected ':'", "syntax.no-colon"),
    (r"expected <block end>", "syntax.indentation"),
    (r"sequence entries are not allowed here", "syntax.dash"),
    (r"expected a single document", "syntax.documents"),
)
_WHERE_IT_BEGAN = ("syntax.quotes", "syntax.no-colon")


def broken(error: MarkedYAMLError) -> Broken:
    """What the parser does not say in words of ours is told in its own, which are English."""
    said = " ".join(part for part in (error.context, error.problem) if part)
    for pattern, message in _MESSAGES:
        found = re.search(pattern, said)
        if found is None:
            continue
        arguments: dict[str, object] = dict(found.groupdict())
        if message == "syntax.bracket":
            arguments = {"bracket": "[" if found[1] == "sequence" else "{"}
            arguments["line"] = error.context_mark.line + 1
        mark = error.context_mark if message in _WHERE_IT_BEGAN else error.problem_mark
        return Broken(mark.line + 1, mark.column + 1, message, arguments)
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return Broken(line, column, "syntax.yaml", {"problem": said})
