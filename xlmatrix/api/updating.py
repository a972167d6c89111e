"""A newer export into a used workbook: new tickets and new states, and nothing typed is lost."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from xlmatrix.api.importing import (
    Mapped,
    kept_mappings,
    mappings_of,
    remembered_mappings,
    tickets_within,
)
from xlmatrix.api.outputs import workbook_output
from xlmatrix.api.regenerating import outfit_of, packed, renewed_of, saved, state_of_file
from xlmatrix.api.sources import paths_among
from xlmatrix.errors import Finding, Level, XlmatrixError
from xlmatrix.exchange import Imported, read_incidents
from xlmatrix.exchange.log import wall_of
from xlmatrix.exchange.tickets.states import Kind
from xlmatrix.exchange.tools.catalogue import tools_of
from xlmatrix.model import MatrixSpec
from xlmatrix.regen.copies.book import with_inputs
from xlmatrix.regen.merging.arrivals import Arrived, arrived, said_before
from xlmatrix.regen.merging.report import Report, ordered, placed
from xlmatrix.regen.merging.sources import SOURCE
from xlmatrix.regen.reading.book import UsedBook, read_book
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.worktime.serials import EPOCH_S

if TYPE_CHECKING:
    from xlmatrix.write.outputs import Output

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Updated:
    """A workbook with what a newer export says.

    Attributes
    ----------
    report
        Each cell that the export changed, each row that it brought, and each conflict, in which
        what was typed stands.
    findings
        What became of the rows of the export, and what was typed that no spec takes.
    imported
        The export as it was read.
    new
        How many incidents were not in the workbook before.
    changed
        Whether anything is other than before; a run that changes nothing writes nothing in place.
    data
        The bytes of the workbook; empty where nothing was written.
    path
        Where it was saved; None in a dry run, and where there was nothing to save.
    backup
        The copy of the file that was replaced.
    """

    report: Report
    findings: tuple[Finding, ...]
    imported: Imported
    new: int
    changed: bool
    data: bytes = b""
    path: Path | None = None
    backup: Path | None = None


# Long because: every parameter is explained to those who call the library.
def update(
    book: str | os.PathLike[str],
    export: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | Any,
    *,
    output: str | os.PathLike[str] | None = None,
    in_place: bool = False,
    dry_run: bool = False,
    mapping: Mapped | None = None,
    format: str | None = None,  # noqa: A002
    overwrite: bool | None = None,
    progress: Progress | None = None,
) -> Updated:
    """Bring a newer export into a used workbook.

    Incidents are known by their ID. What the export says now is compared with what it said when it
    was last brought in: what only the export changed is taken, what only people typed stands, and
    where both changed, what was typed stands and the report says so. Rows that the export no longer
    has stay. The same export once more changes nothing.

    Parameters
    ----------
    book
        A workbook that xlmatrix made, whatever program saved it since.
    export
        As ``incidents`` of :func:`xlmatrix.build`: paths, a data frame, Arrow data.
    output, in_place, dry_run
        One is needed: where to save the new workbook; replace the workbook, and keep the old one
        beside it; report only.
    mapping, format
        As of :func:`xlmatrix.build`; without ``mapping`` the one that was last given for this
        workbook says what words mean, else its own spec.
    overwrite
        Whether ``output`` may replace a file.

    Raises
    ------
    XlmatrixError
        The workbook or the export cannot be read, or the output cannot be written; the workbook is
        then as it was.
    FindingsError
        Not one row of the export can be used.
    """
    source = Path(book)
    if sum((output is not None, in_place, dry_run)) != 1:
        raise XlmatrixError(
            "say where the updated workbook goes",
            where=str(source),
            mend="Give -o NEW.xlsx, or --in-place, or --dry-run",
        )
    say = progress or (lambda _: None)
    say(f"reading {source.name}")
    read = state_of_file(source)
    used = read_book(source, progress=progress)
    goal = None
    if output is not None:
        goal = _goal(output, (source, mapping), export, overwrite)
    if mapping is None:
        mappings = remembered_mappings(used.stamp.mappings, used.spec)
    else:
        mappings = mappings_of(mapping, used.spec)
    export = tickets_within(export)
    imported = read_incidents(export, used.spec, mapping=mappings, format=format, progress=say)
    came = arrived(
        used,
        imported.log,
        imported.typed,
        name=_called(export),
        waited_until=_waited_until(imported, used.spec),
        with_history={id_.casefold() for id_ in imported.tickets.with_history},
    )
    told = (*imported.findings, *_of_another_tool(imported, used, _called(export)))
    new = _new(came, used.inputs.tables[INCIDENTS.name].rows)
    changed = came.changes(used)
    if in_place and not changed:
        report = Report(ordered(came.lines), (), {})
        return Updated(report, told, imported, 0, changed=False)
    say("merging")
    joined = with_inputs(used, came.inputs)
    dress, outfit = outfit_of(used, source if goal is None else goal.path)
    renewed = renewed_of(
        joined, used.loaded, frozenset(), only_report=dry_run, outfit=outfit,
        lines=came.lines, imported=came.said,
        mappings=None if mapping is None else kept_mappings(mappings),
    )  # fmt: skip
    report = Report(ordered(placed(came.lines, renewed.book)), (), {})
    findings = (*told, *renewed.report.findings)
    if dry_run:
        return Updated(report, findings, imported, new, changed)
    data = packed(joined, renewed, dress, say)
    say("saving")
    backup = saved(data, goal, source, read)
    path = source if goal is None else goal.path
    return Updated(report, findings, imported, new, changed, data, path, backup)


def _goal(
    output: str | os.PathLike[str], read: Sequence[object], export: Any, overwrite: bool | None
) -> Output:
    return workbook_output(
        output,
        inputs=(*read, *paths_among(export)),
        overwrite=overwrite,
        instead="Choose another name, or say --in-place, which keeps a backup",
    )


def _called(export: Any) -> str:
    """What the report calls an export."""
    return ", ".join(Path(one).name for one in paths_among(export)) or "the export"


def _of_another_tool(imported: Imported, used: UsedBook, name: str) -> tuple[Finding, ...]:
    """That an export is of a tool of which nothing was brought in before."""
    said = said_before(used.stamp).tables.get(INCIDENTS.name)
    if said is None or SOURCE not in said.headers or not len(imported.log):
        return ()
    at = said.headers.index(SOURCE)
    before = tools_of(str(row[at] or "") for row in said.rows)
    now = tools_of(imported.tickets.incidents["source"])
    if not before or not now or before & now:
        return ()
    finding = Finding(
        Level.WARNING, "import-tool",
        f"the export is of {', '.join(sorted(now))}, and what was brought in before is of "
        f"{', '.join(sorted(before))}",
        name, "Check that it is the right file; its tickets come in as new ones",
    )  # fmt: skip
    return (finding,)


def _new(came: Arrived, rows: Sequence[tuple[Any, ...]]) -> int:
    table = came.inputs.tables[INCIDENTS.name]
    at = table.headers.index(INCIDENTS.keys[0])
    before = {str(row[at] or "").casefold() for row in rows}
    now = {str(row[at] or "").casefold() for row in table.rows}
    return len(now - before)


def _waited_until(imported: Imported, spec: MatrixSpec) -> dict[str, float]:
    """Until when tickets that do not wait now may have waited, as serial numbers."""
    frame = imported.tickets.incidents
    ends = frame["resolved"].fillna(frame["updated"]).fillna(frame["opened"])
    wall, _ = wall_of(spec.zone, ends)
    waits = (frame["state"] == Kind.WAITING.value).to_numpy()
    return {
        str(frame["id"].iloc[row]).casefold(): float(wall[row] + EPOCH_S) / 86_400
        for row in np.flatnonzero(~waits)
    }
