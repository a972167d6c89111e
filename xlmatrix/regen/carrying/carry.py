"""Carries over what users added around the template: columns, sheets, comments, widths, notes."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from xlmatrix.formula.expr import Verbatim
from xlmatrix.formula.render import column_letters
from xlmatrix.regen.carrying.graft import Graft
from xlmatrix.regen.carrying.ownlooks import OwnLooks
from xlmatrix.regen.carrying.references import Known, dangling, has_addresses, renamed
from xlmatrix.regen.merging.merge import Change, Outcome
from xlmatrix.regen.reading.book import NAMELESS, Addition, UsedBook
from xlmatrix.regen.reading.parts import Parts
from xlmatrix.regen.reading.reader import Place, SheetPart, is_date_format
from xlmatrix.regen.reading.tables import Raw, blank, row_keys
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import plan_book
from xlmatrix.sheets.inputs import column_values
from xlmatrix.sheets.plan import (
    BookPlan,
    Cell,
    Fixed,
    Formula,
    Note,
    Page,
    SheetPlan,
    Table,
    TableColumn,
    Visibility,
)
from xlmatrix.sheets.stamp import SheetBase
from xlmatrix.tables.catalogue import header_of

# Names that programs give to a sheet's print area, its repeated rows and columns, its filter.
_AREA: Final = "_xlnm.Print_Area"
_TITLES: Final = "_xlnm.Print_Titles"
_FILTER: Final = "_xlnm._FilterDatabase"
_RECTANGLE: Final = re.compile(r"[A-Z]{1,3}\d+(:[A-Z]{1,3}\d+)?")
_BAND: Final = re.compile(r"[A-Z]{1,3}:[A-Z]{1,3}|\d+:\d+")
#: The room around a text that programs add to a column's width.
_PADDING_CHARS: Final = 0.71
_WIDTH_STEP: Final = 1.0
#: Kinds of things on a sheet that are no cells, in words.
THINGS: Final = {
    "drawing": "charts or pictures",
    "picture": "a background picture",
    "pivotTable": "a pivot table",
    "oleObject": "an embedded object",
    "control": "controls",
    "ctrlProp": "controls",
    "image": "pictures",
    "threadedComment": "threads of comments",
    "queryTable": "a query",
    "slicer": "slicers",
}


@dataclass
class Cargo:
    """The workbook while it is loaded, and what did not fit.

    ``lost`` maps a name for ``--allow-loss`` to what would be lost under it; ``same_release`` says
    whether the old workbook comes from the release that runs.
    """

    book: BookPlan
    used: UsedBook
    changes: list[Change] = field(default_factory=list)
    lost: dict[str, list[str]] = field(default_factory=dict)
    grafts: list[Graft] = field(default_factory=list)
    keys: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """New keys of rows that the template renamed, by table and old key."""
    same_release: bool = True

    @cached_property
    def as_made(self) -> BookPlan:
        """The old workbook as this release makes it from the spec of its stamp."""
        stamp = self.used.stamp
        return plan_book(
            self.used.base, IncidentLog.empty(), as_of=None, created=stamp.created, lines=False
        )

    def lose(self, name: str, what: str) -> None:
        """Note a loss."""
        self.lost.setdefault(name, []).append(what)

    def sheet(self, name: str) -> SheetPlan | None:
        """A planned sheet."""
        return next((plan for plan in self.book.sheets if plan.name == name), None)

    def put(self, plan: SheetPlan) -> None:
        """Replace a planned sheet."""
        sheets = tuple(plan if old.name == plan.name else old for old in self.book.sheets)
        self.book = replace(self.book, sheets=sheets)


def format_role(code: str, kind: str) -> str:
    """The role whose number format is nearest to a format code."""
    if is_date_format(code):
        return f"{kind}.stamp" if "h" in code.lower() else f"{kind}.date"
    if "%" in code:
        return f"{kind}.percent1" if "." in code else f"{kind}.percent"
    if "h" in code.lower() and "m" in code.lower():
        return f"{kind}.time"
    return {"0": f"{kind}.int", "#,##0": f"{kind}.int", "#,##0.00": f"{kind}.money"}.get(code, kind)


def add_columns(cargo: Cargo, additions: Iterable[Addition]) -> None:
    """Users' columns, at the right of their tables."""
    # Rows are known by our own columns, not by what users' columns put into blank ones.
    keys: dict[str, dict[int, str]] = {}
    for addition in additions:
        found = next(
            ((p, t) for p in cargo.book.sheets for t in p.tables if t.name == addition.table), None
        )
        if found is None:
            cargo.lose(addition.header, f"column {addition.header!r} of {addition.table}")
            continue
        plan, table = found
        header = addition.header
        taken = {shown.casefold() for shown in (*table.headers, *(c.id for c in table.columns))}
        while header.casefold() in taken:
            header += " (yours)"
        rows = keys.setdefault(table.name, _all_keys_by_row(table))
        wide = _with_column(cargo, plan, table, addition, (header, rows))
        if wide is None:
            cargo.lose(addition.header, f"column {addition.header!r} of {addition.table}")
            continue
        cargo.put(wide)
        cargo.changes.append(
            Change(
                Outcome.KEPT, table.name, "", header, note="column added by you", sheet=plan.name
            )
        )


