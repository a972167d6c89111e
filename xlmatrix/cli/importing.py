"""``xlmatrix import``: from the exports of a tool to a table of incidents."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xlmatrix.cli.examples import examples
from xlmatrix.cli.files import OverwriteText

EXAMPLES = examples(
    "xlmatrix import tickets.csv --template standard",
    "xlmatrix import incident.csv sys_audit.csv --spec matrix.yaml -o incidents.csv",
    "xlmatrix import issues.json --spec matrix.yaml --mapping map.yaml -o incidents.csv",
    "xlmatrix import export.zip --spec matrix.yaml --yes -o incidents.xlsx",
    "xlmatrix import tickets.csv --template basic --json",
)


# Long because: every option of the command is a parameter with its help.
def import_(
    # No paths: those are the same with ./ before them and without.
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE",
            help="Exports of one tool: a list of tickets, and histories of them.",
        ),
    ],
    *,
    spec: Annotated[
        Path | None, typer.Option("--spec", "-s", help="The matrix whose severities are meant.")
    ] = None,
    template: Annotated[
        str | None, typer.Option("--template", "-t", help="A shipped template instead of a spec.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Ends in .csv, .parquet or .xlsx; else it only shows."),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--mapping", "-m", help="What words mean, in YAML; new answers are put into it."
        ),
    ] = None,
    form: Annotated[
        str | None, typer.Option("--format", help="A tool, such as jira; told by the content.")
    ] = None,
    zone: Annotated[
        str | None, typer.Option("--zone", help="Time zone of stamps that name none.")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Ask nothing; take the defaults and list them.")
    ] = False,
    overwrite: OverwriteText = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Bring in the tickets of ServiceNow, Jira, PagerDuty and others, whatever file they are in.

    Shows what was understood, asks what only you know, and writes the table that build takes.
    """
    # Whatever reads tickets takes half a second to import, which --help should not cost.
    from xlmatrix.cli.import_run import Wished, run

    wished = Wished(
        files, spec, template, output, mapping, form, zone, yes=yes, overwrite=overwrite, json=json
    )
    run(wished)
