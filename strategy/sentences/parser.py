"""Parses files of sentences; each one that is not understood is a problem with its place."""

from strategy.rules.catalogue import Catalogue
from strategy.rules.language import Language
from strategy.rules.source import Hole, Item, Problems, RuleFile, Table
from strategy.sentences.document import root, split
from strategy.sentences.reading import reading
from strategy.sentences.words import speech_of_sentences


def english(file: RuleFile, problems: Problems, fields: Catalogue) -> Item:
    """The tree of an English file, as of YAML."""
    return _parse(file, problems, fields, Language.EN)


def chinese(file: RuleFile, problems: Problems, fields: Catalogue) -> Item:
    """The tree of a Chinese file, as of YAML."""
    return _parse(file, problems, fields, Language.ZH)


def _parse(file: RuleFile, problems: Problems, fields: Catalogue, language: Language) -> Item:
    problems.speech = speech_of_sentences(language, tuple(fields.values()))
    header, sentences = split(file, language, problems)
    if not sentences:
        problems.add(Hole(1, 1), "empty.sentences")
    words = reading(language, fields, problems)
    if words is None:
        return Hole(1, 1)
    rules = []
    for sentence in sentences:
        rule = words.rule(sentence, problems)
        if rule is not None:
            entries = (*rule.entries, *sentence.meta)
            rules.append(Table(entries, sentence.line, sentence.column))
    # The sentences that were understood are checked as well; with a problem none becomes a rule.
    return root(header, rules)