def _with_column(
    cargo: Cargo,
    plan: SheetPlan,
    table: Table,
    addition: Addition,
    names: tuple[str, Mapping[int, str]],
) -> SheetPlan | None:
    """The sheet with a user's column more; ``names`` are its header and the keys of the rows."""
    header, keys = names
    place = table.column + len(table.columns)
    rows = range(table.row, table.last_row + 1)
    beside = [t for t in plan.tables if t.name != table.name]
    if any((row, place) in plan.cells for row in rows) or any(
        t.column <= place < t.column + len(t.columns) and t.row <= table.last_row <= t.last_row
        for t in beside
    ):
        return None
    known = Known.of(cargo.book, frozenset(s.name.casefold() for s in cargo.used.own_sheets))
    # Its own columns may refer to one another, and to this one.
    known = replace(
        known,
        tables={
            **known.tables,
            table.name.casefold(): known.tables[table.name.casefold()]
            | {header.casefold()}
            | {a.header.casefold() for a in cargo.used.added if a.table == table.name},
        },
    )
    back = names_back(cargo)
    if not {key for key in addition.values if key.startswith(NAMELESS)} <= set(keys.values()):
        return None
    values: list[Any] = [None] * table.height
    formulas = set()
    for row, key in keys.items():
        if key.startswith(NAMELESS) and key not in addition.values:
            continue
        value, formula = addition.values.get(key), addition.formulas.get(key, "")
        values[row] = value
        if formula:
            text = renamed(formula, back)
            if has_addresses(text) or dangling(text, known):
                cargo.changes.append(
                    Change(
                        Outcome.REFUSED, table.name, _shown(key), header,
                        before=f"={formula}", after=value,
                        note="the formula refers to cells by address; its value stays",
                        sheet=plan.name,
                    )
                )  # fmt: skip
                formulas.add("")
                continue
            values[row] = Formula(Verbatim(text), value)
        formulas.add(text if formula else "")
    expr = None
    if len(formulas) == 1 and "" not in formulas:
        expr = Verbatim(formulas.pop())
        values = [v.value if isinstance(v, Formula) else "" for v in values]
    column = TableColumn(header, _role_of(cargo, addition), addition.width or 14.0, expr=expr)
    wider = replace(table, columns=(*table.columns, column), values=(*table.values, values))
    tables = tuple(wider if t.name == table.name else t for t in plan.tables)
    widths = dict(plan.widths)
    if addition.width:
        widths[place] = max(1.0, round(addition.width - _PADDING_CHARS, 2))
    return replace(plan, tables=tables, widths=widths)


def _shown(key: str) -> str:
    return "(no key)" if key.startswith(NAMELESS) else key


def _role_of(cargo: Cargo, addition: Addition) -> str:
    return format_role(addition.format, "input")


def _keys_by_row(table: Table) -> dict[int, str]:
    """The key of each row that is not blank, by its place in the table."""
    typed = [n for n, column in enumerate(table.columns) if column.expr is None]
    headers = [table.columns[n].header for n in typed]
    rows = list(zip(*(column_values(table.values[n]) for n in typed), strict=True))
    filled = [n for n, row in enumerate(rows) if not blank(row)]
    keys = row_keys(table.name, headers, [rows[n] for n in filled])
    return dict(zip(filled, keys, strict=True))


