"""``xlmatrix notices``: who must be told what by when."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xlmatrix.cli.examples import examples
from xlmatrix.cli.files import (
    ExportFiles,
    MappingFile,
    OverwriteText,
    calendar_output,
    earlier_bytes,
    kept,
    write,
)

EXAMPLES = examples(
    "xlmatrix notices matrix.xlsx",
    "xlmatrix notices matrix.xlsx INC-042",
    "xlmatrix notices matrix.xlsx INC-042 --json",
    "xlmatrix notices matrix.xlsx INC-042 --ics reports.ics",
    "xlmatrix notices matrix.yaml INC-042 --incidents incidents.csv --moments moments.csv",
)


# Long because: every option of the command is a parameter with its help.
def notices(
    book: Annotated[Path, typer.Argument(help="A workbook made by xlmatrix, or a spec.")],
    incident: Annotated[
        str | None,
        typer.Argument(help="The ID of the incident; without it what is open in all."),
    ] = None,
    *,
    incidents: ExportFiles = None,
    mapping: MappingFile = None,
    moments: Annotated[
        Path | None,
        typer.Option("--moments", help="A CSV of moments and facts, where a spec is named."),
    ] = None,
    rows: Annotated[
        Path | None, typer.Option("--notices", help="A CSV of notices, where a spec is named.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Judge at this time, such as 2026-11-16 10:30.")
    ] = None,
    ics: Annotated[
        Path | None, typer.Option("--ics", help="Write what runs as a calendar file too.")
    ] = None,
    overwrite: OverwriteText = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """List the reports of an incident as the sheet Report now does: to whom, what, by when.

    What runs comes first, by the safe time; then what has no time yet and what asks for none.
    """
    from xlmatrix import api
    from xlmatrix.api.noticed import lines
    from xlmatrix.cli.report import clean, print_json, stderr, stdout
    from xlmatrix.errors import plural

    logs = {"moments": moments, "notices": rows}
    given = {name: path for name, path in logs.items() if path is not None}
    beside = [book, *(incidents or ()), *([mapping] if mapping else ()), *given.values()]
    goal = calendar_output(ics, *beside, overwrite=overwrite) if ics is not None else None
    found = api.notices(
        book, incident, incidents=incidents, mapping=mapping, logs=given, as_of=as_of
    )
    if json:
        print_json(found.to_dict())
    else:
        console = stdout()
        for line in lines(found):
            console.print(clean(line), soft_wrap=True)
    if ics is not None and goal is not None:
        made = api.notice_calendar(found, earlier=earlier_bytes(ics))
        backup = write(made.data, goal)
        said = f"{ics}: {plural(made.count, 'report')}{kept(backup)}"
        stderr().print(clean(said), soft_wrap=True)
