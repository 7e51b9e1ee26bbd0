"""The forms in which rules are written, by the end of the file name; what is not here is YAML."""

from strategy.rules.comment import Comment, yaml_comments
from strategy.rules.draft import Parser
from strategy.rules.language import Language
from strategy.rules.source import RuleFile
from strategy.sentences.layout import sentence_comments
from strategy.sentences.parser import chinese, english
from strategy.tables.grid import table_comments
from strategy.tables.parser import table

PARSERS: dict[str, Parser] = {".en.txt": english, ".zh.txt": chinese, ".csv": table}


def comments(file: RuleFile) -> list[Comment]:
    """The comments of a file that can be read, top to bottom."""
    if file.name.endswith(".csv"):
        return table_comments(file.text)
    for language in Language:
        if file.name.endswith(f".{language}.txt"):
            return sentence_comments(file, language)
    return yaml_comments(file.text)
