"""Parses files of sentences; each one that is not understood is a problem with its place."""

from strategy.rules.catalogue import Catalogue
from strategy.rules.language import Language
from strategy.rules.source import Hole, Item, Problems, RuleFile, Scalar, Table
from strategy.sentences.document import OPENERS, root
from strategy.sentences.layout import Layout, Sentence, name_of, split
from strategy.sentences.reading import Reading, reading
from strategy.sentences.words import speech_of_sentences


def english(file: RuleFile, problems: Problems, fields: Catalogue) -> Item:
    """The tree of an English file, as of YAML."""
    return _parse(file, problems, fields, Language.EN)


def chinese(file: RuleFile, problems: Problems, fields: Catalogue) -> Item:
    """The tree of a Chinese file, as of YAML."""
    return _parse(file, problems, fields, Language.ZH)


def _parse(file: RuleFile, problems: Problems, fields: Catalogue, language: Language) -> Item:
    problems.speech = speech_of_sentences(language, tuple(fields.values()))
    layout = split(file, problems)
    if not layout.sentences and not _is_closed(layout):
        problems.add(Hole(1, 1), "empty.sentences")
        return Hole(1, 1)
    words = reading(language, fields, problems)
    if words is None:
        return Hole(1, 1)
    lists: dict[str, list[Table]] = {kind: [] for kind in (*OPENERS, "rules")}
    for sentence in layout.sentences:
        item = _item(sentence, words, problems)
        if item is not None:
            lists[sentence.kind].append(item)
    # The sentences that were understood are checked as well; with a problem none becomes a rule.
    tree = root(layout.header, language, lists)
    if layout.sentences and not any(lists.values()):  # then the header is all there is to check
        none = Scalar("rules", 1, 1), Hole(1, 1)
        tree = Table((*tree.entries, none), 1, 1)
    return tree


def _item(sentence: Sentence, words: Reading, problems: Problems) -> Table | None:
    said = words.sentence(sentence, problems)
    if said is not None:
        entries = (*said.entries, *sentence.meta)
    elif sentence.kind == "segments":  # what reads it is understood, whatever is wrong with it
        here = Hole(sentence.line, sentence.column)
        name = Scalar(name_of(sentence), here.line, here.column)
        entries = ((Scalar("id", *_at(here)), name), (Scalar("when", *_at(here)), here))
        entries += tuple(sentence.meta)
    else:
        return None
    return Table(entries, sentence.line, sentence.column)


def _at(item: Item) -> tuple[int, int]:
    return item.line, item.column


def _is_closed(layout: Layout) -> bool:
    """Closed packs have a header only."""
    return any(key.value == "reason" for key, _ in layout.header)