def _all_keys_by_row(table: Table) -> dict[int, str]:
    """The same with the blank rows, which take what stands in rows without a key in their order."""
    keys = _keys_by_row(table)
    free = (row for row in range(table.height) if row not in keys)
    return keys | {row: f"{NAMELESS}{number}" for number, row in enumerate(free)}


def keep_formulas(cargo: Cargo) -> None:
    """Formulas that users typed as inputs, and values that they typed over formulas."""
    known = Known.of(cargo.book, frozenset(s.name.casefold() for s in cargo.used.own_sheets))
    back = names_back(cargo)
    by_table: dict[str, list[Any]] = {}
    for typed in cargo.used.formulated:
        by_table.setdefault(typed.table, []).append(typed)
    for plan in cargo.book.sheets:
        tables = []
        for table in plan.tables:
            wanted = by_table.get(table.name)
            if not wanted:
                tables.append(table)
                continue
            rows = {key.casefold(): row for row, key in _all_keys_by_row(table).items()}
            places = {column.id: n for n, column in enumerate(table.columns)}
            values: dict[int, list[Any]] = {}
            for typed in wanted:
                row, place = rows.get(typed.key.casefold()), places.get(typed.header)
                if row is None or place is None:
                    shown = header_of(typed.table, typed.header)
                    what = f"{typed.value!r} under {shown!r} of {typed.table}"
                    cargo.lose(typed.header, what)
                    continue
                column = values.setdefault(place, list(table.values[place]))
                change = _formulated(typed, known, back, plan.name)
                cargo.changes.append(change)
                if change.outcome is Outcome.REFUSED:
                    continue
                if typed.formula:
                    text = renamed(typed.formula, back)
                    column[row] = Formula(Verbatim(text), typed.value)
                elif table.columns[place].expr is not None:
                    column[row] = Fixed(typed.value)
            if values:
                merged = tuple(values.get(n, old) for n, old in enumerate(table.values))
                tables.append(replace(table, values=merged))
            else:
                tables.append(table)
        if any(new is not old for new, old in zip(tables, plan.tables, strict=True)):
            cargo.put(replace(plan, tables=tuple(tables)))


def _formulated(typed: Any, known: Known, back: Mapping[str, str], sheet: str) -> Change:
    at = (typed.table, _shown(typed.key), typed.header)
    if not typed.formula:
        note = "a value typed over the formula"
        return Change(Outcome.KEPT, *at, after=typed.value, note=note, sheet=sheet)
    text = renamed(typed.formula, back)
    if has_addresses(text) or dangling(text, known):
        note = "the formula refers to cells by address; its value stays"
        return Change(
            Outcome.REFUSED,
            *at,
            before=f"={typed.formula}",
            after=typed.value,
            note=note,
            sheet=sheet,
        )
    note = "a formula typed as input"
    return Change(Outcome.KEPT, *at, after=f"={text}", note=note, sheet=sheet)


# --- comments, widths and notes beside the tables ---------------------------------------------


def dress(cargo: Cargo) -> None:
    """Comments, widths, hidden columns and loose notes of our own sheets."""
    for base_name, now in cargo.used.sheet_names.items():
        part = cargo.used.contents.sheet(now)
        plan = cargo.sheet(base_name)
        base = cargo.used.stamp.sheets[base_name]
        if part is None:
            continue
        if plan is None:
            # The template has no such sheet any more; what was typed beside tables goes with it.
            continue
        if now != base_name:
            note = f"the sheet was called {now!r}; it has its name back"
            cargo.changes.append(Change(Outcome.REFUSED, "", "", "", note=note, sheet=base_name))
        moved = Moved(cargo, part, plan)
        comments: dict[tuple[int, int], Note] = dict(plan.comments)
        for spot, comment in part.comments.items():
            target = moved.spot(*spot)
            if target is None or target in comments:
                place = f"{column_letters(spot[1])}{spot[0]}"
                cargo.lose(
                    f"comment {now}!{place}", f"the comment on {now}!{place}: {comment.text}"
                )
                continue
            comments[target] = Note(comment.author, comment.text)
        widths, hidden = _columns(part, plan, base, moved)
        cells = _loose_notes(cargo, part, plan, base)
        cargo.put(
            replace(plan, comments=comments, widths=widths, hidden_columns=hidden, cells=cells)
        )


