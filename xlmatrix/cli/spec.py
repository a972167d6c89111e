"""``xlmatrix spec``: what a workbook says as a spec again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xlmatrix.cli.examples import examples
from xlmatrix.cli.files import SPEC, OverwriteText, kept, output_of, write

EXAMPLES = examples(
    "xlmatrix spec matrix.xlsx -o matrix.yaml",
    "xlmatrix spec matrix.xlsx -o -",
)


def spec(
    book: Annotated[Path, typer.Argument(help="The workbook that people used.")],
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The spec to write; - prints it.")
    ] = Path("matrix.yaml"),
    overwrite: OverwriteText = None,
) -> None:
    """Write what people changed in a workbook back into its spec; comments stay.

    Incidents, records, notes and settings of single sheets are no part of a spec: each sheet of
    which something stays in the workbook is named, and so is what no spec takes.
    """
    from xlmatrix import api
    from xlmatrix.cli.report import counted, progress, show_findings, stderr, stdout

    goal = None
    if str(output) != "-":
        goal = output_of(output, SPEC, book, overwrite=overwrite)
    with progress() as say:
        written = api.spec_of(book, progress=say)
    if written.findings:
        show_findings(written.findings, stderr())
    if goal is None:
        typer.echo(written.text, nl=False)
        return
    backup = write(written.text, goal)
    stdout().print(f"{output}: {counted(written.findings)}{kept(backup)}", soft_wrap=True)
