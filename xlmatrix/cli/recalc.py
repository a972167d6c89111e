"""``xlmatrix recalc``: what the Recalculate button does, without Excel."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xlmatrix.cli.examples import examples
from xlmatrix.cli.files import Overwrite, WithoutStamp, kept
from xlmatrix.errors import plural

if TYPE_CHECKING:
    from xlmatrix.api import Recalculated

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
    overwrite: Overwrite = None,
    without_stamp: WithoutStamp = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Recompute every clock of a workbook and list the cells where its formulas disagree.

    Exit code 0: they agree everywhere; 1: some cells disagree; 2: the workbook cannot be read.
    """
    from xlmatrix import api
    from xlmatrix.cli.report import print_json, progress

    with progress() as say:
        say("recomputing every clock")
        done = api.recalc(
            book, as_of=as_of, output=output, overwrite=overwrite, without_stamp=without_stamp
        )
    if json:
        print_json(_summary(book, done))
    else:
        _show(book, done)
    if done.found.marks:
        raise typer.Exit(1)


def _summary(book: Path, done: Recalculated) -> dict[str, Any]:
    from xlmatrix.cli.report import as_json

    found = done.found
    return {
        "workbook": str(book),
        "output": str(done.path) if done.path else None,
        "backup": str(done.backup) if done.backup else None,
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


def _show(book: Path, done: Recalculated) -> None:
    from xlmatrix.cli.report import show_findings, stderr, stdout

    found, console = done.found, stdout()
    if done.findings:
        show_findings(done.findings, stderr())
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
        f"{done.path or book}: {plural(found.rows, 'incident')} as of "
        f"{found.as_of:%Y-%m-%d %H:%M}, "
        f"{plural(len(found.marks), 'disagreement')}{kept(done.backup)}",
        soft_wrap=True,
    )
