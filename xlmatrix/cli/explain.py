"""``xlmatrix explain``: one incident, all its clocks, each with its account."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xlmatrix.cli.examples import examples
from xlmatrix.cli.files import ExportFiles, MappingFile

EXAMPLES = examples(
    "xlmatrix explain matrix.xlsx INC-042",
    "xlmatrix explain matrix.xlsx INC-042 --json",
    "xlmatrix explain matrix.yaml INC-042 --incidents incidents.csv",
    "xlmatrix explain matrix.yaml INC-042 --incidents export.csv --mapping map.yaml",
)


def explain(
    book: Annotated[Path, typer.Argument(help="A workbook made by xlmatrix, or a spec.")],
    incident: Annotated[str, typer.Argument(help="The ID of the incident.")],
    *,
    incidents: ExportFiles = None,
    mapping: MappingFile = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Judge at this time, such as 2026-11-16 10:30.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Explain one incident: its clocks with every stretch that counted, its ladder and reports."""
    from xlmatrix import api
    from xlmatrix.api.explained import lines
    from xlmatrix.cli.report import clean, print_json, stdout

    found = api.explain(book, incident, incidents=incidents, mapping=mapping, as_of=as_of)
    if json:
        print_json(found.to_dict())
        return
    console = stdout()
    for line in lines(found):
        console.print(clean(line), soft_wrap=True)
