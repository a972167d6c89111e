"""What stands where a workbook is to be written: as it was made, or with what people typed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from xlmatrix.errors import XlmatrixError
from xlmatrix.regen.carrying.beside import typed_beside
from xlmatrix.regen.reading.book import UsedBook, read_book
from xlmatrix.regen.reading.tables import told
from xlmatrix.regen.reading.typed import Formulated
from xlmatrix.rules.logs.incident_log import ID
from xlmatrix.sheets.stamp import seal_of


def what_people_typed(path: Path, source: UsedBook | None = None) -> str:
    """What of a workbook of ours would be missed, in words; empty for one as it was made.

    Parameters
    ----------
    source
        The workbook that the new one is made from. One that an earlier run made from it, and that
        nobody touched since, holds nothing that this one lacks.

    Raises
    ------
    XlmatrixError
        When the file is none of ours, or cannot be read.
    """
    return next(_typed(read_book(path), source), "")


def _typed(used: UsedBook, source: UsedBook | None) -> Iterator[str]:
    now = seal_of(used.inputs)
    if now != seal_of(used.stamp.base) and not (
        source is not None and now == used.stamp.seal and _incidents(used) <= _incidents(source)
    ):
        yield "values"
    formulas = set() if source is None else {_cell_of(one) for one in source.formulated}
    if any(_cell_of(one) not in formulas for one in used.formulated):
        yield "formulas or values over formulas"
    known = set() if source is None else {sheet.name for sheet in source.own_sheets}
    if any(sheet.name not in known for sheet in used.own_sheets):
        yield "sheets of their own"
    columns = set() if source is None else {(one.table, one.header) for one in source.added}
    if any((one.table, one.header) not in columns for one in used.added):
        yield "columns of their own"
    if source is None:
        yield from (kind for kind, _ in _on_our_sheets(used))
    else:
        # Where it stands a regeneration may have changed, so what it says is compared.
        missed = Counter([*_on_our_sheets(used), *_in_theirs(used)])
        missed.subtract([*_on_our_sheets(source), *_in_theirs(source)])
        yield from (kind for (kind, _), count in missed.items() if count > 0)


def _on_our_sheets(used: UsedBook) -> Iterator[tuple[str, str]]:
    """Comments, and what was typed beside the tables: a word for it, and what it says."""
    for name, now in used.sheet_names.items():
        part = used.contents.sheet(now)
        if part is None or part.state != "visible":
            continue
        for comment in part.comments.values():
            yield "comments", comment.text
        for _, value in typed_beside(used, part, used.stamp.sheets[name]):
            yield "notes beside the tables", told(value)


def _in_theirs(used: UsedBook) -> Iterator[tuple[str, str]]:
    """What people typed on sheets and in columns of their own, as of :func:`_on_our_sheets`."""
    for sheet in used.own_sheets:
        for spot, value in sheet.cells.values.items():
            if spot not in sheet.cells.formulas and value not in (None, ""):
                yield "sheets of their own", told(value)
    for one in used.added:
        for value in one.values.values():
            if value not in (None, ""):
                yield "columns of their own", told(value)


def _cell_of(one: Formulated) -> tuple[str, str, str]:
    return one.table, one.key, one.header


def _incidents(used: UsedBook) -> set[tuple[str, str]]:
    log = used.log
    opened = (str(stamp) for stamp in log.stamps["Opened"])
    return set(zip(log.texts[ID], opened, strict=True))


def refuse_what_people_typed(path: Path, option: str, *, source: UsedBook | None = None) -> None:
    """Refuse to replace a workbook that somebody would miss.

    ``option`` is how a user says that it shall be replaced all the same.

    Raises
    ------
    XlmatrixError
        For a workbook that people typed in since it was made, and for a file that is none of ours.
    """
    try:
        typed = what_people_typed(path, source)
    except XlmatrixError as fault:
        raise XlmatrixError(
            f"the file exists already, and what it holds is not known ({fault.what})",
            where=str(path),
            mend=f"Choose another name, or say {option}, which keeps a backup",
        ) from fault
    if typed:
        raise XlmatrixError(
            f"people typed in this workbook since it was made ({typed})",
            where=str(path),
            mend=f"Use regenerate, or {option}, which keeps a backup",
        )
