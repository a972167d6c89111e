"""``xlmatrix message``: one message about an incident, filled."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from xlmatrix.cli.examples import examples
from xlmatrix.cli.files import ExportFiles, MappingFile
from xlmatrix.errors import XlmatrixError

EXAMPLES = examples(
    "xlmatrix message matrix.xlsx INC-042",
    "xlmatrix message matrix.xlsx INC-042 --audience Customer --phase Update",
    "xlmatrix message matrix.xlsx INC-042 --audience Press --phase Update --json",
)


# Long because: every option of the command is a parameter with its help.
def message(
    book: Annotated[Path, typer.Argument(help="A workbook made by xlmatrix, or a spec.")],
    incident: Annotated[str, typer.Argument(help="The ID of the incident.")],
    *,
    audience: Annotated[
        str | None, typer.Option(help="To whom; without it every message is listed.")
    ] = None,
    phase: Annotated[str, typer.Option(help="Which phase of the incident.")] = "Update",
    obligation: Annotated[
        str | None, typer.Option(help="What a notice is for; else what the sheet has chosen.")
    ] = None,
    words: Annotated[
        list[str] | None, typer.Option("--set", help="What a word says: impact='answers are late'.")
    ] = None,
    incidents: ExportFiles = None,
    mapping: MappingFile = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Write at this time, such as 2026-11-16 10:30.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Fill a message about an incident as the sheet Comms does; without --audience, list all.

    The text goes to stdout; what is left blank, and what stops it, to stderr.
    """
    from xlmatrix import api
    from xlmatrix.cli.report import clean, print_json, stderr, stdout

    said = _words(words or [])
    if audience is None:
        found = api.messages(
            book,
            incident,
            obligation=obligation,
            words=said,
            incidents=incidents,
            mapping=mapping,
            as_of=as_of,
        )
    else:
        found = [
            api.message(
                book, incident, audience=audience, phase=phase, obligation=obligation,
                words=said, incidents=incidents, mapping=mapping, as_of=as_of,
            )
        ]  # fmt: skip
    if json:
        print_json([asdict(one) for one in found] if audience is None else asdict(found[0]))
        return
    console = stdout()
    if audience is None:
        for one in found:
            line = f"{one.id}  {one.audience}, {one.phase}: {one.verdict}"
            console.print(clean(line), soft_wrap=True)
        return
    (one,) = found
    console.print(clean(f"{one.subject}\n\n{one.text}"), soft_wrap=True)
    needed = f" ({' '.join(one.needed)})" if one.needed else ""
    stderr().print(clean(f"{one.id}: {one.verdict}{needed}"), soft_wrap=True)


def _words(given: list[str]) -> dict[str, str]:
    for one in given:
        if "=" not in one:
            raise XlmatrixError(
                f"'{one}' says nothing for a word", where="--set", mend="Write WORD=TEXT"
            )
    return {one.partition("=")[0].strip(): one.partition("=")[2] for one in given}
