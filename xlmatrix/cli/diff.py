"""``xlmatrix diff``: what differs between two workbooks or specs."""

from __future__ import annotations

from typing import Annotated

import typer

from xlmatrix.cli.examples import examples

EXAMPLES = examples(
    "xlmatrix diff last-month.xlsx matrix.xlsx",
    "xlmatrix diff matrix.yaml matrix.xlsx --json",
    "xlmatrix diff standard enterprise",
)


def diff(
    old: Annotated[str, typer.Argument(help="A workbook, a spec or a template.")],
    new: Annotated[str, typer.Argument(help="Another.")],
    *,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Compare the inputs of two matrices: targets, ladders, owners, hours, holidays, incidents."""
    from xlmatrix import api
    from xlmatrix.cli.report import clean, print_json, progress, stdout
    from xlmatrix.tables.catalogue import header_of, show

    with progress() as say:
        found = api.diff(old, new, progress=say)
    rows = [
        (d.what, d.change.table, d.change.key, d.change.column, d.change.before, d.change.after)
        for d in found
    ]
    if json:
        keys = ("what", "table", "row", "column", "before", "after")
        print_json([dict(zip(keys, row, strict=True)) for row in rows])
        return
    from rich.table import Table
    from rich.text import Text

    console = stdout()
    if rows:
        table = Table(header_style="bold")
        for header in ("What", "Table", "Row", "Column", "Before", "Now"):
            table.add_column(header, overflow="fold")
        for what, name, key, column, before, after in rows:
            cells = (show(name, column, value) for value in (before, after))
            values = (what, name, key, header_of(name, column), *cells)
            table.add_row(*(Text(clean(value)) for value in values))
        console.print(table)
    count = len(rows)
    console.print(f"{count:,} difference{'' if count == 1 else 's'}")