class Moved:
    """Where cells of an old sheet stand on the new one."""

    def __init__(self, cargo: Cargo, part: SheetPart, plan: SheetPlan) -> None:
        self.part, self.plan = part, plan
        self.tables = {table.name: table for table in plan.tables}
        self.keys: dict[str, dict[str, int]] = {}
        self.cargo = cargo

    def column(self, column: int) -> int:
        """The new column of an old one: by table and header, else the same."""
        for place in self.part.tables:
            table = self.tables.get(place.name)
            if table is not None and place.column <= column <= place.last_column:
                header = place.headers[column - place.column]
                found = [n for n, c in enumerate(table.columns) if c.id == header]
                if found:
                    return table.column + found[0]
        return column

    def spot(self, row: int, column: int) -> tuple[int, int] | None:
        """The new place of an old cell; None where its row or column is gone."""
        for place in self.part.tables:
            inside = place.column <= column <= place.last_column and row >= place.row
            table = self.tables.get(place.name)
            if not inside or table is None or row > place.last_row:
                continue
            header = place.headers[column - place.column]
            found = [n for n, c in enumerate(table.columns) if c.id == header]
            if not found:
                return None
            if row == place.row:
                return table.row, table.column + found[0]
            at = self._row(place, table, row)
            return None if at is None else (table.row + 1 + at, table.column + found[0])
        return row, column

    def _row(self, place: Place, table: Table, row: int) -> int | None:
        key = self._old_keys(place).get(row)
        if key is None:
            # A comment on a blank row stays at its distance from the header.
            distance = row - place.row - 1
            return distance if distance < table.height else None
        if table.name not in self.keys:
            found = _keys_by_row(table)
            self.keys[table.name] = {k.casefold(): n for n, k in found.items()}
        key = self.cargo.keys.get((place.name, key), key)
        return self.keys[table.name].get(key.casefold())

    def _old_keys(self, place: Place) -> dict[int, str]:
        base = self.cargo.used.stamp.base.tables.get(place.name)
        if base is None:
            return {}
        values = self.part.cells.values
        spots = {header: place.column + n for n, header in enumerate(place.headers)}
        rows, numbers = [], []
        for row in range(place.row + 1, place.last_row + 1):
            typed = tuple(values.get((row, spots[h])) if h in spots else None for h in base.headers)
            if not blank(typed):
                rows.append(typed)
                numbers.append(row)
        return dict(zip(numbers, row_keys(place.name, base.headers, rows), strict=True))


def _columns(
    part: SheetPart, plan: SheetPlan, base: SheetBase, moved: Moved
) -> tuple[dict[int, float], frozenset[int]]:
    """Widths and hidden columns as the user set them; the template's where nobody did."""
    widths = dict(plan.widths)
    for column, width in part.cells.widths.items():
        offered = base.widths.get(_base_column(part, base, column))
        own = round(width - _PADDING_CHARS, 2)
        if offered is not None and abs(own - offered) > _WIDTH_STEP and own > 0:
            widths[moved.column(column)] = own
    hidden = set(plan.hidden_columns)
    was = set(base.hidden)
    for column in part.cells.hidden:
        if _base_column(part, base, column) not in was:
            hidden.add(moved.column(column))
    shown = {c for c in part.cells.widths if c not in part.cells.hidden}
    for column in shown:
        if _base_column(part, base, column) in was:
            hidden.discard(moved.column(column))
    return widths, frozenset(hidden)


def _base_column(part: SheetPart, base: SheetBase, column: int) -> int:
    """The column that a column had when the workbook was made; columns may have been moved."""
    for place in part.tables:
        order = base.columns.get(place.name)
        if order and place.column <= column <= place.last_column:
            header = place.headers[column - place.column]
            if header in order:
                return base.places[place.name] + order.index(header)
    return column


