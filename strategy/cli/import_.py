"""`strategy import`: a lender's own file into a portfolio."""

from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from strategy.cli.instant import instant_or_now
from strategy.portfolio.folder import digest, save
from strategy.portfolio.importer import Imported, import_portfolio
from strategy.portfolio.mapping import read_mapping
from strategy.portfolio.rejects import write_rejects
from strategy.rule_files import read_rule_files
from strategy.rule_forms import PARSERS
from strategy.rules.catalogue import BUILT_IN
from strategy.rules.draft import compile_rules

FOUND_FAULT = 2
_ROWS_A_STEP = 1000


@click.command("import")
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "--mapping",
    "mapping_file",
    type=click.Path(path_type=Path),
    required=True,
    help="YAML file: which column becomes which field; see docs/importing.md.",
)
@click.option(
    "--attempts",
    type=click.Path(path_type=Path),
    help="File of past attempts, where the mapping has `attempts`.",
)
@click.option(
    "--rules",
    "rule_dirs",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Folder of rule files that declare the mapping's `attributes`; repeat for several.",
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write.")
@click.option(
    "--as-of",
    metavar="INSTANT",
    help="The instant the file is a picture of, like 2026-10-12T08:00:00+08:00. Default: now.",
)
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=7,
    show_default=True,
    help="Drives the fillers of the mapping, nothing else.",
)
def command(
    source: Path,
    mapping_file: Path,
    attempts: Path | None,
    rule_dirs: tuple[Path, ...],
    out: Path,
    as_of: str | None,
    seed: int,
) -> None:
    """Import SOURCE (.csv, .csv.gz or .parquet) through a mapping into a portfolio folder.

    Every row read is imported, filtered by the mapping's `keep`, or rejected; rejected rows stand
    in OUT/rejects.csv with file, line, column, value and reason. What the mapping fills is
    simulated and announced.

    Exit code 0: done. 1: could not run. 2: imported, but some rows were rejected.
    """
    instant = instant_or_now(as_of, "--as-of")
    declared = compile_rules(read_rule_files(rule_dirs), PARSERS).fields if rule_dirs else BUILT_IN
    mapping = read_mapping(mapping_file, declared)
    columns = SpinnerColumn(), TextColumn("{task.completed:,.0f} rows"), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("rows", total=None)

        def on_row(number: int) -> None:
            if number % _ROWS_A_STEP == 0:
                progress.update(task, completed=number)

        imported = import_portfolio(source, mapping, instant, seed, on_row, attempts)
        rejects = write_rejects(out, imported.rejects)
        save(imported.book, out, imported.notes)
    _tell(imported, out)
    rejected = imported.rejected + (imported.attempts.rejected if imported.attempts else 0)
    if rejected:
        click.echo(f"{rejected:,} rows could not be read: see {rejects}", err=True)
        raise SystemExit(FOUND_FAULT)


def _tell(imported: Imported, out: Path) -> None:
    book = imported.book
    click.echo(
        f"{imported.read:,} rows read = {len(book.accounts):,} imported"
        f" + {imported.filtered:,} filtered + {imported.rejected:,} rejected"
    )
    if (past := imported.attempts) is not None:
        click.echo(
            f"{past.read:,} attempts read = {len(past.attempts):,} imported"
            f" + {past.filtered:,} filtered + {past.rejected:,} rejected"
        )
    for note in imported.notes:
        click.echo(note)
    click.echo(
        f"portfolio {out}: {len(book.accounts):,} accounts of {len(book.parties):,} parties,"
        f" as of {book.as_of.isoformat()}, digest {digest(out)[:12]}"
    )
