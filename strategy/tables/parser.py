"""Parses a table: a header, a row that names the columns, and below it one rule a row."""

from strategy.rules.catalogue import Catalogue
from strategy.rules.source import Hole, Item, Problems, RuleFile
from strategy.sentences.document import root
from strategy.sentences.reading import reading
from strategy.tables.columns import read_columns, speech_of_tables
from strategy.tables.grid import heading_of, language_of, read_grid
from strategy.tables.header import read_header
from strategy.tables.row import Rows

WORKBOOK = ".xlsx"
"""A workbook is read as a folder of CSV files, one a sheet."""


def table(file: RuleFile, problems: Problems, fields: Catalogue) -> Item:
    """The tree of a table, as of YAML; lines and columns are those of the cells."""
    folder, _, name = file.name.rpartition("/")
    problems.sheet = f"{name.removesuffix('.csv')}!" if folder.endswith(WORKBOOK) else ""
    rows = read_grid(file.text, problems)
    problems.speech = speech_of_tables(language_of(rows), fields)
    heading = heading_of(rows)
    if heading is None:
        problems.add(Hole(1, 1), "no-heading.table")
        return Hole(1, 1)
    header = read_header(rows[:heading], problems)
    columns = read_columns(rows[heading], heading + 1, fields, problems)
    words = reading(problems.speech.language, fields, problems)
    if words is None:
        return Hole(1, 1)
    reader = Rows(words, columns, problems)
    below = enumerate(rows[heading + 1 :], heading + 2)
    rules = [reader.rule(line, row) for line, row in below if any(row)]
    if not rules:
        problems.add(Hole(heading + 1, 1), "empty.table")
        return Hole(heading + 1, 1)
    return root(header, problems.speech.language, {"rules": rules})
