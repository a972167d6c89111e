"""``xlmatrix stamp``: one stamp into one empty cell of an incident, without Excel."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xlmatrix.cli.examples import examples
from xlmatrix.cli.files import Overwrite, kept
from xlmatrix.cli.report import progress, stdout

EXAMPLES = examples(
    "xlmatrix stamp matrix.xlsx INC-041 acknowledged --in-place",
    'xlmatrix stamp matrix.xlsx INC-041 resolved --at "2026-11-16 11:20" -o new.xlsx',
    "xlmatrix stamp matrix.xlsx INC-041 customer-update --in-place",
)


def stamp(
    book: Annotated[Path, typer.Argument(help="A workbook that xlmatrix made.")],
    incident: Annotated[str, typer.Argument(help="The incident's ID.")],
    what: Annotated[
        str,
        typer.Argument(
            help="acknowledged, responded, contained, mitigated, resolved, customer-update or "
            "internal-update."
        ),
    ],
    *,
    at: Annotated[
        str | None,
        typer.Option(help="When it was; otherwise the workbook's frozen As of, else now."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The new workbook; this one stays.")
    ] = None,
    in_place: Annotated[
        bool, typer.Option("--in-place", help="Replace this workbook; a copy of it stays.")
    ] = False,
    overwrite: Overwrite = None,
) -> None:
    """Write one stamp into one empty cell of the log, and who did it on Audit.

    A cell that is filled stays; the stamp of a message moves forward only. Exit code 2: nothing was
    written.
    """
    from xlmatrix import api

    with progress() as say:
        say("writing the stamp")
        done = api.stamp(
            book,
            incident,
            what,
            at=at,
            output=output,
            in_place=in_place,
            overwrite=overwrite,
        )
    stdout().print(
        f"{done.path}: {done.given.said()}{kept(done.backup)}", soft_wrap=True, markup=False
    )
