"""``xlmatrix update``: a newer export into a used workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlmatrix.cli.examples import examples
from xlmatrix.cli.files import MappingFile, Overwrite, kept
from xlmatrix.cli.regenerate import show_report, steps
from xlmatrix.cli.report import (
    as_json,
    print_json,
    progress_bar,
    show_findings,
    stderr,
    stdout,
)
from xlmatrix.errors import plural

if TYPE_CHECKING:
    from xlmatrix.api.updating import Updated

EXAMPLES = examples(
    "xlmatrix update matrix.xlsx export.csv --in-place",
    "xlmatrix update matrix.xlsx export.csv -o next.xlsx",
    "xlmatrix update matrix.xlsx tickets.json history.json --dry-run",
)


def update(
    book: Annotated[Path, typer.Argument(help="A workbook that xlmatrix made.")],
    export: Annotated[
        list[Path], typer.Argument(help="The newer export, and its histories if you have them.")
    ],
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The updated workbook.")
    ] = None,
    in_place: Annotated[
        bool, typer.Option("--in-place", help="Replace the workbook; the old one stays beside it.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change and write nothing.")
    ] = False,
    incident_format: Annotated[
        str | None,
        typer.Option("--format", help="A tool or a form; told by the content otherwise."),
    ] = None,
    mapping: MappingFile = None,
    overwrite: Overwrite = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Bring a newer export into a used workbook: new tickets and new states.

    What people typed stands, also where the export has changed; the report names each such cell.
    """
    from xlmatrix import api

    with progress_bar(steps(book, writing=not dry_run)) as say:
        done = api.update(
            book,
            export,
            output=output,
            in_place=in_place,
            dry_run=dry_run,
            format=incident_format,
            mapping=mapping,
            overwrite=overwrite,
            progress=say,
        )
    _tell(done, json=json)


def _tell(done: Updated, *, json: bool) -> None:
    if json:
        print_json(
            {
                "workbook": None if done.path is None else str(done.path),
                "backup": None if done.backup is None else str(done.backup),
                "changed": done.changed,
                "new": done.new,
                "rows": done.imported.tickets.totals,
                **done.report.to_dict(),
                "findings": as_json(done.findings),
            }
        )
        return
    if done.findings:
        show_findings(done.findings, stderr())
    show_report(done.report, "Export")
    stdout().print(_sentence(done), soft_wrap=True)


def _sentence(done: Updated) -> str:
    where = "nothing was written" if done.path is None else str(done.path)
    counts = done.imported.tickets.totals
    if counts["read"] == counts["blank"]:
        return f"{where}: the export holds no rows{kept(done.backup)}"
    if not done.changed:
        return f"{where}: the export says nothing new{kept(done.backup)}"
    incidents = plural(done.new, "new incident")
    return f"{where}: {incidents}; {done.report.sentence()}{kept(done.backup)}"
