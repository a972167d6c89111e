"""``xlmatrix spec``: what a workbook says as a spec again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xlmatrix.cli.examples import examples

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
    overwrite: Annotated[
        bool, typer.Option("--overwrite/--no-overwrite", help="Replace a file that exists.")
    ] = False,
) -> None:
    """Write what people changed in a workbook back into its spec; comments stay.

    Incidents, records, notes and settings of single sheets are no part of a spec: each sheet of
    which something stays in the workbook is named, and so is what no spec takes.
    """
    from xlmatrix import api
    from xlmatrix.cli.files import write_text
    from xlmatrix.cli.report import counted, progress, show_findings, stderr, stdout

    with progress() as say:
        written = api.spec_of(book, progress=say)
    if written.findings:
        show_findings(written.findings, stderr())
    if str(output) == "-":
        typer.echo(written.text, nl=False)
        return
    write_text(written.text, output, overwrite=overwrite)
    stdout().print(f"{output}: {counted(written.findings)}", soft_wrap=True)
