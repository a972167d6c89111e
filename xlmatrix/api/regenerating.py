"""A used workbook to a new template or spec, with everything that people typed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlmatrix import resources
from xlmatrix.api.building import Typed, recalculated, stamp_of
from xlmatrix.api.checking import line_finding
from xlmatrix.api.drafting import template as shipped
from xlmatrix.api.horizon import covering
from xlmatrix.api.law_findings import release_findings
from xlmatrix.api.outputs import workbook_output
from xlmatrix.api.recalculating import AnyTable
from xlmatrix.api.unstamped import UNSTAMPED, refuse_dressed, unstamped_note
from xlmatrix.api.zones import workbook_zone_findings
from xlmatrix.errors import Finding, XlmatrixError
from xlmatrix.model import Loaded, MatrixSpec, dump, load, loads
from xlmatrix.regen.reading.book import read_book
from xlmatrix.routes import Dress
from xlmatrix.rules.lint.health_check import ACCEPTED
from xlmatrix.sheets.book import make_scene
from xlmatrix.sheets.recalculated import AUDIT_SHEET, SHEET, STAMPED
from xlmatrix.sheets.strict import refuse_odd_stamps
from xlmatrix.version import __version__
from xlmatrix.worktime.zones import now_in

if TYPE_CHECKING:
    from xlmatrix.regen.copies.book import Copies
    from xlmatrix.regen.merging.merge import Change
    from xlmatrix.regen.merging.report import Report
    from xlmatrix.regen.reading.book import UsedBook
    from xlmatrix.regen.reading.tables import Inputs
    from xlmatrix.regen.renew import Outfit, Renewed
    from xlmatrix.routes.worn import Worn
    from xlmatrix.sheets.plan import BookPlan
    from xlmatrix.write.outputs import Output
    from xlmatrix.write.targets import State

Progress = Callable[[str], None]
#: Lines of Health that speak of what people type in the logs.
_OF_LOGS: Final = frozenset({"log-odd", "below-table"})


@dataclass(frozen=True, slots=True)
class Regenerated:
    """A regenerated workbook.

    Attributes
    ----------
    report
        What was kept, taken, in conflict, orphaned and refused.
    findings
        What was typed that no spec takes, and notes.
    data
        The bytes of the new workbook; empty in a dry run.
    path
        Where it was saved; None in a dry run.
    backup
        The copy of the file that was replaced.
    refusal
        Of a dry run, the error in which the run itself would end; None where it would succeed.
    """

    report: Report
    findings: tuple[Finding, ...]
    data: bytes = b""
    path: Path | None = None
    backup: Path | None = None
    refusal: XlmatrixError | None = None


# Long because: every parameter is explained to those who call the library.
def regenerate(
    book: str | os.PathLike[str],
    template: MatrixSpec | Loaded | str | os.PathLike[str] | None = None,
    *,
    output: str | os.PathLike[str] | None = None,
    in_place: bool = False,
    dry_run: bool = False,
    allow_loss: Iterable[str] = (),
    overwrite: bool | None = None,
    progress: Progress | None = None,
    without_stamp: bool = False,
) -> Regenerated:
    """Bring a used workbook to a new template or spec; nothing that people typed is lost.

    Macros that ``build --macros`` wrote and the script of ``build --lite`` are there again, in this
    release's edition, with the modules and files that users added. Regenerating a workbook that
    nobody touched, to the same spec, gives equal bytes.

    Parameters
    ----------
    book
        A workbook that xlmatrix made, whatever program saved it since.
    template
        A template's name, a spec or the path of one; None takes the one that the workbook was made
        from, in its newest edition where it is a shipped template.
    output, in_place, dry_run
        One is needed: where to save the new workbook (an ``.xlsm`` for one with macros); replace
        the workbook, and keep the old one beside it; report only.
    allow_loss
        Names (as an error gives them) of what may be left behind.
    overwrite
        Whether ``output`` may replace a file, as in :func:`xlmatrix.api.build`.
    progress
        Called with what is being done.
    without_stamp
        Leave out the stamp, a hidden copy of the spec and of every value as it was offered. Such a
        workbook cannot be regenerated, recalculated or checked.
        Nor has it the sheet *Changes*, which says what stood in its cells before.

    Raises
    ------
    XlmatrixError
        The file is not readable or none of ours, its stamp or a table is gone, something cannot be
        carried over, or the output cannot be written. The old file is then untouched.
    """
    source, target = Path(book), _target(Path(book), output, in_place, dry_run)
    if without_stamp and in_place:
        raise XlmatrixError(
            f"the workbook that people use would be one {UNSTAMPED}",
            where=str(source),
            mend="Give -o COPY.xlsx, and keep this one",
        )
    say = progress or (lambda _: None)
    say(f"reading {source.name}")
    allowed = frozenset(allow_loss)
    read = state_of_file(source)
    used = read_book(source, restore=allowed, progress=progress)
    new = _new_spec(template, used.stamp.template, used.loaded)
    goal = None if output is None else _goal(output, used, new, overwrite)
    dress, outfit = outfit_of(used, target, without_stamp=without_stamp)
    say("merging")
    renewed = renewed_of(
        used, new, allowed, only_report=dry_run, outfit=outfit, keeps_past=not without_stamp
    )
    findings = (*new.findings, *renewed.report.findings, *_zone_notes(used, new))
    findings += _law_notes(used)
    findings += tuple(
        line_finding(line, source)
        for line in renewed.book.health
        if line.code in _OF_LOGS and line.found > 0 and line.state != ACCEPTED
    )
    if without_stamp:
        findings += (unstamped_note(str(target)),)
    if dry_run:
        refusal = renewed.refusal or _rehearsed(used, renewed, dress, say)
        return Regenerated(renewed.report, findings, refusal=refusal)
    data = packed(used, renewed, dress, say)
    say("saving")
    backup = saved(data, goal, source, read)
    return Regenerated(renewed.report, findings, data, target, backup)


def state_of_file(path: Path, *, closed: bool = False) -> State:
    """What a file looks like before it is read; refused where it must be ``closed`` and is not."""
    # The Lite script brings no room that writes files, and imports this module.
    from xlmatrix.write.targets import check_target, state_of

    if closed:
        check_target(path, None)
    return state_of(path)


def _goal(
    output: str | os.PathLike[str], used: UsedBook, new: Loaded, overwrite: bool | None
) -> Output:
    return workbook_output(
        output,
        inputs=(used.where, new),
        overwrite=overwrite,
        source=used,
        instead="Choose another name, or say --in-place, which keeps a backup",
    )


def _zone_notes(used: UsedBook, new: Loaded) -> tuple[Finding, ...]:
    """What of the deadlines moves by law, and not because the new spec says so."""
    if used.base.zone != new.spec.zone:
        return ()
    return workbook_zone_findings(used, "Nothing to do: the new workbook has the newer table")


def _law_notes(used: UsedBook) -> tuple[Finding, ...]:
    """What published obligations say otherwise than in the release that made a workbook."""
    now = used.stamp.created
    scene = make_scene(used.spec, used.log, as_of=now, created=now, typed=used.typed)
    mend = "Have counsel look: the new workbook has it; what people typed stays"
    return tuple(release_findings(scene, used.stamp.base.tables, used.where, mend))


def _rehearsed(
    used: UsedBook, renewed: Renewed, dress: Dress | None, say: Progress
) -> XlmatrixError | None:
    """The error in which making the workbook ends, for a run that writes nothing."""
    try:
        packed(used, renewed, dress, say)
    except XlmatrixError as error:
        return error
    return None


def packed(
    used: UsedBook, renewed: Renewed, dress: Dress | None, say: Progress = lambda _: None
) -> bytes:
    """The finished workbook, unless a strict matrix has odd stamps; see :func:`finished`."""
    refuse_odd_stamps(renewed.book, renewed.spec, used.where)
    return finished(used, renewed, dress, say)


def finished(
    used: UsedBook, renewed: Renewed, dress: Dress | None, say: Progress = lambda _: None
) -> bytes:
    """A workbook's bytes: rendered, with the looks of users' sheets, dressed, and read back.

    Raises
    ------
    XlmatrixError
        When something is not in it that should be.
    """
    from xlmatrix.regen.carrying.graft import grafted
    from xlmatrix.regen.carrying.state.settling import settled
    from xlmatrix.regen.stages.verified import verify
    from xlmatrix.write import render

    data = render(renewed.book, progress=lambda sheet: say(f"writing {sheet}"))
    data = grafted(data, used.contents.package, renewed.grafts, renewed.painted, renewed.freight)
    for other in renewed.shipments:
        data = grafted(data, other.package, other.grafts, other.painted, other.freight)
    data = settled(data, used.contents.package, renewed.standing)
    data = data if dress is None else dress.pack(data, renewed.book)
    say("verifying")
    verify(data, renewed)
    return data


def saved(data: bytes, goal: Output | None, source: Path, read: State) -> Path | None:
    """Write the goal, or in place of the workbook that was read; gives the backup.

    ``read`` is the state of that one when it was read.
    """
    from xlmatrix.write.outputs import put, put_in_place

    return put(data, goal) if goal is not None else put_in_place(data, source, read)


def _target(
    source: Path, output: str | os.PathLike[str] | None, in_place: bool, dry_run: bool
) -> Path:
    if sum((output is not None, in_place, dry_run)) != 1:
        raise XlmatrixError(
            "say where the new workbook goes",
            where=str(source),
            mend="Give -o NEW.xlsx, or --in-place, or --dry-run",
        )
    return source if output is None else Path(output)


def outfit_of(
    used: UsedBook, target: Path, *, without_stamp: bool = False
) -> tuple[Dress | None, Outfit]:
    """How the new workbook is dressed: as the old one; see :func:`outfit_for`."""
    from xlmatrix.routes.worn import worn

    past = stamps_in(used)
    return outfit_for(worn(used), target, without_stamp=without_stamp, past=past)


def stamps_in(*books: UsedBook) -> dict[str, AnyTable]:
    """The lines on *Audit* of stamps by buttons and commands, each of them once."""
    found = [table for book in books if (table := book.contents.table(STAMPED)) is not None]
    if not found:
        return {}
    rows = dict.fromkeys(row for table in found for row in table.rows)
    return {STAMPED: replace(found[0], rows=tuple(rows))}


def outfit_for(
    found: Worn,
    target: Path,
    *,
    without_stamp: bool = False,
    past: Mapping[str, AnyTable] | None = None,
) -> tuple[Dress | None, Outfit]:
    """How the new workbook is dressed: as one that wears this, as far as its name allows.

    Without a stamp the new workbook is a plain one. ``past`` are lines of *Audit* that it keeps.

    Raises
    ------
    XlmatrixError
        When the new name promises macros and the old workbook has none of ours.
    """
    from xlmatrix.regen.renew import Outfit

    dress = found.dress
    wants_macros = target.suffix.lower() == ".xlsm"
    if wants_macros and (dress is None or dress.extension != ".xlsm"):
        raise XlmatrixError(
            "the workbook has no macros of ours, and a name that ends in .xlsm promises them",
            where=str(target),
            mend=f"Write to {target.with_suffix('.xlsx').name}, or build one with --macros",
        )
    if dress is not None and dress.extension == ".xlsm" and not wants_macros:
        mend = f"the macros: write to {target.with_suffix('.xlsm').name} to keep them"
        return None, Outfit(frozenset({found.route}), {found.route: (mend,)})
    if without_stamp and dress is not None:
        if wants_macros:
            plain = target.with_suffix(".xlsx").name
            raise refuse_dressed(str(target), f"Write to {plain}, which has none")
        script = "the script, which works with the stamp that is left out"
        return None, Outfit(frozenset({found.route}), {found.route: (script,)})
    if dress is None and not past:
        return None, Outfit(found.brings_back, found.lost)

    def clothed(book: BookPlan, spec: MatrixSpec, typed: Typed, made: datetime) -> BookPlan:
        shown = recalculated(book, spec, made, typed, past)
        return shown if dress is None else dress.plan(shown)

    return dress, Outfit(found.brings_back, found.lost, clothed, frozenset({SHEET, AUDIT_SHEET}))


def _new_spec(
    template: MatrixSpec | Loaded | str | os.PathLike[str] | None, was: str, loaded: Loaded
) -> Loaded:

    if template is None:
        return shipped(was) if was in resources.template_names() else loaded
    if isinstance(template, Loaded):
        return template
    if isinstance(template, MatrixSpec):
        return loads(dump(template), source="spec")
    name = os.fspath(template)
    if name in resources.template_names() and not Path(name).is_file():
        return shipped(name)
    if Path(name).suffix.lower() not in (".yaml", ".yml") and not Path(name).exists():
        return shipped(name)
    return load(name)


def renewed_of(
    used: UsedBook,
    new: Loaded,
    allowed: frozenset[str],
    *,
    only_report: bool,
    outfit: Outfit,
    keeps_past: bool = True,
    copies: Copies | None = None,
    lines: tuple[Change, ...] = (),
    imported: Inputs | None = None,
    mappings: Mapping[str, object] | None = None,
) -> Renewed:
    """Plan the new workbook; ``copies`` are those that the used one was merged of.

    ``lines``, ``imported`` and ``mappings`` tell of an export that was brought in, see
    :class:`~xlmatrix.regen.stages.request.Request`.

    Raises
    ------
    XlmatrixError
        When something cannot be carried over and nobody allowed its loss.
    """
    from xlmatrix.regen.renew import Request, renew

    now = now_in(new.spec.zone)
    request = Request(
        new,
        template=stamp_of(new, new.spec, now).template or _template_name(new),
        version=__version__,
        now=now,
        stretch=covering,
        allow_loss=allowed,
        only_report=only_report,
        outfit=outfit,
        keeps_past=keeps_past,
        copies=copies,
        lines=lines,
        imported=imported,
        mappings=mappings,
    )
    return renew(used, request)


def _template_name(new: Loaded) -> str:
    kind, _, name = new.source.partition(" ")
    return name if kind == "template" else ""
