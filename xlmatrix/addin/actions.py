"""The buttons: recalculate, validate, refresh from a spec, import incidents.

Each takes an xlwings ``Book``, reads every table once, writes every table once, and answers with
one sentence for the person who pressed it. Formulas of the log are never touched.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xlmatrix import api
from xlmatrix.addin.bridge import LOGS, STATES, Snapshot, State, as_of_of, owned, read
from xlmatrix.addin.ground import watched
from xlmatrix.addin.importing import import_into
from xlmatrix.addin.sheets import Written, write_tables
from xlmatrix.addin.stamps import selected, stamp, stands
from xlmatrix.addin.telling import adder, calculate
from xlmatrix.api.recalculating import LOG, Recalculation
from xlmatrix.api.recalculating import recalculate as recomputed
from xlmatrix.api.understanding import understand
from xlmatrix.errors import Finding, Level, XlmatrixError
from xlmatrix.model import check_spec
from xlmatrix.routes.macros import CONF_SHEET, MADE_FOR
from xlmatrix.sheets.recalculated import (
    AUDIT,
    AUDIT_HEADERS,
    AUDIT_SHEET,
    DISAGREES,
    HEADER_ROW,
    PARITY,
    PARITY_COLUMN,
    PARITY_HEADERS,
    RECALCULATED,
    SHEET,
)
from xlmatrix.style.titles import Title
from xlmatrix.tables.catalogue import header_of, table_of
from xlmatrix.tables.kinds import KEY, TEXT
from xlmatrix.worktime.zones import now_in

if TYPE_CHECKING:
    from xlmatrix.regen.merging.report import Report

FINDINGS: Final = "tFindings"
FINDINGS_SHEET: Final = Title.VALIDATION.value
_MOST_NAMES: Final = 20
_CLOSED: Final = "the workbook was closed before the action was done: open it and try again"
_FINDING_HEADERS: Final = ("Level", "Where", "What", "How to mend it")


def recalculate(book: Any, as_of: datetime | None = None) -> str:
    """Recompute every clock of the log and write the sheets Recalculated and Audit.

    Parameters
    ----------
    book
        An xlwings Book.
    as_of
        Naive wall-clock time the results speak of; None means the workbook's *As of*.
    """
    seen, state = _read(book)
    shown = as_of_of(seen.names, state.spec.zone)
    log = seen.tables[LOG]
    # The log may have typed columns of its own, which the state of the policy leaves out.
    known = understand(seen.tables, seen.names, seen.stamp, flags=False)
    check_unmoved = watched(book, log)
    found = recomputed(
        known.spec,
        seen.tables,
        as_of=as_of or shown,
        shown_as_of=shown,
        now=now_in(state.spec.zone),
        place=(log.row + 1, log.column),
        typed=known.typed,
    )
    check_unmoved()
    titles = write_tables(book, written(found))
    return sentence(found, titles[PARITY])


def written(found: Recalculation) -> list[Written]:
    """The three tables of a recalculation and where they stand."""
    results = found.results
    marks = [mark.cells for mark in results.marks]
    return [
        Written(
            RECALCULATED,
            SHEET,
            HEADER_ROW,
            1,
            results.headers,
            results.rows,
            stamps=results.stamps,
            texts=_texts(RECALCULATED),
            proof=("Status", "Check", DISAGREES),
            keys=(header_of(RECALCULATED, "ID"), header_of(RECALCULATED, "Opened")),
            gone={DISAGREES: "no longer in the log"},
        ),
        Written(
            AUDIT,
            AUDIT_SHEET,
            HEADER_ROW,
            1,
            AUDIT_HEADERS,
            results.audits[-1:],
            stamps=frozenset({"When", "As of"}),
            texts=_texts(AUDIT),
            added=True,
        ),
        Written(
            PARITY,
            AUDIT_SHEET,
            HEADER_ROW,
            PARITY_COLUMN,
            PARITY_HEADERS,
            marks,
            texts=_texts(PARITY),
            proof=("Cell",),
            keys=("Incident", "Column"),
        ),
    ]


def _texts(name: str) -> frozenset[str]:
    """The headers of a table's columns of words."""
    table = table_of(name)
    columns = table.columns if table is not None else ()
    return frozenset(column.header for column in columns if column.kind in (TEXT, KEY))


