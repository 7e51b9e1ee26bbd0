"""Comments of rule files, so that nothing that somebody wrote is lost when a file is rewritten."""

import re
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.tokens import ScalarToken

_COMMENT = re.compile(r"(?:(?<=\s)|^)#.*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Comment:
    """`# and what follows`, on a line of its own or beside something else."""

    line: int
    text: str


def yaml_comments(text: str) -> list[Comment]:
    """The comments of a YAML document that can be read, top to bottom."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    masked = list(text)
    for token in YAML(typ="safe", pure=True).scan(text):
        if isinstance(token, ScalarToken):
            start = token.start_mark.index
            if token.style in ("|", ">"):  # a comment may stand beside the mark that begins it
                start = text.index("\n", start)
            for place in range(start, token.end_mark.index):
                if masked[place] != "\n":
                    masked[place] = "x"
    return [
        Comment(number, found[0].rstrip())
        for number, line in enumerate("".join(masked).split("\n"), 1)
        if (found := _COMMENT.search(line))
    ]
