"""A used workbook, understood: its stamp, what people typed, and the spec and log that this makes.

What is read is keyed by table, row key and column, never by address, so that rows may have been
sorted, columns moved and sheets renamed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from xlmatrix.errors import Finding, XlmatrixError
from xlmatrix.model.loader import MAX_BYTES, Loaded
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.parts import Horizon
from xlmatrix.model.placeholders import fill_placeholders
from xlmatrix.model.schema import validate
from xlmatrix.model.yamltree import parse
from xlmatrix.package import open_package
from xlmatrix.package.limits import SUSPICION
from xlmatrix.regen.mapping import (
    TypedSpec,
    log_from_tables,
    spec_from_tables,
    typed_from_tables,
)
from xlmatrix.regen.reading.contents import Contents, Place, SheetPart
from xlmatrix.regen.reading.names import Names, names_given, with_names
from xlmatrix.regen.reading.outline import outline
from xlmatrix.regen.reading.reader import Progress, Wanted, fill
from xlmatrix.regen.reading.recognised import recognise, recognise_names
from xlmatrix.regen.reading.shared import shared_strings
from xlmatrix.regen.reading.stamped import find_stamp, sheet_names
from xlmatrix.regen.reading.tables import Inputs, Raw, TableData, TableInputs
from xlmatrix.regen.reading.typed import Addition, Formulated, StampTables
from xlmatrix.rules.logs.incident_log import MOST_INCIDENTS, IncidentLog, too_many
from xlmatrix.sheets.plan import Value
from xlmatrix.sheets.stamp import NAME, Stamp
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.tables.results import REGENERATED

MAX_ROWS: Final = MOST_INCIDENTS
#: Rows of the log's sheet that may stand above, below and beside it.
_OTHER_ROWS: Final = 1_000
#: The table of an earlier report.
REPORT: Final = REGENERATED.name


@dataclass(frozen=True, slots=True)
class UsedBook:
    """A workbook as read.

    Attributes
    ----------
    spec
        The spec that its inputs say; lenient, see :mod:`xlmatrix.regen.mapping`.
    log
        Its incidents.
    typed
        Values without a place in either, by (table, row key, column).
    base
        The spec that it was made from, with the horizon of its calendars.
    loaded
        The same as written in the stamp, with comments.
    inputs
        All inputs, as the merge takes them.
    findings
        What was typed that no spec takes.
    added
        Columns that a user added to tables.
    formulated
        Formulas in input cells, and values typed over formulas.
    renamed
        Tables' columns that a user renamed: (table, old header) to the new one.
    own_sheets
        Sheets that a user added.
    """

    where: str
    contents: Contents
    stamp: Stamp
    loaded: Loaded
    base: MatrixSpec
    inputs: Inputs
    spec: TypedSpec
    log: IncidentLog
    typed: dict[tuple[str, str, str], Value]
    findings: list[Finding]
    added: list[Addition] = field(default_factory=list)
    formulated: list[Formulated] = field(default_factory=list)
    renamed: dict[tuple[str, str], str] = field(default_factory=dict)
    own_sheets: list[SheetPart] = field(default_factory=list)
    sheet_names: dict[str, str] = field(default_factory=dict)
    """The sheets of the stamp, under the names that they have now."""

    @property
    def made_tables(self) -> frozenset[str]:
        """The tables that xlmatrix made."""
        return frozenset(name for base in self.stamp.sheets.values() for name in base.tables)

    def beyond_inputs(self) -> list[tuple[str, str, str, Raw]]:
        """Cells of users' columns, formulas in input cells and values typed over formulas.

        Each is its table, row key, header and value.
        """
        cells: list[tuple[str, str, str, Raw]] = [
            (one.table, key, one.header, value)
            for one in self.added
            for key, value in one.values.items()
            if value not in (None, "")
        ]
        return cells + [(one.table, one.key, one.header, one.value) for one in self.formulated]

    def names_given(self) -> Names:
        """The names that people gave to roles and calendars of the spec."""
        return names_given(self.base, self.stamp.base, self.inputs, self.stamp.renamed)

    def ours_on(self, part: SheetPart) -> list[Place]:
        """The tables on a sheet that xlmatrix made."""
        made = self.made_tables
        return [place for place in part.tables if place.name in made]

    def guests_on(self, part: SheetPart) -> list[Place]:
        """The tables on a sheet that somebody made."""
        made = self.made_tables
        return [place for place in part.tables if place.name not in made]


def read_book(
    path: Path, *, restore: frozenset[str] = frozenset(), progress: Progress | None = None
) -> UsedBook:
    """Read a workbook that xlmatrix made and people used.

    Parameters
    ----------
    restore
        Tables that may be missing: they come back as the workbook was made.

    Raises
    ------
    XlmatrixError
        The file is no workbook, none of ours, damaged, one whose stamp or tables are gone, or one
        that counts its days from 1904.
    """
    contents = outline(open_package(path))
    _refuse_1904(contents)
    strings = shared_strings(contents.package)
    stamp = find_stamp(contents, strings)
    recognise_names(contents, stamp)
    fill(contents, strings, wanted(stamp), progress=progress)
    return understand(contents, stamp, restore=restore)


def _refuse_1904(contents: Contents) -> None:
    """Stop where every date is another day than the one that was written or typed.

    Which of them were typed since, and so are meant as they are shown, nobody can tell.
    """
    if contents.from_1904:
        raise XlmatrixError(
            "the workbook counts its days from 1904: each date that stood in it shows a day four"
            " years and a day later, and its clocks are as far off",
            where=contents.where,
            mend="In Excel, clear 'Use 1904 date system' under File > Options > Advanced (on a Mac"
            " under Preferences > Calculation), save, and type the dates of that time again",
        )


def wanted(stamp: Stamp) -> Wanted:
    """What of the cells people may have typed in."""

    def sheet(known: SheetPart) -> bool:
        # Hidden sheets of ours hold nothing that anybody types.
        hidden, base = known.state != "visible", stamp.sheets.get(known.name)
        return not (hidden and base is not None and not base.tables and not known.tables)

    def most_rows(known: SheetPart) -> int | None:
        made = stamp.sheets.get(known.name)
        names = {place.name for place in known.tables} | set(made.tables if made else ())
        log = INCIDENTS.name in names
        return MAX_ROWS + _OTHER_ROWS if log else None

    computed = {name: frozenset(table.computed) for name, table in stamp.base.tables.items()}
    return Wanted(computed, sheet, most_rows)


def understand(
    contents: Contents, stamp: Stamp, *, restore: frozenset[str] = frozenset()
) -> UsedBook:
    """What the contents of a workbook say in the terms of its stamp."""
    where = contents.where
    loaded = _loaded(stamp, where)
    start, end = stamp.horizon
    base = loaded.spec.model_copy(update={"horizon": Horizon(start=start, end=end)})
    base = with_names(base, stamp.renamed)
    contents.ours = stamp.loose
    recognise(contents, stamp, restore)
    reader = StampTables(contents, stamp, restore)
    tables = {name: reader.table(name) for name in stamp.base.tables}
    names = reader.names()
    _refuse_too_long_a_log(tables, where)
    spec, findings = spec_from_tables(tables, names, base)
    now = sheet_names(contents, stamp.sheets)
    return UsedBook(
        where=where,
        contents=contents,
        stamp=stamp,
        loaded=loaded,
        base=base,
        inputs=_inputs(tables, names, stamp),
        spec=spec,
        log=log_from_tables(tables),
        typed=dict(typed_from_tables(tables, names)),
        findings=[*findings, *reader.findings],
        added=reader.added,
        formulated=reader.formulated,
        renamed=reader.renamed,
        own_sheets=_own_sheets(contents, now),
        sheet_names=now,
    )


def _refuse_too_long_a_log(tables: Mapping[str, TableData], where: str) -> None:
    log = tables.get(INCIDENTS.name)
    if log is not None and len(log.rows) > MAX_ROWS:
        raise too_many(len(log.rows), most=MAX_ROWS, where=where)


def _inputs(tables: Mapping[str, TableData], names: Mapping[str, Raw], stamp: Stamp) -> Inputs:
    made = stamp.base.tables
    typed = {n: TableInputs(t.headers, made[n].computed, t.rows) for n, t in tables.items()}
    return Inputs(typed, names)


def _own_sheets(contents: Contents, now: Mapping[str, str]) -> list[SheetPart]:
    """Sheets that a user added: neither ours, nor the report of an earlier run."""
    ours = {name.casefold() for name in now.values()} | {NAME.casefold()}
    return [
        sheet
        for sheet in contents.sheets
        if sheet.name.casefold() not in ours and all(p.name != REPORT for p in sheet.tables)
    ]


def _loaded(stamp: Stamp, where: str) -> Loaded:
    """The spec of the stamp, without the checks that a newer release may have learnt."""
    source = f"template {stamp.template}" if stamp.template else "stamp"
    if len(stamp.spec) > MAX_BYTES:
        raise XlmatrixError(
            "the spec in the workbook's stamp is larger than any that xlmatrix writes",
            where=where,
            mend=SUSPICION,
        )
    tree, _ = parse(stamp.spec, source)
    fill_placeholders(tree)
    spec, _, _ = validate(tree)
    if spec is None:
        raise XlmatrixError(
            "the spec in the workbook's stamp is not one that this release reads",
            where=where,
            mend="Update xlmatrix, or name the spec that it was made from",
        )
    return Loaded(spec=spec, findings=(), text=stamp.spec, source=source, tree=tree)