def sentence(found: Recalculation, sheet: str = AUDIT_SHEET) -> str:
    """What happened, for the person who pressed the button; the marks are listed on ``sheet``."""
    count = len(found.marks)
    parity = (
        "Formulas and engine agree everywhere."
        if not count
        else f"{count:,} cell{'' if count == 1 else 's'} of the log disagree with the engine: "
        f"they are red on Incidents and listed on {sheet}."
    )
    return (
        f"Recalculated {found.rows:,} incident{'' if found.rows == 1 else 's'} "
        f"as of {found.as_of:%Y-%m-%d %H:%M}; {found.changed:,} changed. {parity}"
    )


def validate(book: Any) -> str:
    """List everything wrong or doubtful about the matrix on a sheet of its own."""
    seen, state = _read(book)
    found = understand(seen.tables, seen.names, seen.stamp).findings
    rows = [_finding_cells(finding) for finding in _findings(replace(state, findings=found))]
    table = Written(
        FINDINGS,
        FINDINGS_SHEET,
        3,
        1,
        _FINDING_HEADERS,
        rows,
        texts=frozenset(_FINDING_HEADERS),
        proof=("Level",),
        keys=("Where", "What"),
        gone={"Level": "mended"},
    )
    title = write_tables(book, [table])[FINDINGS]
    if not rows:
        return "The matrix has no findings."
    return f"The matrix has {len(rows)} finding{'' if len(rows) == 1 else 's'}: see {title}."


def refresh(book: Any, spec: str | Path | None = None) -> str:
    """Write a new workbook from the spec beside this one, keeping what people typed.

    The open workbook is not changed: the new one stands beside it, to be looked at first.
    """
    full = str(getattr(book, "fullname", "") or "")
    path = Path(full)
    if not full or "://" in full or not path.is_file():
        raise XlmatrixError(
            "only a workbook saved on this computer can be refreshed",
            where=str(book.name),
            mend="Save it in a folder, or run: xlmatrix regenerate BOOK --template SPEC -o NEW",
        )
    target, report = _renewed(path, spec)
    return (
        f"Wrote {target.name} beside this workbook, from what was last saved: {report.sentence()}. "
        "Look at its sheet Changes first."
    )


def _renewed(path: Path, spec: str | Path | None) -> tuple[Path, Report]:
    """A new workbook beside one, and what became of its inputs; nobody's file is replaced.

    What the workbook wears comes along: macros need the name of a workbook with macros.
    """
    for number in range(1, _MOST_NAMES):
        suffix = "" if number == 1 else f" {number}"
        target = path.with_name(f"{path.stem} refreshed{suffix}{path.suffix}")
        try:
            return target, api.regenerate(path, spec, output=target).report
        except XlmatrixError as fault:
            # Somebody typed in what stands there, or has it open.
            if fault.where != str(target) or not target.exists():
                raise
    raise XlmatrixError(
        f"{_MOST_NAMES} refreshed workbooks stand beside this one",
        where=str(path.parent),
        mend="Move those away that are no longer needed",
    )


def import_incidents(book: Any, path: str | Path | None = None) -> str:
    """Add incidents to the log: from an export's file, or from what was pasted on sheet Import."""
    seen, state = _read(book)
    return import_into(book, seen.tables, state.spec, path)


def read_workbook(book: Any) -> str:
    """Let functions in cells compute with this workbook as it is now."""
    state = _read(book, skip=LOGS, chosen=True)[1]
    return (
        f"Functions now compute with {len(state.spec.severities)} severities and "
        f"{len(state.spec.calendars)} calendars of {book.name}."
    )


def stamp_selected(book: Any, word: str, key: str = "") -> str:
    """Stamp the incident in the selected row, and recalculate where Excel computes at once.

    ``word`` is one of :data:`xlmatrix.api.stamping.COLUMNS`; ``key`` stands for the selection.
    """
    given = stamp(book, key or selected(book), word)
    if adder(book) is not None:
        # Lite sees the workbook as it was when the button was pressed.
        return f"{given.said()}. Excel computes the clocks; press Recalculate to compare them."
    calculate(book)
    return f"{stands(read(book), given)}. {recalculate(book)}"


