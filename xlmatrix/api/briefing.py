"""The working brief and the checklist of a spec or of a workbook in use."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlmatrix.api.checking import Checked, checked
from xlmatrix.api.horizon import covering
from xlmatrix.api.outputs import file_output, write
from xlmatrix.api.stamps import as_of_stamp
from xlmatrix.errors import XlmatrixError
from xlmatrix.model import MatrixSpec, load
from xlmatrix.package.kinds import is_workbook
from xlmatrix.regen import read_book
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.tables.kinds import stamp_of
from xlmatrix.worktime.zones import now_in

if TYPE_CHECKING:
    from xlmatrix.papers import Document
    from xlmatrix.sheets.parts import Scene
    from xlmatrix.write.outputs import Output

BRIEF_FORMATS: Final = ("html", "pdf", "docx", "md")
CHECKLIST_FORMATS: Final = ("md", "html", "csv")


@dataclass(frozen=True, slots=True)
class Paper:
    """A document in one form.

    Attributes
    ----------
    data
        Its bytes; UTF-8 where it is text.
    format
        One of html, pdf, docx, md, csv.
    path
        Where it was saved; None where no output was named.
    backup
        The copy of a file that it replaced.
    """

    data: bytes
    format: str
    path: Path | None = None
    backup: Path | None = None


def brief(
    source: str | os.PathLike[str],
    *,
    output: str | os.PathLike[str] | None = None,
    format: str | None = None,  # noqa: A002
    as_of: datetime | str | None = None,
    overwrite: bool | None = None,
) -> Paper:
    """Two to four pages for managers, made from the matrix.

    Parameters
    ----------
    source
        A spec in YAML, or a workbook in use.
    output
        Where to save; its ending says the form where ``format`` does not.
    format
        ``html`` (one file, nothing from the network), ``pdf`` (by LibreOffice), ``docx`` or ``md``.
    as_of
        The time it speaks of; None takes the workbook's own, else now.
    overwrite
        True replaces a file and keeps a backup of it; otherwise one that exists stays.

    Raises
    ------
    XlmatrixError
        The source cannot be read, the form is unknown, LibreOffice is missing for a PDF, or the
        output cannot be written.
    """
    form = wanted_format(output, format, BRIEF_FORMATS)
    goal = goal_of(output, form, source, overwrite)
    scene, found = _scene(Path(source), as_of)
    from xlmatrix.papers import compose

    document = compose(scene, found.open, found.accepted)
    return saved(written(document, form), form, goal)


def checklist(
    source: str | os.PathLike[str],
    *,
    output: str | os.PathLike[str] | None = None,
    format: str | None = None,  # noqa: A002
    as_of: datetime | str | None = None,
    overwrite: bool | None = None,
) -> Paper:
    """The checklist with the state of each step, as Markdown, HTML or CSV.

    Parameters, errors and answer are those of :func:`brief`; a spec that asks for no checklist
    gets the shared one.
    """
    form = wanted_format(output, format, CHECKLIST_FORMATS)
    goal = goal_of(output, form, source, overwrite)
    scene, _ = _scene(Path(source), as_of, check=False)
    from xlmatrix.papers import checklist_csv, checklist_document

    if form == "csv":
        # A spreadsheet program takes the file for UTF-8 by its first bytes.
        data = checklist_csv(scene).encode("utf-8-sig")
    else:
        data = written(checklist_document(scene), form)
    return saved(data, form, goal)


def wanted_format(
    output: str | os.PathLike[str] | None, given: str | None, known: tuple[str, ...]
) -> str:
    """The form of a paper: the given one, else what the ending of its name says."""
    form = given or (Path(output).suffix.lstrip(".").lower() if output is not None else known[0])
    if form not in known:
        raise XlmatrixError(
            f"'{form}' is no form that can be written",
            where=str(output) if output is not None else "format",
            mend=f"End the name in .{', .'.join(known[:-1])} or .{known[-1]}",
        )
    return form


def _scene(
    source: Path, as_of: datetime | str | None, *, check: bool = True
) -> tuple[Scene, Checked]:
    from xlmatrix.sheets.book import make_scene

    if is_workbook(source):
        used = read_book(source)
        spec: MatrixSpec
        spec, log, typed = used.spec, used.log, used.typed
        typed_as_of = stamp_of(typed.get(("", "AsOf_Input", "")))
        frozen = as_of_stamp(as_of if as_of is not None else typed_as_of, spec.zone)
        found = checked(source) if check else Checked(())
    else:
        loaded = load(source)
        spec, log, typed = loaded.spec, IncidentLog.empty(), {}
        frozen = as_of_stamp(as_of, spec.zone)
        found = Checked(loaded.findings, loaded.accepted)
    now = frozen or now_in(spec.zone)
    wide, _ = covering(spec, log, now)
    return make_scene(wide, log, as_of=now, created=now, typed=typed), found


def written(document: Document, form: str) -> bytes:
    """The bytes of a document in one form."""
    from xlmatrix.papers import to_docx, to_html, to_markdown, to_pdf

    match form:
        case "docx":
            return to_docx(document)
        case "pdf":
            return to_pdf(document)
        case "html":
            return to_html(document).encode()
    return to_markdown(document).encode()


def goal_of(
    output: str | os.PathLike[str] | None,
    form: str,
    source: str | os.PathLike[str],
    overwrite: bool | None,
) -> Output | None:
    """The file that a paper shall be, looked at before it is made; None for none."""
    if output is None:
        return None
    return file_output(output, (f".{form}",), inputs=(source,), overwrite=overwrite)


def saved(data: bytes, form: str, goal: Output | None) -> Paper:
    """The paper, written where it was to be."""
    if goal is None:
        return Paper(data, form)
    return Paper(data, form, goal.path, write(data, goal))
