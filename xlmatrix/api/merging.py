"""Two copies of one workbook made one again, with everything that people typed in either."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlmatrix.api.outputs import workbook_output, write
from xlmatrix.api.regenerating import outfit_for, packed, renewed_of, stamps_in
from xlmatrix.errors import Finding, XlmatrixError
from xlmatrix.regen.copies.book import join_copies
from xlmatrix.regen.copies.deciding import Conflict, Decide, Side
from xlmatrix.regen.reading.book import read_book
from xlmatrix.routes.both import worn_by_both
from xlmatrix.sheets.strict import strict_findings

if TYPE_CHECKING:
    from xlmatrix.regen.merging.report import Report

Progress = Callable[[str], None]
#: How conflicts are decided without anybody: by name.
_DECIDED: Final[dict[str, Decide]] = {
    "stop": lambda _: None,
    "ours": lambda _: Side.MINE,
    "theirs": lambda _: Side.THEIRS,
}


@dataclass(frozen=True, slots=True)
class MergedCopies:
    """A workbook merged of two copies.

    Attributes
    ----------
    report
        What came from which copy, what both changed, and what was renumbered.
    findings
        What was typed that no spec takes, and notes.
    data
        The bytes of the workbook; empty in a dry run.
    path
        Where it was saved; None in a dry run.
    backup
        The copy of a file that was replaced.
    """

    report: Report
    findings: tuple[Finding, ...]
    data: bytes = b""
    path: Path | None = None
    backup: Path | None = None


# Long because: every parameter is explained to those who call the library.
def merge(
    mine: str | os.PathLike[str],
    theirs: str | os.PathLike[str],
    *,
    base: str | os.PathLike[str] | None = None,
    output: str | os.PathLike[str] | None = None,
    conflicts: str | Decide = "stop",
    dry_run: bool = False,
    allow_loss: Iterable[str] = (),
    overwrite: bool | None = None,
    progress: Progress | None = None,
) -> MergedCopies:
    """Merge two copies of one workbook that two people used; nothing that either typed is lost.

    What one of them changed stands. What both changed, and not alike, is a conflict. Two
    incidents that were given one ID are two: that of ``theirs`` gets a free one, and what speaks
    of it follows. Merging the result with one of the copies again changes nothing.

    Parameters
    ----------
    mine, theirs
        Copies of one workbook that xlmatrix made, whatever program saved them since.
    base
        The workbook as it was when the copies were taken; None takes what their common stamp says
        was offered, so that what was typed before counts as typed in both.
    output, dry_run
        One is needed: where to save the merged workbook; report only.
    conflicts
        ``stop`` ends with an error that names them, ``ours`` and ``theirs`` decide them all; or a
        function that is asked for each one: it gets a ``Conflict`` and gives the ``Side`` that
        stands, or None to stop.
    allow_loss
        Names (as an error gives them) of what may be left behind.
    overwrite
        Whether ``output`` may replace a file, as in :func:`xlmatrix.api.build`.
    progress
        Called with what is being done.

    Raises
    ------
    XlmatrixError
        A file is not readable or none of ours, they are no copies of one workbook, something
        cannot be carried over, or the output cannot be written. Both copies stay as they are.
    FindingsError
        Naming the conflicts that nobody decided.
    """
    files = [Path(path) for path in (mine, theirs, base) if path is not None]
    _refuse_twice(files)
    if (output is not None) == dry_run:
        mend = "Give -o MERGED.xlsx, or --dry-run"
        raise XlmatrixError("say where the merged workbook goes", where=str(mine), mend=mend)
    if output is not None:
        # Before anybody is asked.
        workbook_output(output, inputs=files, overwrite=True)
    say, allowed = progress or (lambda _: None), frozenset(allow_loss)
    books = []
    for path in files:
        say(f"reading {path.name}")
        books.append(read_book(path, restore=allowed, progress=progress))
    say("merging")
    before = books[2] if base is not None else None
    copies = join_copies(before, books[0], books[1], _decider(conflicts))
    used = copies.used
    goal = None
    if output is not None:
        goal = workbook_output(output, inputs=files, overwrite=overwrite, source=used)
    found, lines = worn_by_both(copies, before)
    copies = replace(copies, lines=(*copies.lines, *lines))
    target = files[0] if output is None else Path(output)
    dress, outfit = outfit_for(found, target, past=stamps_in(books[0], books[1]))
    renewed = renewed_of(
        used, used.loaded, allowed, only_report=dry_run, outfit=outfit, copies=copies
    )
    findings = renewed.report.findings
    if goal is None:
        odd = strict_findings(renewed.book, renewed.spec, used.where)
        return MergedCopies(renewed.report, (*findings, *odd))
    data = packed(used, renewed, dress, say)
    say("saving")
    return MergedCopies(renewed.report, findings, data, goal.path, write(data, goal))


def _decider(conflicts: str | Decide) -> Decide:
    if callable(conflicts):
        return conflicts
    if conflicts not in _DECIDED:
        raise XlmatrixError(
            f"{conflicts!r} is no way to decide conflicts",
            where="conflicts",
            mend=f"Say {', '.join(_DECIDED)}, or give a function",
        )
    return _DECIDED[conflicts]


def _refuse_twice(files: list[Path]) -> None:
    for number, path in enumerate(files):
        for other in files[:number]:
            if path.resolve() == other.resolve() or (
                path.exists() and other.exists() and path.samefile(other)
            ):
                raise XlmatrixError(
                    "the same file was given twice",
                    where=str(path),
                    mend="Name the two copies, and before them, if you have it, the workbook that"
                    " they were taken of",
                )


__all__ = ["Conflict", "MergedCopies", "Side", "merge"]
