"""From a used workbook and a new spec to the plan of the new workbook, and the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np

from xlmatrix.errors import Finding, XlmatrixError
from xlmatrix.model.loader import Loaded
from xlmatrix.model.models import MatrixSpec
from xlmatrix.regen.carrying import carry, strangers
from xlmatrix.regen.carrying.graft import Graft
from xlmatrix.regen.carrying.onours import look_over
from xlmatrix.regen.mapping import (
    Typed,
    TypedSpec,
    log_from_tables,
    spec_from_tables,
    typed_from_tables,
)
from xlmatrix.regen.merging.merge import Change, Merged, Outcome, merge
from xlmatrix.regen.merging.migrate import (
    Glossary,
    by_id,
    by_number,
    header_now,
    translated,
    words_between,
)
from xlmatrix.regen.merging.overlay import overlaid
from xlmatrix.regen.merging.rekey import rekeyed
from xlmatrix.regen.merging.report import (
    SHEET,
    Report,
    changes_sheet,
    lines_for,
    old_lines,
    ordered,
    placed,
)
from xlmatrix.regen.merging.union import Orphans, with_orphans
from xlmatrix.regen.merging.versions import with_versions
from xlmatrix.regen.reading.book import Addition, UsedBook
from xlmatrix.regen.reading.reader import SheetPart
from xlmatrix.regen.reading.tables import (
    Inputs,
    Raw,
    TableData,
    TableInputs,
    row_keys,
    same,
)
from xlmatrix.regen.spec_text.update import updated_text
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import plan_book
from xlmatrix.sheets.guides.log import CHOICE_ROW, CHOICES
from xlmatrix.sheets.histories import HISTORY
from xlmatrix.sheets.inputs import inputs_of
from xlmatrix.sheets.plan import BookPlan
from xlmatrix.sheets.stamp import Stamp, seal_of, sheet_bases, stamped
from xlmatrix.tables.kinds import stamp_of

#: Stamps further than this from today are slips of the hand: no calendar reaches for them.
_FAR_YEARS = 12
#: Adds what a route into Excel needs: to a plan, with its spec, values beyond it, and time made.
Clothe = Callable[[BookPlan, MatrixSpec, Typed, datetime], BookPlan]
Stretch = Callable[[MatrixSpec, IncidentLog, datetime], tuple[MatrixSpec, tuple[Finding, ...]]]


@dataclass(frozen=True, slots=True)
class Outfit:
    """What the new workbook wears for Excel: macros or a script.

    ``brings_back`` are names for ``--allow-loss`` under which nothing is lost but what ``lost``
    says; ``sheets`` are those that ``clothe`` adds.
    """

    brings_back: frozenset[str] = frozenset()
    lost: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    clothe: Clothe | None = None
    sheets: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Renewed:
    """The plan of the new workbook, with the report and what it was made from.

    ``grafts`` are the looks of users' sheets, for the finished package, and ``painted`` the cells
    of ours that they painted.
    """

    book: BookPlan
    report: Report
    spec: TypedSpec
    log: IncidentLog
    grafts: tuple[Graft, ...] = ()
    painted: Mapping[str, Mapping[tuple[int, int], int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ground:
    """What the new workbook stands on: the new spec, with orphans, and its horizon."""

    spec: MatrixSpec
    text: str
    orphans: Orphans
    ids: list[str]


def renew(
    used: UsedBook,
    new: Loaded,
    *,
    template: str,
    version: str,
    now: datetime,
    stretch: Stretch,
    allow_loss: frozenset[str] = frozenset(),
    only_report: bool = False,
    outfit: Outfit | None = None,
) -> Renewed:
    """Plan the new workbook.

    Parameters
    ----------
    new, template
        The new spec, and the name of the shipped template that it is, if it is one.
    version
        The xlmatrix that runs.
    now
        Wall-clock time in the matrix's zone, for a workbook that is not frozen.
    stretch
        Widens a horizon over a log.
    allow_loss
        Names of what may be left behind.
    only_report
        Do not refuse for what cannot be carried over; it is in the report.
    outfit
        How the new workbook is dressed for Excel; None for a plain one.

    Raises
    ------
    XlmatrixError
        When something cannot be carried over and nobody allowed its loss.
    """
    words = words_between(used.base, new.spec)
    old_ids = [severity.id for severity in used.base.severities]
    base = translated(by_id(used.stamp.base, old_ids), words)
    mine = translated(by_id(used.inputs, old_ids), words)
    versioned = with_versions(used.base, used.spec, new.spec, words, used.log, now.date())
    spec, orphans = with_orphans(used.base, versioned, mine, words)
    text = new.text if spec is new.spec else updated_text(new.text, new.spec, spec)
    untouched = (
        text == used.stamp.spec
        and version == used.stamp.version
        and seal_of(used.inputs) == used.stamp.seal
    )
    created = used.stamp.created if untouched else now
    as_of = _as_of(mine, created)
    sane = _without_slips(used.log, as_of or created)
    wide, stretched = stretch(spec, sane, as_of or created)
    ground = Ground(wide, text, orphans, [severity.id for severity in wide.severities])
    offered = _offered(ground, created)
    theirs = _with_logs(offered, base)
    follow = rekeyed(used, mine, ground.ids)
    used = replace(used, added=follow.added, formulated=follow.formulated)
    merged = merge(base, mine, theirs)
    numbered = _numbered(merged.inputs, ground.ids)
    return _planned(
        used,
        ground,
        merged,
        numbered,
        _numbered(theirs, ground.ids),
        offered=_numbered(offered, ground.ids),
        keys=follow.keys,
        words=words,
        as_of=as_of,
        created=created,
        template=template,
        version=version,
        findings=(*used.findings, *stretched),
        allow_loss=allow_loss,
        only_report=only_report,
        outfit=outfit or Outfit(),
    )


def _as_of(inputs: Inputs, about: datetime) -> datetime | None:
    """The instant in the *As of* cell; None for an empty one and for what is no date near."""
    instant = stamp_of(inputs.names.get("AsOf_Input"))
    near = instant is not None and abs(instant.year - about.year) <= _FAR_YEARS
    return instant if near else None


def _without_slips(log: IncidentLog, about: datetime) -> IncidentLog:
    """The stamps that the calendars shall reach for."""
    low = np.datetime64(about.replace(month=1, day=1, year=about.year - _FAR_YEARS), "s")
    high = np.datetime64(about.replace(month=1, day=1, year=about.year + _FAR_YEARS), "s")
    stamps = {
        header: column[(column >= low) & (column <= high)] for header, column in log.stamps.items()
    }
    return IncidentLog(texts=log.texts, stamps=stamps)


def _offered(ground: Ground, created: datetime) -> Inputs:
    """What the new spec offers."""
    book = plan_book(ground.spec, IncidentLog.empty(), as_of=None, created=created, lines=False)
    return by_id(inputs_of(book), ground.ids)


def _with_logs(offered: Inputs, base: Inputs) -> Inputs:
    """What is offered; logs, and the choice of one of their incidents, as they were."""
    tables: dict[str, TableInputs] = {}
    for name, table in offered.tables.items():
        was = base.tables.get(name)
        if was is not None and name in CHOICES:
            tables[name] = _with_choice(table, was)
            continue
        if was is None or table.rows or not was.rows:
            tables[name] = table
            continue
        places = [was.headers.index(h) if h in was.headers else None for h in table.headers]
        rows = tuple(tuple(None if p is None else row[p] for p in places) for row in was.rows)
        tables[name] = TableInputs(table.headers, table.computed, rows, table.derived)
    names = dict(offered.names)
    if "AsOf_Input" in base.names:
        names["AsOf_Input"] = base.names["AsOf_Input"]
    return Inputs(tables, names)


def _with_choice(table: TableInputs, was: TableInputs) -> TableInputs:
    before = {row[0]: row for row in was.rows}
    rows = [before.get(row[0], row) if row[0] == CHOICE_ROW else row for row in table.rows]
    return replace(table, rows=tuple(rows))


def _typed_beyond(numbered: Inputs, offered: Inputs) -> Typed:
    """Values without a place in spec and log that are not what the sheets offer by themselves."""
    typed = _typed(numbered)
    default = _typed(offered)
    return {at: v for at, v in typed.items() if at not in default or not same(v, default[at])}


def _typed(inputs: Inputs) -> Typed:
    tables = {n: TableData(n, t.headers, t.rows) for n, t in inputs.tables.items()}
    return typed_from_tables(tables, inputs.names)


def _numbered(inputs: Inputs, ids: list[str]) -> Inputs:
    return Inputs(
        {by_number(name, ids): table for name, table in inputs.tables.items()},
        {by_number(name, ids): value for name, value in inputs.names.items()},
    )


def _planned(
    used: UsedBook,
    ground: Ground,
    merged: Merged,
    numbered: Inputs,
    theirs: Inputs,
    *,
    offered: Inputs,
    keys: Mapping[tuple[str, str], str],
    words: Glossary,
    as_of: datetime | None,
    created: datetime,
    template: str,
    version: str,
    findings: tuple[Finding, ...],
    allow_loss: frozenset[str],
    only_report: bool,
    outfit: Outfit,
) -> Renewed:
    tables = {n: TableData(n, t.headers, t.rows) for n, t in numbered.tables.items()}
    spec, _ = spec_from_tables(tables, numbered.names, ground.spec)
    if not spec.classes:
        raise XlmatrixError(
            "no incident class is left on Matrix",
            where=used.where,
            mend="Keep one row at least, or build a new workbook",
        )
    log = log_from_tables(tables)
    typed = _typed_beyond(numbered, offered)
    drawn = plan_book(spec, log, as_of=as_of, created=created, typed=typed)
    bases = sheet_bases(drawn)
    book, lost = overlaid(drawn, numbered, offered)
    seal = seal_of(_only(inputs_of(book), theirs))
    cargo = carry.Cargo(book, used, keys=keys, same_release=version == used.stamp.version)
    for change in lost:
        cargo.lose(change.table, f"{change.table}, {change.key}, {change.column}: {change.before}")
    strangers.refuse_clashes(cargo)
    strangers.lose_programs(cargo, outfit.brings_back)
    for name, entries in outfit.lost.items():
        for entry in entries:
            cargo.lose(name, entry)
    strangers.adopt_names(cargo)
    carry.keep_formulas(cargo)
    carry.add_columns(cargo, [*used.added, *_dropped_columns(used, numbered, words)])
    carry.dress(cargo)
    strangers.keep_loose_formulas(cargo)
    painted = look_over(cargo)
    dropped = [p for p in _dropped_sheets(cargo, numbered) if p.name not in outfit.sheets]
    strangers.lose_beside(cargo, dropped)
    carry.add_sheets(cargo, [*used.own_sheets, *dropped])
    strangers.list_arrays(cargo)
    if ground.text != used.stamp.spec:
        strangers.list_addresses(cargo)
    changes = [_named(change, ground.ids) for change in merged.changes]
    changes = [*_without_echoes(changes, cargo.changes), *lost, *_orphans(ground)]
    changes += _versions(used.base, ground.spec)
    refused = {name: tuple(what) for name, what in cargo.lost.items()}
    if not only_report:
        _refuse(refused, allow_loss, used.where)
    changes += [
        Change(Outcome.REFUSED, "", name, "", note=f"cannot be carried over: {entry}")
        for name, entries in refused.items()
        for entry in entries
    ]
    report = Report(ordered(placed(changes, cargo.book)), findings, refused)
    same_ground = ground.text == used.stamp.spec and version == used.stamp.version
    before = old_lines(used.contents) if same_ground else []
    lines = lines_for(report.changes, before)
    book = cargo.book
    if lines:
        book = _with_changes(book, lines)
    if outfit.clothe is not None:
        plain_names = {plan.name for plan in book.sheets}
        book = outfit.clothe(book, spec, typed, as_of or created)
        worn = [plan for plan in book.sheets if plan.name not in plain_names]
        bases |= sheet_bases(replace(book, sheets=tuple(worn)))
    stamp = Stamp(
        spec=ground.text,
        template=template,
        version=version,
        created=created,
        horizon=(ground.spec.horizon.start, ground.spec.horizon.end),
        base=_as_written(theirs, numbered, inputs_of(drawn)),
        sheets=bases,
        seal=seal,
    )
    spots = {painting.name: painting.styles for painting in painted}
    return Renewed(stamped(book, stamp), report, spec, log, tuple(cargo.grafts), spots)


def _without_echoes(merged: list[Change], carried: list[Change]) -> list[Change]:
    """Both lists, with one line for a cell in which somebody typed a formula."""
    at = {(c.table, c.key, c.column): c for c in merged if c.outcome is Outcome.KEPT and c.column}
    kept = []
    for change in carried:
        echo = at.pop((change.table, change.key, change.column), None)
        was = change.before if change.before is not None or echo is None else echo.before
        kept.append(replace(change, before=was))
    gone = {(c.table, c.key, c.column) for c in carried if c.column}
    plain = [
        c for c in merged if c.outcome is not Outcome.KEPT or (c.table, c.key, c.column) not in gone
    ]
    return [*plain, *kept]


def _as_written(theirs: Inputs, merged: Inputs, drawn: Inputs) -> Inputs:
    """What was offered, with what the sheets derive as it stands in the new workbook.

    A derived cell that somebody typed over stays as offered, so that it is known for theirs.
    """
    tables = {}
    for name, table in theirs.tables.items():
        places = [table.headers.index(header) for header in table.derived]
        if not places:
            tables[name] = table
            continue
        shown, kept = _by_key(name, drawn.tables[name]), _by_key(name, merged.tables[name])
        rows = []
        for key, row in zip(row_keys(name, table.headers, table.rows), table.rows, strict=True):
            now, own = shown.get(key), kept.get(key)
            if now is None or own is None:
                rows.append(row)
                continue
            cells = list(row)
            for place in places:
                if same(own[place], row[place]):
                    cells[place] = now[place]
            rows.append(tuple(cells))
        tables[name] = TableInputs(table.headers, table.computed, tuple(rows), table.derived)
    return Inputs(tables, theirs.names)


def _by_key(name: str, table: TableInputs) -> dict[str, tuple[Raw, ...]]:
    return dict(zip(row_keys(name, table.headers, table.rows), table.rows, strict=True))


def _with_changes(book: BookPlan, lines: list[tuple[str, ...]]) -> BookPlan:
    """The report stands behind our own sheets, before those of the user."""
    own = [plan.name for plan in book.sheets]
    at = own.index("Lists") + 1 if "Lists" in own else len(own)
    return replace(book, sheets=(*book.sheets[:at], changes_sheet(lines), *book.sheets[at:]))


def _only(inputs: Inputs, theirs: Inputs) -> Inputs:
    return Inputs(
        {name: inputs.tables[name] for name in theirs.tables},
        {name: inputs.names[name] for name in theirs.names},
    )


def _named(change: Change, ids: list[str]) -> Change:
    key = by_number(change.key, ids) if not change.table else change.key
    return replace(change, table=by_number(change.table, ids), key=key)


def _orphans(ground: Ground) -> list[Change]:
    """What the template has no more and the workbook still has."""
    note = "the template has it no more; it stays"
    kept = ground.orphans
    names = {role.id: role.name for role in ground.spec.roles}
    calendars = {calendar.id: calendar.name for calendar in ground.spec.calendars}
    rows = [
        *(("tMatrix", known) for known in kept.classes),
        *(("tRoles", names[known]) for known in kept.roles),
        *(("tPeople", known) for known in kept.people),
        *(("tCalendars", calendars[known]) for known in kept.calendars),
    ]
    return [
        *(Change(Outcome.ORPHAN, table, key, "", note=note) for table, key in rows),
        *(Change(Outcome.ORPHAN, "", s, "", note=note, sheet=s) for s in kept.severities),
    ]


def _versions(base: MatrixSpec, new: MatrixSpec) -> list[Change]:
    """That the targets of the old workbook became those of an earlier version."""
    before = [one for one in new.history if one.effective == base.policy.effective]
    note = f"from {new.policy.effective} on; incidents opened before keep the targets of version"
    key = f"version {new.policy.version}"
    return [
        Change(Outcome.TAKEN, "", key, "", note=f"{note} {one.version}", sheet=HISTORY)
        for one in before
    ]


def _refuse(lost: dict[str, tuple[str, ...]], allowed: frozenset[str], where: str) -> None:
    left = {name: what for name, what in lost.items() if name not in allowed}
    if not left:
        return
    listed = "; ".join(entry for what in left.values() for entry in what[:3])
    options = " ".join(f'--allow-loss "{name}"' for name in left)
    raise XlmatrixError(
        f"this cannot be carried over: {listed}",
        where=where,
        mend=f"Move it elsewhere, or leave it behind with {options}",
    )


def _dropped_columns(used: UsedBook, merged: Inputs, words: Glossary) -> list[Addition]:
    """Columns that the template has no more, where somebody typed in them."""
    found = []
    for name, table in used.inputs.tables.items():
        now = merged.tables.get(name)
        if now is None:
            continue
        for place, header in enumerate(table.headers):
            if header_now(name, header, words) in (*now.headers, *now.computed):
                continue
            keys = row_keys(name, table.headers, table.rows)
            values = {key: row[place] for key, row in zip(keys, table.rows, strict=True)}
            if any(value is not None for value in values.values()):
                found.append(Addition(name, header, values, {}))
    return found


def _dropped_sheets(cargo: carry.Cargo, merged: Inputs) -> list[SheetPart]:
    """Sheets of ours that the template has no more, where somebody typed on them."""
    used = cargo.used
    planned = {plan.name for plan in cargo.book.sheets}
    found = []
    for name, base in used.stamp.sheets.items():
        if name in planned or name == SHEET:
            continue
        now = used.sheet_names.get(name)
        part = used.contents.sheet(now) if now else None
        touched = [t for t in base.tables if t not in merged.tables and _touched(used, t)]
        touched += [n for n in base.names if n not in merged.names and _retyped(used, n)]
        if part is not None and touched:
            part.cells.formulas.clear()
            part.cells.furniture.clear()
            part.related = frozenset()
            found.append(part)
    return found


def _retyped(used: UsedBook, name: str) -> bool:
    """Whether a named cell holds something else than it did."""
    base, mine = used.stamp.base.names, used.inputs.names
    return name in mine and not same(base.get(name), mine[name])


def _touched(used: UsedBook, table: str) -> bool:
    if any(typed.table == table for typed in used.formulated):
        return True
    base, mine = used.stamp.base.tables.get(table), used.inputs.tables.get(table)
    if base is None and mine is None:
        # A table without a single input cell.
        return False
    if base is None or mine is None or len(base.rows) != len(mine.rows):
        return True
    return not all(
        same(a, b)
        for one, other in zip(base.rows, mine.rows, strict=True)
        for a, b in zip(one, other, strict=True)
    )