_ACTIONS: Final[dict[str, Callable[..., str]]] = {
    "recalculate": recalculate,
    "validate": validate,
    "refresh": refresh,
    "import_incidents": import_incidents,
    "read": read_workbook,
    "stamp": stamp_selected,
}


def run(action: str, book: Any = None, *arguments: Any, owner: str = "") -> str:
    """Do an action for a button: what it says is shown, and no error leaves a traceback behind.

    Parameters
    ----------
    action
        ``recalculate``, ``validate``, ``refresh``, ``import_incidents``, ``read`` or ``stamp``.
    book
        An xlwings Book; None means the workbook whose button was pressed (desktop).
    owner
        Who pressed it, where several people use one process (Server).
    """
    try:
        if book is None:
            book = _in_front()
        _check_version(book)
        with owned(owner):
            said, mode = _ACTIONS[action](book, *arguments), "info"
        if action != "refresh":
            # Functions in cells answer from what was read and written now.
            calculate(book)
    except XlmatrixError as error:
        said, mode = f"{error.what}.\n\n{error.mend}.\n\nNothing was written.", "critical"
    except Exception as error:  # a person gets a sentence, whatever happens
        mode = "critical"
        if _is_closed(book):
            return _CLOSED
        logging.getLogger("xlmatrix").exception("the action %s failed", action)
        said = f"This is a fault in xlmatrix, not in your workbook: {type(error).__name__}: {error}"
    if book is not None:
        _alert(book, said, mode)
    return said


def _alert(book: Any, said: str, mode: str) -> None:
    add = adder(book)
    if add is None:
        book.app.alert(said, title="xlmatrix", mode=mode)
    else:
        add(func="alert", args=[said, "xlmatrix", "ok", mode, ""])


def _in_front() -> Any:
    """The workbook whose button was pressed; for the constant add-in, the one in front."""
    import xlwings

    try:
        book = xlwings.Book.caller()
        if str(book.name).lower().endswith(".xlam"):
            book = xlwings.books.active
    except Exception as fault:  # each engine has its own way to say that there is none
        raise XlmatrixError(
            "no workbook is open", where="Excel", mend="Open a workbook, then try again"
        ) from fault
    return book


def _is_closed(book: Any) -> bool:
    """Whether a workbook answers no more; then there is no window for an alert either."""
    try:
        return not book.name
    except Exception:  # noqa: BLE001 - each engine has its own way to say so
        return True


def _findings(state: State) -> tuple[Finding, ...]:
    try:
        return (*state.findings, *check_spec(state.spec, "matrix"))
    except (AttributeError, TypeError, ValueError):
        if not state.findings:
            raise
        # A spec that holds what no spec may hold cannot be checked further.
        more = Finding(
            Level.NOTE,
            "unchecked",
            "further checks wait until these cells are mended",
            "matrix",
            "Mend them, then validate again",
        )
        return (*state.findings, more)


def _check_version(book: Any) -> None:
    """The macros name a library file of one version of xlwings: say so before it is missed."""
    conf = next((sheet for sheet in book.sheets if sheet.name == CONF_SHEET), None)
    if conf is None:
        return
    settings = {row[0]: row[1] for row in conf.used_range.options(ndim=2).value if len(row) > 1}
    made_for, installed = settings.get(MADE_FOR), version("xlwings")
    if made_for and str(made_for) != installed:
        raise XlmatrixError(
            f"this workbook's macros are made for xlwings {made_for}, and {installed} is installed",
            where=CONF_SHEET,
            mend=f"Build the workbook again, or: pip install xlwings=={made_for}",
        )


def _read(book: Any, skip: tuple[str, ...] = (), *, chosen: bool = False) -> tuple[Snapshot, State]:
    seen = read(book, skip=skip)
    if LOG not in seen.tables and LOG not in skip:
        raise XlmatrixError(
            "this workbook has no table tIncidents",
            where="Incidents",
            mend="Undo what removed it, or take a backup of the workbook",
        )
    return seen, STATES.take(seen, chosen=chosen)


def _finding_cells(finding: Finding) -> tuple[str, str, str, str]:
    place = " ".join(part for part in (finding.where, finding.path) if part)
    return (finding.level.value, place, finding.what, finding.mend)
