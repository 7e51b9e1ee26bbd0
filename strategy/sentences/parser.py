"""Parses files of sentences; each one that is not understood is a problem with its place."""

import re
from difflib import get_close_matches
from functools import lru_cache

from lark import Lark
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from strategy.rules.catalogue import Catalogue, Field
from strategy.rules.draft import Parser
from strategy.rules.source import Hole, Item, Problems, RuleFile, Table
from strategy.sentences.document import Sentence, root, split
from strategy.sentences.grammar import grammar
from strategy.sentences.lexicon import Language
from strategy.sentences.tree import ToTree

_STRANGE_NUMBER = re.compile("[０-９]+|[一二三四五六七八九十百千两]+")


def english(file: RuleFile, problems: Problems, fields: Catalogue) -> Item:
    """The tree of an English file, as of YAML."""
    return _parse(file, problems, fields, Language.EN)


def chinese(file: RuleFile, problems: Problems, fields: Catalogue) -> Item:
    """The tree of a Chinese file, as of YAML."""
    return _parse(file, problems, fields, Language.ZH)


PARSERS: dict[str, Parser] = {".en.txt": english, ".zh.txt": chinese}


class Reading:
    """The parser of one language over one catalogue."""

    def __init__(self, language: Language, fields: Catalogue) -> None:
        self.language = language
        self._lark = Lark(grammar(language, fields), parser="lalr", propagate_positions=True)
        self._tree = ToTree(language, fields)
        self._spoken = {
            terminal.name: [
                one.replace("\\s+", " ").replace("\\", "")
                for one in terminal.pattern.value.split("|")
            ]
            for terminal in self._lark.terminals
        }

    def read(self, sentence: Sentence, problems: Problems) -> Table | None:
        """The rule that the sentence says, without its metadata; None where it says none."""
        # The sentence stands where it stands in its file, so that places need no arithmetic.
        text = "\n" * (sentence.line - 1) + " " * (sentence.column - 1) + sentence.text
        try:
            tree = self._tree.transform(self._lark.parse(text))
        except UnexpectedInput as error:
            self._explain(error, text, problems, sentence)
            return None
        assert isinstance(tree, Table)
        return tree

    def _digits(self, found: str) -> tuple[str, str]:
        if self.language is Language.EN:
            return f"`{found}` is not written in the digits 0 to 9", "write 30"
        return f"`{found}`不是阿拉伯数字", "请写 30"

    def _explain(
        self, error: UnexpectedInput, text: str, problems: Problems, sentence: Sentence
    ) -> None:
        expected = self._expected(error)
        ended = isinstance(error, UnexpectedEOF) or (
            isinstance(error, UnexpectedToken) and error.token.type == "$END"
        )
        if ended:
            last = sentence.text.split("\n")[-1]
            line = sentence.line + sentence.text.count("\n")
            column = len(last) + (sentence.column if "\n" not in sentence.text else 1)
            what = (
                "the sentence is not finished" if self.language is Language.EN else "句子没有写完"
            )
            problems.add(Hole(line, column), "syntax", what, self._hint("", expected))
            return
        position = error.pos_in_stream or 0
        rest = re.split("[,;，；。\n.]", text[position:])[0].strip() or text[position]
        if strange := _STRANGE_NUMBER.match(rest):
            place = Hole(error.line, error.column)
            problems.add(place, "syntax", *self._digits(strange[0]))
            return
        shown = " ".join(rest.split()[:4]) if self.language is Language.EN else rest[:8]
        what = f"did not understand `{shown}`"
        if self.language is Language.ZH:
            what = f"不明白`{shown}`"
        problems.add(Hole(error.line, error.column), "syntax", what, self._hint(rest, expected))

    def _expected(self, error: UnexpectedInput) -> list[str]:
        names: set[str] = set()
        if isinstance(error, UnexpectedCharacters):
            names = set(error.allowed or ())
        elif isinstance(error, UnexpectedToken):
            names = set(error.accepts or error.expected)
        return sorted({one for name in names for one in self._spoken.get(name, ()) if one})

    def _hint(self, rest: str, expected: list[str]) -> str:
        english = self.language is Language.EN
        plain = [one for one in expected if not re.search(r"[\[\](){}?*+^$]", one)]
        for length in range(len(rest), 1, -1):
            close = get_close_matches(rest[:length], plain, n=1, cutoff=0.6 if english else 0.5)
            if close:
                return f"did you mean `{close[0]}`?" if english else f"是否想写`{close[0]}`？"
        listed = ", ".join(plain[:8]) if english else "、".join(plain[:8])
        more = "" if len(plain) <= 8 else " …"
        return f"expected {listed}{more}" if english else f"此处应为：{listed}{more}"


def _parse(file: RuleFile, problems: Problems, fields: Catalogue, language: Language) -> Item:
    reading = _reading(language, tuple(fields.values()))
    header, sentences = split(file, language, problems)
    rules = []
    for sentence in sentences:
        rule = reading.read(sentence, problems)
        if rule is not None:
            entries = (*rule.entries, *sentence.meta)
            rules.append(Table(entries, sentence.line, sentence.column))
    if not sentences:
        what = "there is no sentence" if language is Language.EN else "文件里没有规则"
        problems.add(Hole(1, 1), "empty", what)
    return root(header, rules) if not problems.found else Hole(1, 1)


@lru_cache(maxsize=8)
def _reading(language: Language, fields: tuple[Field, ...]) -> Reading:
    """Building a grammar takes a quarter of a second, so it is kept for each catalogue."""
    return Reading(language, {field.name: field for field in fields})
