"""``xlmatrix recalc``: what the Recalculate button does, without Excel."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xlmatrix.cli.examples import examples

EXAMPLES = examples(
    "xlmatrix recalc matrix.xlsx",
    'xlmatrix recalc matrix.xlsx --as-of "2026-11-16 10:30" --json',
    "xlmatrix recalc matrix.xlsx -o recalculated.xlsx",
)
_SHOWN = 20


def recalc(
    book: Annotated[Path, typer.Argument(help="A workbook that xlmatrix made.")],
    *,
    as_of: Annotated[
        str | None,
        typer.Option(help="The time the results speak of; otherwise what the workbook shows."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="A new workbook with the sheets of the results."),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite/--no-overwrite", help="Replace a workbook that exists.")
    ] = True,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Recompute every clock of a workbook and list the cells where its formulas disagree.

    Exit code 0: they agree everywhere; 1: some cells disagree; 2: the workbook cannot be read.
    """
    from xlmatrix import api
    from xlmatrix.cli.report import as_json, print_json, progress, show_findings, stderr, stdout

    with progress() as say:
        say("recomputing every clock")
        done = api.recalc(book, as_of=as_of, output=output, overwrite=overwrite)
    found = done.found
    if json:
        print_json(
            {
                "workbook": str(book),
                "output": str(done.path) if done.path else None,
                "as_of": found.as_of.isoformat(),
                "incidents": found.rows,
                "changed": found.changed,
                "disagreements": [
                    {
                        "row": mark.row,
                        "incident": mark.incident,
                        "column": mark.header,
                        "formula": mark.shown,
                        "engine": mark.engine,
                    }
                    for mark in found.marks
                ],
                "findings": as_json(done.findings),
            }
        )
    else:
        if done.findings:
            show_findings(done.findings, stderr())
        console = stdout()
        for mark in found.marks[:_SHOWN]:
            console.print(
                f"row {mark.row}, {mark.incident}, {mark.header}: the formula says "
                f"{mark.shown or 'nothing'}, the engine {mark.engine or 'nothing'}",
                soft_wrap=True,
                markup=False,
            )
        if len(found.marks) > _SHOWN:
            console.print(f"... and {len(found.marks) - _SHOWN:,} more")
        console.print(
            f"{done.path or book}: {found.rows:,} incidents as of {found.as_of:%Y-%m-%d %H:%M}, "
            f"{len(found.marks):,} disagreements",
            soft_wrap=True,
        )
    if found.marks:
        raise typer.Exit(1)
