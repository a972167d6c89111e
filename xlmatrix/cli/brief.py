"""``xlmatrix brief``: a few pages for managers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xlmatrix.cli.examples import examples
from xlmatrix.cli.files import AsOf, OverwriteText, kept

EXAMPLES = examples(
    "xlmatrix brief matrix.yaml -o brief.html",
    "xlmatrix brief matrix.xlsx -o brief.docx",
    "xlmatrix brief matrix.yaml -o -",
)


def brief(
    source: Annotated[Path, typer.Argument(help="A spec, or a workbook in use.")],
    *,
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", help="Ends in .html, .pdf, .docx or .md; - prints Markdown."
        ),
    ] = Path("brief.html"),
    as_of: AsOf = None,
    overwrite: OverwriteText = None,
) -> None:
    """Write the working brief: purpose, matrix, ladder, gaps, drills, duties, decisions.

    A PDF needs LibreOffice; the other forms need nothing.
    """
    from xlmatrix import api
    from xlmatrix.cli.report import stdout

    if str(output) == "-":
        typer.echo(api.brief(source, format="md", as_of=as_of).data.decode(), nl=False)
        return
    paper = api.brief(source, output=output, as_of=as_of, overwrite=overwrite)
    stdout().print(f"{output}: written{kept(paper.backup)}", soft_wrap=True)
