"""The forms in which rules are written, by the end of the file name; what is not here is YAML."""

from strategy.rules.draft import Parser
from strategy.sentences.parser import chinese, english
from strategy.tables.parser import table

PARSERS: dict[str, Parser] = {".en.txt": english, ".zh.txt": chinese, ".csv": table}
