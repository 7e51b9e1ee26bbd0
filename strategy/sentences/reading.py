"""Reads single sentences of one language over one catalogue of fields."""

from functools import lru_cache

from lark import Lark, UnexpectedInput

from strategy.rules.catalogue import Catalogue, Field
from strategy.rules.language import Language
from strategy.rules.source import Hole, Item, Problems, Table
from strategy.sentences.grammar import grammar
from strategy.sentences.layout import Sentence
from strategy.sentences.misunderstanding import Explainer
from strategy.sentences.naming import Clash, clashes
from strategy.sentences.tree import ToTree


class Reading:
    """The grammar of a language, built once for a catalogue."""

    def __init__(self, language: Language, fields: Catalogue) -> None:
        self.language = language
        self._lark = Lark(
            grammar(language, fields),
            parser="lalr",
            start=["start", "asked", "then"],
            propagate_positions=True,
        )
        self._tree = ToTree(language, fields)
        patterns = {one.name: one.pattern.value for one in self._lark.terminals}
        self._explainer = Explainer(language, patterns)

    def sentence(self, sentence: Sentence, problems: Problems) -> Table | None:
        """What the sentence says, without its metadata; None where it is not understood."""
        # The sentence stands where it stands in its file, so that places need no arithmetic.
        text = "\n" * (sentence.line - 1) + " " * (sentence.column - 1) + sentence.text
        tree = self._parse(text, "start", problems)
        return tree if isinstance(tree, Table) else None

    def asked(self, text: str, problems: Problems) -> Item | None:
        """The one question that the text asks, as if it were a file of its own."""
        return self._parse(text, "asked", problems)

    def then(self, text: str, problems: Problems) -> Item | None:
        """The directives that the text says, as if it were a file of its own."""
        return self._parse(text, "then", problems)

    def _parse(self, text: str, start: str, problems: Problems) -> Item | None:
        try:
            tree: Item = self._tree.transform(self._lark.parse(text, start=start))
        except UnexpectedInput:
            self._explain(text, start, problems)
        except RecursionError:
            problems.add(_place(text, len(text) - len(text.lstrip())), "syntax.brackets")
        else:
            return tree
        return None

    def _explain(self, text: str, start: str, problems: Problems) -> None:
        """Parses once more, to know what would have been accepted where it went wrong."""
        parser = self._lark.parse_interactive(text, start=start)
        try:
            parser.exhaust_lexer()
            position = len(text)
        except UnexpectedInput as error:
            position = error.pos_in_stream or 0
        before, rest = text[:position], text[position:]
        if not rest.strip():
            before, rest = text.rstrip(), ""
        place = _place(before, len(before))
        accepted: set[str] = parser.accepts()  # type: ignore[no-untyped-call]
        self._explainer.explain(place, before, rest, accepted, problems)


def _place(text: str, position: int) -> Hole:
    before = text[:position]
    return Hole(before.count("\n") + 1, len(before) - before.rfind("\n"))


@lru_cache(maxsize=8)
def _reading(language: Language, fields: tuple[Field, ...]) -> Reading | tuple[Clash, ...]:
    """Building a grammar takes a quarter of a second, so it is kept for each catalogue."""
    usable = {field.name: field for field in fields if field.en and field.zh}
    wrong = tuple(clashes(usable, language))
    return wrong or Reading(language, usable)


def reading(language: Language, fields: Catalogue, problems: Problems) -> Reading | None:
    """The reading of these fields; None, and a problem, where two of them are called alike."""
    found = _reading(language, tuple(fields.values()))
    if isinstance(found, Reading):
        return found
    for key, arguments in found:
        problems.add(Hole(1, 1), key, **arguments)
    return None
