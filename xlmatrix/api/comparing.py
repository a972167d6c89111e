"""Two workbooks or specs side by side, a workbook as a spec again, the rest of a broken one."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlmatrix import resources
from xlmatrix.api.flagging import with_flags
from xlmatrix.api.outputs import workbook_output, write
from xlmatrix.errors import Finding, FindingsError, XlmatrixError
from xlmatrix.model import MatrixSpec, load, loads
from xlmatrix.package.kinds import is_workbook
from xlmatrix.regen.copies.identity import other_incidents
from xlmatrix.regen.merging.merge import Change, Outcome, merge
from xlmatrix.regen.merging.migrate import by_id, translated, words_between
from xlmatrix.regen.reading.book import read_book
from xlmatrix.regen.reading.reader import read_contents
from xlmatrix.regen.spec_text.update import updated_text
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.inputs import inputs_of
from xlmatrix.tables.incidents import INCIDENTS

if TYPE_CHECKING:
    from xlmatrix.regen.reading.book import UsedBook
    from xlmatrix.sheets.inputs import Inputs

Progress = Callable[[str], None]
#: What is said of an ID under which two matrices have two incidents.
TWO: Final = "two different incidents"


@dataclass(frozen=True, slots=True)
class Difference:
    """One input that two matrices have otherwise.

    ``what`` is changed, added or removed, or :data:`TWO`, where one ID is that of another incident.
    """

    what: str
    change: Change


@dataclass(frozen=True, slots=True)
class Written:
    """The spec of a workbook as text, and what in it no spec takes."""

    text: str
    findings: tuple[Finding, ...]


def diff(
    old: str | os.PathLike[str],
    new: str | os.PathLike[str],
    *,
    progress: Progress | None = None,
) -> tuple[Difference, ...]:
    """What differs between the inputs of two matrices: workbooks, specs or templates by name.

    Raises
    ------
    XlmatrixError
        When one of them cannot be read.
    """
    (one, before), (other, after) = (_side(path, progress) for path in (old, new))
    words = words_between(one, other)
    base = translated(by_id(before, [s.id for s in one.severities]), words)
    mine = by_id(after, [s.id for s in other.severities])
    whole = replace(base, tables={**mine.tables, **base.tables}, names={**mine.names, **base.names})
    gone = sorted(base.tables.keys() - mine.tables.keys())
    found = merge(base, mine, whole).changes
    kinds = {"row added by you": "added", "row deleted by you": "removed"}
    others = other_incidents(base, mine)
    listed = [
        Difference(TWO, Change(Outcome.KEPT, INCIDENTS.name, key, "Title", was, now))
        for key, was, now in others
    ]
    known = {(INCIDENTS.name, key) for key, *_ in others}
    listed += [
        Difference(kinds.get(c.note, "changed"), replace(c, note=""))
        for c in found
        if (c.table, c.key) not in known
    ]
    for name in gone:
        change = next((d.change for d in listed), None)
        blank = replace(change, key="", column="", before=None, after=None) if change else None
        if blank is not None and base.tables[name].rows:
            listed.append(Difference("removed", replace(blank, outcome=Outcome.KEPT, table=name)))
    return tuple(listed)


def _side(path: str | os.PathLike[str], progress: Progress | None) -> tuple[MatrixSpec, Inputs]:
    name = os.fspath(path)
    if is_workbook(name):
        used = read_book(Path(name), progress=progress)
        return used.base, used.inputs
    if name in resources.template_names() and not Path(name).exists():
        spec = loads(resources.template_text(name), source=f"template {name}").spec
    else:
        spec = load(name).spec
    noon = datetime.combine(spec.horizon.start, datetime.min.time())
    return spec, _made(spec, noon)


def _made(spec: MatrixSpec, created: datetime) -> Inputs:
    """The cells of a workbook built from a spec."""
    from xlmatrix.sheets.book import plan_book

    return inputs_of(
        plan_book(spec, IncidentLog.empty(), as_of=None, created=created, hidden=False)
    )


def spec_of(book: str | os.PathLike[str], *, progress: Progress | None = None) -> Written:
    """The spec that a workbook says: the text it was made from with what people changed in it.

    Comments stay where they stood. What no spec takes is left as it was and listed, and so is what
    stays in the workbook: incidents, records, notes and settings that no spec holds.

    Raises
    ------
    XlmatrixError
        When the workbook cannot be read.
    """
    from xlmatrix.regen.spec_text import written_back

    used = read_book(Path(book), progress=progress)
    spec, odd = written_back(used)
    written = used.loaded.spec.model_copy(update={"horizon": used.base.horizon})
    text = updated_text(used.loaded.text, written, spec)
    inputs = used.inputs, used.stamp.base
    found = [*with_flags(used.findings, used.spec, used.log, used.typed, inputs), *odd]
    try:
        loaded = loads(text, source=os.fspath(book))
    except FindingsError as error:
        return Written(text, (*found, *error.findings))
    return Written(text, (*found, *loaded.findings, *_left_behind(used, loaded.spec)))


def _left_behind(used: UsedBook, spec: MatrixSpec) -> tuple[Finding, ...]:
    """What stays in the workbook: typed there, and not in a workbook built from the spec."""
    from xlmatrix.regen.spec_text.stays import stays

    wide = spec.model_copy(update={"horizon": used.base.horizon})
    return stays(used, _made(wide, used.stamp.created))


def rescue(book: str | os.PathLike[str], *, progress: Progress | None = None) -> Path:
    """Write what can be read of a workbook beside it, cell for cell and without formulas.

    Returns
    -------
    The path of the new workbook, ``NAME.rescued.xlsx``.

    Raises
    ------
    XlmatrixError
        When nothing can be read at all.
    """
    from xlmatrix.regen.carrying.rescue import rescued
    from xlmatrix.write import render

    source = Path(book)
    contents = read_contents(source, rescue=True, progress=progress)
    plan = rescued(contents)
    if plan is None:
        raise XlmatrixError(
            "nothing in the file can be read", where=str(source), mend="Take a backup"
        )
    target = source.with_name(f"{source.stem}.rescued.xlsx")
    number = 1
    while target.exists():
        number += 1
        target = source.with_name(f"{source.stem}.rescued-{number}.xlsx")
    write(render(plan), workbook_output(target, inputs=(source,), overwrite=False))
    return target