def _loose_notes(
    cargo: Cargo, part: SheetPart, plan: SheetPlan, base: SheetBase
) -> dict[tuple[int, int], Cell]:
    """What a user typed on one of our sheets beside tables and input cells."""
    cells = dict(plan.cells)
    ours = set(base.loose)
    inputs = {
        place[1:]
        for name in cargo.used.stamp.base.names
        if (place := cargo.used.contents.place_of(name)) and place[0] is part
    }
    tables = [(p.column, p.row, p.last_column, _read_until(cargo, p)) for p in part.tables]
    for spot, value in part.cells.values.items():
        row, column = spot
        if spot in part.cells.formulas or spot in inputs:
            continue
        if value in (None, "") or str(value) in ours:
            continue
        if any(a <= column <= c and b <= row <= d for a, b, c, d in tables):
            continue
        _place_note(cargo, part, plan, cells, spot, value)
    return cells


def _read_until(cargo: Cargo, place: Place) -> int:
    table = cargo.used.contents.table(place.name)
    return place.row + (len(table.rows) if table is not None else 0)


def _place_note(
    cargo: Cargo,
    part: SheetPart,
    plan: SheetPlan,
    cells: dict[tuple[int, int], Cell],
    spot: tuple[int, int],
    value: Raw,
) -> None:
    row, column = spot
    name = f"{plan.name}!{column_letters(column)}{row}"
    inside = in_table(plan, spot)
    held = cells.get(spot)
    if held is not None and held.value is None and not inside:
        cells[spot] = replace(held, value=value, link="")
    elif held is None and not inside:
        code = _code(cargo, part, spot)
        cells[spot] = Cell(value, format_role(code, "text"))
    else:
        cargo.lose(name, f"what was typed at {name}: {value}")
        return
    cargo.changes.append(
        Change(Outcome.KEPT, "", name, "", after=value, note="typed beside the tables",
               sheet=plan.name)
    )  # fmt: skip


def in_table(plan: SheetPlan, spot: tuple[int, int]) -> bool:
    """Whether a (row, column) belongs to a table, or to the row that a table grows into."""
    row, column = spot
    return any(
        table.row <= row <= table.last_row + 1
        and table.column <= column < table.column + len(table.columns)
        for table in plan.tables
    )


def _code(cargo: Cargo, part: SheetPart, spot: tuple[int, int]) -> str:
    style = part.cells.styles.get(spot, 0)
    formats = cargo.used.contents.formats
    return formats[style] if style < len(formats) else ""


# --- sheets -----------------------------------------------------------------------------------


def add_sheets(cargo: Cargo, parts: Iterable[SheetPart]) -> None:
    """Users' sheets, behind ours: values, formulas, number formats, widths, merges, tables."""
    parts = list(parts)
    own = frozenset(part.name.casefold() for part in parts)
    tables = {
        place.name.casefold(): frozenset(h.casefold() for h in place.headers)
        for part in parts
        for place in part.tables
    }
    known = Known.of(cargo.book, own)
    names = known.names | {name.casefold() for name in cargo.used.contents.names}
    known = replace(known, tables={**tables, **known.tables}, names=names)
    taken = {plan.name.casefold() for plan in cargo.book.sheets}
    package = Parts.of(Path(cargo.used.where).read_bytes()) if cargo.used.own_sheets else None
    plans = []
    for part in parts:
        if part.name.casefold() in taken:
            cargo.lose(part.name, f"sheet {part.name!r}: the template has one of that name now")
            continue
        plans.append(_sheet_plan(cargo, part, known))
        if package is not None and part in cargo.used.own_sheets:
            _dress_own(cargo, part, OwnLooks(package, part.part, known, names_back(cargo)))
        for thing in sorted(_things(part)):
            cargo.lose(part.name, f"{thing} on sheet {part.name!r}")
        cargo.changes.append(
            Change(Outcome.KEPT, "", "", "", note="sheet added by you", sheet=part.name)
        )
    cargo.book = replace(cargo.book, sheets=(*cargo.book.sheets, *plans))


def _dress_own(cargo: Cargo, part: SheetPart, looks: OwnLooks) -> None:
    """Have the looks of a user's sheet grafted, and list what of them cannot be."""
    if not looks.readable:
        cargo.lose(part.name, f"cell styles and formats of sheet {part.name!r}")
        return
    cargo.grafts.append(looks.graft(part.name))
    for what in looks.left():
        cargo.lose(part.name, f"{what} on sheet {part.name!r}")
    for what, place, formula in looks.refused():
        note = f"the {what} refers to what the workbook has no more; it is left out"
        change = Change(
            Outcome.REFUSED,
            "",
            place,
            "",
            before=html.unescape(formula),
            note=note,
            sheet=part.name,
        )
        cargo.changes.append(change)


