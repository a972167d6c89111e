"""``xlmatrix checklist``: the way to a matrix in use, to copy or to print."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xlmatrix.cli.examples import examples
from xlmatrix.cli.files import AsOf, OverwriteText, kept

EXAMPLES = examples(
    "xlmatrix checklist matrix.yaml -o checklist.md",
    "xlmatrix checklist matrix.xlsx -o checklist.csv",
    "xlmatrix checklist",
)


def checklist(
    source: Annotated[
        Path | None,
        typer.Argument(help="A spec, or a workbook in use; else the standard template."),
    ] = None,
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Ends in .md, .html or .csv; - prints Markdown.")
    ] = Path("-"),
    as_of: AsOf = None,
    overwrite: OverwriteText = None,
) -> None:
    """Write the checklist with the state of each step, in the order of the published guide."""
    from xlmatrix import api
    from xlmatrix.cli.report import stdout
    from xlmatrix.resources import template_path

    found = source if source is not None else template_path("standard")
    if str(output) == "-":
        typer.echo(api.checklist(found, format="md", as_of=as_of).data.decode(), nl=False)
        return
    paper = api.checklist(found, output=output, as_of=as_of, overwrite=overwrite)
    stdout().print(f"{output}: written{kept(paper.backup)}", soft_wrap=True)
