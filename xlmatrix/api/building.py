"""From a spec and an export to a saved workbook."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from xlmatrix import resources
from xlmatrix.api.drafting import template
from xlmatrix.api.horizon import covering
from xlmatrix.api.importing import (
    Mapped,
    TicketImport,
    kept_mappings,
    mapping_notes,
    mappings_of,
    plain_note,
    tickets_within,
)
from xlmatrix.api.outputs import workbook_output, write
from xlmatrix.api.recalculating import AnyTable, recalculate
from xlmatrix.api.sources import names_template, paths_among
from xlmatrix.api.stamps import as_of_stamp
from xlmatrix.api.unstamped import refuse_dressed, unstamped_note
from xlmatrix.api.zones import computer_zone_findings, replaced_zone_findings
from xlmatrix.errors import Finding, Level, XlmatrixError
from xlmatrix.exchange import (
    LOGS,
    Imported,
    SideRows,
    Tickets,
    imported_of,
    read_incidents,
    read_side_log,
)
from xlmatrix.exchange.uncollected import no_collection
from xlmatrix.model import ImportMapping, Loaded, MatrixSpec, dump, load, loads
from xlmatrix.regen import TableData
from xlmatrix.routes import Dress
from xlmatrix.rules.logs.histories import joined_rows
from xlmatrix.rules.logs.incident_log import ID, IncidentLog
from xlmatrix.sheets.inputs import plain
from xlmatrix.sheets.recalculated import with_results
from xlmatrix.sheets.stamp import Stamp, stamped
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.version import __version__
from xlmatrix.worktime.database import editions
from xlmatrix.worktime.zones import now_in

if TYPE_CHECKING:
    from xlmatrix.sheets.plan import BookPlan

Progress = Callable[[str], None]
Typed = Mapping[tuple[str, str, str], Any]
#: A log, an import, tickets, a path or several, a data frame, Arrow data.
Incidents: TypeAlias = (
    "IncidentLog | TicketImport | Tickets | str | os.PathLike[str]"
    " | Sequence[str | os.PathLike[str]] | Any | None"
)


@dataclass(frozen=True, slots=True)
class Built:
    """A finished workbook.

    Attributes
    ----------
    data
        The bytes of the ``.xlsx``.
    findings
        Warnings about the spec and the import; no errors, since those stop a build.
    spec
        The spec as built: its horizon covers every incident.
    incidents
        How many stand in the log.
    imported
        What became of the rows of the export; None without one.
    as_of
        The frozen *As of* as a wall-clock time in the matrix's zone; None where it is ``NOW()``.
    path
        Where it was saved; None where no output was named.
    logs
        How many rows each log beside the incidents was given.
    backup
        The copy of a file that was replaced and might be missed.
    """

    data: bytes
    findings: tuple[Finding, ...]
    spec: MatrixSpec
    incidents: int
    imported: Imported | None = None
    as_of: datetime | None = None
    path: Path | None = None
    logs: Mapping[str, int] = field(default_factory=dict)
    backup: Path | None = None


# Long because: every parameter is explained to those who call the library.
def build(
    spec: MatrixSpec | Loaded | str | os.PathLike[str],
    *,
    incidents: Incidents = None,
    incident_format: str | None = None,
    mapping: Mapped | None = None,
    logs: Mapping[str, str | os.PathLike[str]] | None = None,
    as_of: datetime | str | None = None,
    output: str | os.PathLike[str] | None = None,
    overwrite: bool | None = None,
    progress: Progress | None = None,
    dress: Dress | None = None,
    without_stamp: bool = False,
) -> Built:
    """Build the workbook of a spec.

    Parameters
    ----------
    spec
        A spec, a loaded one, the path of its YAML file, or a shipped template's name.
    incidents
        A log; what :func:`xlmatrix.import_tickets` or :func:`xlmatrix.read_tickets` gives; the path
        of an export or several of one tool (a list and its histories); a data frame or Arrow data.
        The horizon stretches to cover what is in it.
    incident_format
        A tool or one of its forms; None tells by the content.
    mapping
        What the words of the export mean, by tool: a file, or mappings. Of a tool that it has,
        what the spec says under ``import`` is not used.
    logs
        CSVs of the logs beside the incidents, by ``pauses``, ``changes``, ``reopened``, ``notices``
        and ``moments``.
    as_of
        The instant the workbook shows, for drills and pictures: naive (wall clock in the matrix's
        zone), aware, or text. None takes ``SOURCE_DATE_EPOCH`` where that is set, else the
        workbook asks its own clock.
    output
        Where to save; it is written whole or not at all, and never over what the run reads.
    overwrite
        True replaces whatever stands there and keeps a backup, False replaces nothing; None
        replaces a workbook of ours in which nobody typed.
    progress
        Called with what is being done.
    dress
        Macros or a Lite script to add; None makes a plain workbook.
    without_stamp
        Leave out the stamp, a hidden copy of the spec and of every value as it was offered. Such a
        workbook cannot be regenerated, recalculated or checked.

    Returns
    -------
    Built
        Two builds of the same spec and export with the same ``as_of`` have equal bytes.

    Raises
    ------
    XlmatrixError
        Anything about the spec, the export, the stamp or the output that a user can mend.

    Examples
    --------
    >>> built = build(template("basic"), as_of="2026-11-16 10:30")  # doctest: +SKIP
    """
    say = progress or _silent
    if without_stamp and dress is not None:
        raise refuse_dressed("build", "Build a plain workbook, or one with its stamp")
    say("reading the spec")
    loaded = _loaded(spec)
    goal = None
    if output is not None:
        given = (loaded, *paths_among(incidents), mapping, *(logs or {}).values())
        ending = ".xlsx" if dress is None else dress.extension
        goal = workbook_output(output, inputs=given, overwrite=overwrite, endings=(ending,))
    frozen = as_of_stamp(as_of, loaded.spec.zone)
    if mapping is None and isinstance(incidents, TicketImport):
        mapping = incidents.decided
    mappings = None if mapping is None else mappings_of(mapping, loaded.spec)
    log, imported = _incidents(incidents, loaded.spec, incident_format, (mapping, mappings), say)
    now = frozen or now_in(loaded.spec.zone)
    wide, stretched = covering(loaded.spec, log, now)
    beside, typed, odd = _side_logs(logs or {}, loaded.spec, log, imported)
    say("computing every deadline")
    data = _workbook(
        wide,
        log,
        typed,
        as_of=frozen,
        created=now,
        stamp=None
        if without_stamp
        else replace(stamp_of(loaded, wide, now), mappings=kept_mappings(mappings)),
        say=say,
        dress=dress,
    )
    backup = None
    zone_notes = computer_zone_findings(wide)
    if goal is not None:
        say("saving")
        zone_notes += replaced_zone_findings(goal.path, wide)
        backup = write(data, goal)
    brought = imported.findings if imported else ()
    unstamped = (unstamped_note(str(goal.path if goal else "workbook")),) if without_stamp else ()
    return Built(
        data=data,
        findings=(*loaded.findings, *brought, *odd, *stretched, *zone_notes, *unstamped),
        spec=wide,
        incidents=len(log),
        imported=imported,
        as_of=frozen,
        path=None if goal is None else goal.path,
        backup=backup,
        logs={name: rows.rows for name, rows in beside.items()},
    )


def _incidents(
    given: Incidents,
    spec: MatrixSpec,
    incident_format: str | None,
    mapping: tuple[Mapped | None, Mapping[str, ImportMapping] | None],
    say: Progress,
) -> tuple[IncidentLog, Imported | None]:
    """The log, and what became of the export's rows where there is one.

    ``mapping`` is what was given, and the mappings that it holds.
    """
    if isinstance(given, IncidentLog):
        return given, None
    if given is None:
        return IncidentLog.empty(), None
    given = tickets_within(given)
    if isinstance(given, Tickets):
        read = imported_of(given, spec)
        return read.log, read
    say("reading the incidents")
    named, mappings = mapping
    imported = read_incidents(given, spec, mapping=mappings, format=incident_format, progress=say)
    notes = mapping_notes(named, mappings or {}, imported.tickets, spec)
    notes += plain_note(imported.tickets, spec)
    return imported.log, replace(imported, findings=(*imported.findings, *notes))


def _side_logs(
    paths: Mapping[str, str | os.PathLike[str]],
    spec: MatrixSpec,
    log: IncidentLog,
    imported: Imported | None,
) -> tuple[dict[str, SideRows], Typed, tuple[Finding, ...]]:
    """The logs beside the incidents, all their cells, and what is to be said of them."""
    for name in paths:
        if name not in LOGS:
            raise XlmatrixError(
                f"there is no log '{name}'", where="logs", mend=f"Use one of {', '.join(LOGS)}"
            )
    found = {name: read_side_log(Path(path), spec, name) for name, path in paths.items()}
    brought = [] if imported is None else [imported.typed]
    typed = joined_rows(*brought, *(rows.cells for rows in found.values()))
    known = {key.casefold() for key in log.texts[ID]}
    findings: list[Finding] = []
    for name, rows in found.items():
        findings += rows.findings
        if strange := [text for key, text in rows.incidents.items() if key not in known]:
            findings.append(_strange(Path(paths[name]).name, strange))
    return found, typed, tuple(findings)


def _strange(where: str, incidents: list[str]) -> Finding:
    shown = ", ".join(key[:40] for key in incidents[:5]) + (", ..." if len(incidents) > 5 else "")
    return Finding(
        Level.WARNING,
        "import-incident",
        f"incidents that are not in the log: {shown} ({len(incidents):,} in all)",
        where,
        "Their rows are kept and flagged; correct the IDs, or bring the incidents too",
    )


def _silent(_: str) -> None:
    """Say nothing."""


def _loaded(spec: MatrixSpec | Loaded | str | os.PathLike[str]) -> Loaded:
    if isinstance(spec, Loaded):
        return spec
    if isinstance(spec, MatrixSpec):
        return loads(dump(spec), source="spec")
    if isinstance(spec, str) and names_template(spec):
        return template(spec)
    return load(spec)


def _workbook(
    spec: MatrixSpec,
    log: IncidentLog,
    typed: Typed,
    *,
    as_of: datetime | None,
    created: datetime,
    stamp: Stamp | None,
    say: Progress,
    dress: Dress | None,
) -> bytes:
    # Half of a second of imports that checking a spec can do without.
    from xlmatrix.sheets.book import plan_book
    from xlmatrix.sheets.strict import refuse_odd_stamps
    from xlmatrix.write import render

    with no_collection():
        book = plan_book(spec, log, as_of=as_of, created=created, typed=typed)
        refuse_odd_stamps(book, spec)
        if dress is not None:
            book = dress.plan(recalculated(book, spec, created, typed))
        if stamp is not None:
            book = stamped(book, stamp)
        data = render(book, progress=lambda sheet: say(f"writing {sheet}"))
        return data if dress is None else dress.pack(data, book)


def recalculated(
    book: BookPlan,
    spec: MatrixSpec,
    created: datetime,
    typed: Typed | None = None,
    past: Mapping[str, AnyTable] | None = None,
) -> BookPlan:
    """The workbook with the sheets of its first recalculation, made as it is built.

    ``past`` are results of an earlier workbook, which go on.
    """
    tables: dict[str, AnyTable] = {
        table.name: TableData(
            table.name,
            tuple(column.id for column in table.columns),
            tuple(zip(*([plain(v) for v in values] for values in table.values), strict=True)),
        )
        for sheet in book.sheets
        for table in sheet.tables
        if table.name == INCIDENTS.name
    }
    tables = {**(past or {}), **tables}
    found = recalculate(spec, tables, as_of=created, now=created, typed=typed)
    return with_results(book, found.results)


def stamp_of(loaded: Loaded, wide: MatrixSpec, created: datetime) -> Stamp:
    """What the workbook keeps about where it came from, still without values."""
    names = resources.template_names()
    # By its text, so that an unchanged copy is as good as the template itself.
    known = (name for name in names if resources.template_text(name) == loaded.text)
    return Stamp(
        spec=loaded.text,
        template=next(known, ""),
        version=__version__,
        created=created,
        horizon=(wide.horizon.start, wide.horizon.end),
        zone_data=editions().used.number,
    )