def names_back(cargo: Cargo) -> dict[str, str]:
    """Names of our sheets as users changed them, folded, to the names that they get back."""
    return {now.casefold(): was for was, now in cargo.used.sheet_names.items()}


def _things(part: SheetPart) -> set[str]:
    kinds = part.related | part.cells.furniture
    return {THINGS[kind] for kind in kinds if kind in THINGS}


def _sheet_plan(cargo: Cargo, part: SheetPart, known: Known) -> SheetPlan:
    values, formulas = part.cells.values, part.cells.formulas
    inside = [
        (p.row, p.column, p.last_row, p.last_column) for p in part.tables if p.last_row > p.row
    ]
    made: dict[tuple[int, int], Cell] = {}
    for spot in sorted({*values, *formulas}):
        if any(a <= spot[0] <= c and b <= spot[1] <= d for a, b, c, d in inside):
            continue
        made[spot] = Cell(_value(cargo, part, spot, known), cell_role(cargo, part, spot))
    tables = tuple(_own_table(cargo, part, place, known) for place in part.tables)
    widths = {c: max(0.5, round(w - _PADDING_CHARS, 2)) for c, w in part.cells.widths.items()}
    return SheetPlan(
        name=part.name,
        cells=made,
        tables=tuple(table for table in tables if table is not None),
        merges=tuple(m for m in part.cells.merges if ":" in m),
        widths=widths,
        hidden_columns=frozenset(part.cells.hidden),
        page=_printed(cargo, part),
        visibility=Visibility(part.state),
        comments={spot: Note(c.author, c.text) for spot, c in part.comments.items()},
    )


def _printed(cargo: Cargo, part: SheetPart) -> Page:
    """Print area and titles of a user's sheet; other names of the sheet alone are listed."""
    area, rows, columns = "", "", ""
    for name, text in part.names.items():
        areas = [one.rpartition("!")[2].replace("$", "") for one in text.split(",")]
        if name == _AREA and all(_RECTANGLE.fullmatch(one) for one in areas):
            area = ",".join(areas)
        elif name == _TITLES and all(_BAND.fullmatch(one) for one in areas):
            rows = next((one for one in areas if one[0].isdecimal()), "")
            columns = next((one for one in areas if one[0].isalpha()), "")
        elif name != _FILTER:
            note = "a name of this sheet alone cannot be kept"
            cargo.changes.append(
                Change(Outcome.REFUSED, "", name, "", before=f"={text}", note=note, sheet=part.name)
            )
    return Page(repeat_rows=rows, repeat_columns=columns, area=area)


def cell_role(cargo: Cargo, part: SheetPart, spot: tuple[int, int]) -> str:
    """The role of a cell that keeps its number format."""
    return format_role(_code(cargo, part, spot), "text")


def _value(cargo: Cargo, part: SheetPart, spot: tuple[int, int], known: Known) -> Any:
    value, formula = part.cells.values.get(spot), part.cells.formulas.get(spot)
    if not formula:
        return value
    back = names_back(cargo)
    text = renamed(formula, back)
    missing = dangling(text, known)
    if not missing:
        return Formula(Verbatim(text), value if value is not None else "")
    place = f"{column_letters(spot[1])}{spot[0]}"
    cargo.changes.append(
        Change(
            Outcome.REFUSED, "", place, "", before=f"={formula}", after=value, sheet=part.name,
            note=f"the formula refers to {missing}; its value stays",
        )
    )  # fmt: skip
    return value


def _own_table(cargo: Cargo, part: SheetPart, place: Place, known: Known) -> Table | None:
    if place.last_row <= place.row:
        return None
    columns, values = [], []
    for offset, header in enumerate(place.headers):
        column = place.column + offset
        spots = [(row, column) for row in range(place.row + 1, place.last_row + 1)]
        columns.append(TableColumn(header, cell_role(cargo, part, spots[0])))
        values.append([_value(cargo, part, spot, known) for spot in spots])
    return Table(place.name, place.row, place.column, tuple(columns), tuple(values))
