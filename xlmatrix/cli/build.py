"""``xlmatrix build``: from a spec to a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xlmatrix.cli.examples import examples
from xlmatrix.cli.files import MappingFile, Overwrite, WithoutStamp, kept
from xlmatrix.cli.report import (
    as_json,
    print_json,
    progress,
    show_findings,
    stderr,
    stdout,
)
from xlmatrix.errors import XlmatrixError, plural

if TYPE_CHECKING:
    from xlmatrix.api import Built, Dress

EXAMPLES = examples(
    "xlmatrix build matrix.yaml",
    "xlmatrix build --template standard -o matrix.xlsx",
    "xlmatrix build matrix.yaml --incidents export.csv -o matrix.xlsx",
    "xlmatrix build matrix.yaml -i incident.csv -i sys_audit.csv --mapping map.yaml -o matrix.xlsx",
    "xlmatrix build matrix.yaml --incidents export.csv --pauses pauses.csv -o matrix.xlsx",
    'xlmatrix build matrix.yaml --as-of "2026-11-16 10:30" --json',
    "xlmatrix build matrix.yaml --macros -o matrix.xlsm",
)


# Long because: every option of the command is a parameter with its help.
def build(
    spec: Annotated[Path | None, typer.Argument(help="The spec, such as matrix.yaml.")] = None,
    *,
    template: Annotated[
        str | None, typer.Option("--template", "-t", help="A shipped template instead of a spec.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The workbook; by default named after the spec."),
    ] = None,
    incidents: Annotated[
        list[Path] | None,
        typer.Option(
            "--incidents",
            "-i",
            help="An export of a tool, a table that import wrote, or a plain "
            "one; once more for each history of it.",
        ),
    ] = None,
    incident_format: Annotated[
        str | None,
        typer.Option("--format", help="A tool, such as jira; told by the content otherwise."),
    ] = None,
    mapping: MappingFile = None,
    pauses: Annotated[
        Path | None, typer.Option("--pauses", help="A CSV of pauses: incident, from, to, reason.")
    ] = None,
    changes: Annotated[
        Path | None,
        typer.Option("--changes", help="A CSV of severity changes: incident, at, to, reason."),
    ] = None,
    reopened: Annotated[
        Path | None,
        typer.Option("--reopened", help="A CSV of reopenings: incident, reopened, stamps before."),
    ] = None,
    notices: Annotated[
        Path | None,
        typer.Option("--notices", help="A CSV of reports: incident, obligation, trigger."),
    ] = None,
    moments: Annotated[
        Path | None,
        typer.Option("--moments", help="A CSV of moments and facts: incident, what, when, answer."),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            help="Freeze the As of cell, such as 2026-11-16 10:30; otherwise it is the time now, "
            "or SOURCE_DATE_EPOCH where that is set."
        ),
    ] = None,
    macros: Annotated[
        bool,
        typer.Option("--macros", help="Write an .xlsm for desktop Excel with Python beside it."),
    ] = False,
    lite: Annotated[
        bool, typer.Option("--lite", help="Carry the script of the xlwings Lite add-in.")
    ] = False,
    overwrite: Overwrite = None,
    without_stamp: WithoutStamp = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Build the workbook of a spec or a template, with incidents from an export if you have one.

    A workbook in which nobody typed is replaced whole, once everything went well; a used one stays.
    """
    from xlmatrix import api

    dress = _dress(macros=macros, lite=lite)
    given = {
        "pauses": pauses, "changes": changes, "reopened": reopened,
        "notices": notices, "moments": moments,
    }  # fmt: skip
    with progress() as say:
        loaded, stem = _source(spec, template)
        built = api.build(
            loaded,
            incidents=list(incidents) if incidents else None,
            mapping=mapping,
            incident_format=incident_format,
            logs={name: path for name, path in given.items() if path is not None},
            as_of=as_of,
            output=output or Path(f"{stem}.xlsm" if macros else f"{stem}.xlsx"),
            overwrite=overwrite,
            progress=say,
            dress=dress,
            without_stamp=without_stamp,
        )
    _show(built, json=json)


def _show(built: Built, *, json: bool) -> None:

    if json:
        print_json(_summary(built))
        return
    if built.findings:
        show_findings(built.findings, stderr())
    stdout().print(_sentence(built), soft_wrap=True)


def _dress(*, macros: bool, lite: bool) -> Dress | None:

    if not macros and not lite:
        return None
    if macros and lite:
        raise XlmatrixError(
            "--macros and --lite are both given",
            where="build",
            mend="Build two workbooks: desktop Excel takes one, xlwings Lite the other",
        )
    from xlmatrix.routes.dress import lite_book, macro_book

    return macro_book() if macros else lite_book()


def _source(spec: Path | None, template: str | None) -> tuple[Any, str]:
    from xlmatrix import api

    if spec is not None and template is None:
        return api.load(spec), spec.stem or "matrix"
    if template is not None and spec is None:
        return api.template(template), template
    raise XlmatrixError(
        "name one spec or one template" if spec is None else "a spec and a template are both named",
        where="build",
        mend="Write: xlmatrix build matrix.yaml, or: xlmatrix build --template standard",
    )


def _sentence(built: Built) -> str:
    classes = plural(len(built.spec.classes), "class", "classes")
    incidents = plural(built.incidents, "incident")
    frozen = f", as of {built.as_of:%Y-%m-%d %H:%M}" if built.as_of else ""
    return f"{built.path}: {classes}, {incidents}{frozen}{kept(built.backup)}"


def _summary(built: Built) -> dict[str, Any]:
    brought = built.imported
    return {
        "workbook": str(built.path),
        "backup": str(built.backup) if built.backup else None,
        "bytes": len(built.data),
        "incidents": built.incidents,
        "rows": None
        if brought is None
        else {
            "format": brought.tickets.tool,
            **brought.tickets.totals,
        },
        "logs": dict(built.logs),
        "horizon": {
            "start": built.spec.horizon.start.isoformat(),
            "end": built.spec.horizon.end.isoformat(),
        },
        "as_of": built.as_of.isoformat() if built.as_of else None,
        "findings": as_json(built.findings),
    }
