"""The checklist on paper: as a document, and as rows for a spreadsheet."""

from __future__ import annotations

import csv
import io

from xlmatrix.formula import guarded
from xlmatrix.papers.blocks import Document, Grid, Section, Text
from xlmatrix.rules.cells import RowCells
from xlmatrix.sheets.guides import checklist_lines
from xlmatrix.sheets.guides.checklist import progress_of
from xlmatrix.sheets.parts import Scene
from xlmatrix.worktime.serials import moment_of

_HEADERS = ("ID", "Step", "State", "Owner", "Due", "Finding", "Source")
_MARKS = {"done": "☑", "not needed": "–"}


def checklist_document(scene: Scene) -> Document:
    """The checklist with the state of each step, a table a section."""
    lines = checklist_lines(scene)
    titles = dict.fromkeys(str(line["Section"] or "Own steps") for line in lines)
    sections = []
    for title in titles:
        mine = [line for line in lines if str(line["Section"] or "Own steps") == title]
        done, total, _ = progress_of(mine)
        rows = tuple(_row(line) for line in mine)
        caption = f"{done} of {total} steps done"
        grid = Grid(caption, _HEADERS, rows, (6, 30, 10, 14, 9, 20, 22))
        sections.append(Section(title, (grid,)))
    done, total, late = progress_of(lines)
    opening = Text(f"{done} of {total} steps done, {late} overdue.")
    return Document(
        title="Checklist",
        subtitle=scene.spec.title,
        organisation=scene.spec.organisation,
        made=scene.context.as_of,
        zone=scene.spec.zone,
        sections=(Section("Progress", (opening,)), *sections),
        landscape=True,
        author=scene.spec.author,
    )


def checklist_csv(scene: Scene) -> str:
    """The checklist as CSV with a header; what could start a formula gets a quote."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    headers = ("ID", "Section", "Step", "Checked by", "Status", "State", "Owner", "Due", "Done on",
               "Valid (days)", "Finding", "Evidence and notes", "Source", "Standing")  # fmt: skip
    writer.writerow(headers)
    for line in checklist_lines(scene):
        writer.writerow([guarded(_shown(line, header)) for header in headers])
    return out.getvalue()


def _row(line: RowCells) -> tuple[str, ...]:
    state = str(line["State"])
    shown = f"{_MARKS.get(state.casefold(), '☐')} {state}"
    return tuple(shown if h == "State" else _shown(line, h) for h in _HEADERS)


def _shown(line: RowCells, header: str) -> str:
    value = line[header]
    if header in ("Due", "Done on"):
        day = line.number(header)
        if day is not None:
            return moment_of(int(day)).date().isoformat()
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
