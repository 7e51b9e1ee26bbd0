"""Parses a table: a header, a row that names the columns, and below it one rule a row."""

from strategy.rules.catalogue import Catalogue
from strategy.rules.source import Hole, Item, Problems, RuleFile
from strategy.sentences.document import root
from strategy.sentences.reading import reading
from strategy.tables.bilingual import Teller
from strategy.tables.columns import read_columns
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
    tell = Teller(problems, language_of(rows))
    heading = heading_of(rows)
    if heading is None:
        what = "no row names the columns", "没有一行写明列名"
        remedy = (
            "write a row with `id`, `title`, the fields that are asked, and `then`",
            "请写一行列名：`编号`、`标题`、要用的字段，以及`则`",
        )
        return tell.add(Hole(1, 1), "no-heading", what, remedy)
    header = read_header(rows[:heading], tell)
    columns = read_columns(rows[heading], heading + 1, fields, tell)
    words = reading(tell.language, fields, problems)
    if words is None:
        return Hole(1, 1)
    reader = Rows(words, columns, tell)
    below = enumerate(rows[heading + 1 :], heading + 2)
    rules = [reader.rule(line, row) for line, row in below if any(row)]
    if not rules:
        what = "no rule stands below the names of the columns", "列名下面没有规则"
        return tell.add(Hole(heading + 1, 1), "empty", what)
    return root(header, rules)
