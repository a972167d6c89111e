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
    changes = [(one.what, one.change) for one in found]
    if json:
        print_json(
            [
                {
                    "what": what,
                    "table": change.table,
                    "row": change.key,
                    "column": header_of(change.table, change.column),
                    "before": change.before,
                    "after": change.after,
                }
                for what, change in changes
            ]
        )
        return
    from rich.table import Table
    from rich.text import Text

    console = stdout()
    if changes:
        table = Table(header_style="bold")
        for header in ("What", "Table", "Row", "Column", "Before", "Now"):
            table.add_column(header, overflow="fold")
        for what, change in changes:
            at = (change.table, change.column)
            shown = (show(*at, value) for value in (change.before, change.after))
            values = (what, change.table, change.key, header_of(*at), *shown)
            table.add_row(*(Text(clean(value)) for value in values))
        console.print(table)
    count = len(changes)
    console.print(f"{count:,} difference{'' if count == 1 else 's'}")
