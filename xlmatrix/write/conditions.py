"""Validation and conditional formatting of tables and of areas outside them."""

from __future__ import annotations

import re
from typing import Any, Final

from openpyxl.formatting.rule import Rule as FormatRule
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from xlmatrix.formula import Expr
from xlmatrix.formula.expr import Binary, Call, Cell, ColumnCells, Negated, Range, This, ThisSpan
from xlmatrix.formula.render import column_letters
from xlmatrix.package.plain import clean
from xlmatrix.sheets.plan import BookPlan, SheetPlan, Table
from xlmatrix.tables.column import Column
from xlmatrix.tables.validation import Paint, Validation
from xlmatrix.write.formulas import to_excel
from xlmatrix.write.styles import differential
from xlmatrix.write.values import number_text

MAX_OPERAND_CHARS: Final = 255
_AREA: Final = re.compile(r"^\$?[A-Z]{1,3}\$?\d+(:\$?[A-Z]{1,3}\$?\d+)?$")
_NO_OPERATOR: Final = {"list", "custom"}


def add_conditions(sheet: Worksheet, plan: SheetPlan, book: BookPlan) -> None:
    """Write every validation and every conditional format of a sheet."""
    names = {name.casefold() for name in book.names}
    for table in plan.tables:
        for offset, column in enumerate(table.columns):
            _add_column(sheet, table, offset, column, names)
    for rule in plan.rules:
        if rule.validation:
            _validate(
                sheet, rule.area, rule.validation, names, table=None, heading=rule.validation.title
            )
        for paint in rule.paints:
            _paint(sheet, rule.area, paint, None)


def _add_column(
    sheet: Worksheet, table: Table, offset: int, column: Column, names: set[str]
) -> None:
    letters = column_letters(table.column + offset)
    last = max(table.reach, table.last_row)
    area = f"{letters}{table.row + 1}:{letters}{last}"
    if column.note:
        head = DataValidation(showInputMessage=True, promptTitle=table.headers[offset][:32])
        head.prompt = clean(column.note)
        head.add(f"{letters}{table.row}")
        sheet.data_validations.append(head)
    if column.validation:
        heading = table.headers[offset]
        _validate(sheet, area, column.validation, names, table=table, heading=heading)
    for paint in column.paints:
        _paint(sheet, area, paint, table)


def _validate(
    sheet: Worksheet,
    area: str,
    wish: Validation,
    names: set[str],
    *,
    table: Table | None,
    heading: str,
) -> None:
    kind: Any = wish.kind
    operator: Any = None if kind in _NO_OPERATOR else wish.operator
    made = DataValidation(
        type=kind,
        formula1=operand(wish, wish.first, table, names),
        formula2=None if wish.second is None else operand(wish, wish.second, table, names),
        operator=operator,
        allow_blank=True,
        showErrorMessage=True,
        errorStyle=wish.refuse.value,
        errorTitle=clean(wish.title) or None,
        error=clean(wish.message) or None,
        showInputMessage=bool(wish.hint) or None,
        promptTitle=clean(heading)[:32] if wish.hint and heading else None,
        prompt=clean(wish.hint) or None,
    )
    made.add(area)
    sheet.data_validations.append(made)


def operand(
    wish: Validation, value: Expr | float | str, table: Table | None, names: set[str]
) -> str:
    """One operand of a validation as the file holds it.

    A text for a list is a defined name, a range, or else the choices themselves, comma between.
    """
    if isinstance(value, Expr):
        text = to_excel(in_place(value, table))
    elif isinstance(value, str):
        text = _text_operand(wish, value, names)
    else:
        text = number_text(value)
    if len(text) > MAX_OPERAND_CHARS:
        raise ValueError(f"a validation of {len(text)} characters; Excel takes 255: {text[:60]}…")
    return text


def _text_operand(wish: Validation, value: str, names: set[str]) -> str:
    if value.casefold() in names or _AREA.match(value):
        return value
    if wish.kind != "list":
        raise ValueError(f"{value!r} is neither a defined name nor a range")
    return '"' + clean(value).replace('"', '""') + '"'


def _paint(sheet: Worksheet, area: str, paint: Paint, table: Table | None) -> None:
    rule = FormatRule(
        type="expression",
        dxf=differential(paint.role),
        formula=[to_excel(in_place(paint.when, table))],
        stopIfTrue=paint.stop or None,
    )
    sheet.conditional_formatting.add(area, rule)


def in_place(expr: Expr, table: Table | None) -> Expr:
    """The expression for the top row of a table's data, without structured references.

    Excel takes none in validations and conditional formats: a cell of the same row becomes a
    relative reference, a whole column needs a defined name.
    """
    match expr:
        case This(header):
            if table is None:
                raise ValueError(f"[{header}] needs a table row, and there is none here")
            return Cell(table.row + 1, table.column_of(header), absolute=False)
        case ThisSpan(first, last) if table is not None:
            row = table.row + 1
            corner = Cell(row, table.column_of(first), absolute=False)
            return Range(corner, Cell(row, table.column_of(last), absolute=False))
        case ColumnCells(name, header):
            raise ValueError(
                f"{name}[{header}] cannot stand in a validation or a conditional format; "
                "give it a defined name"
            )
        case Binary(operator, left, right):
            return Binary(operator, in_place(left, table), in_place(right, table))
        case Negated(inner):
            return Negated(in_place(inner, table))
        case Call(function, arguments):
            return Call(
                function,
                tuple(None if part is None else in_place(part, table) for part in arguments),
            )
        case Cell(sheet=sheet) | Range(first=Cell(sheet=sheet)) if sheet:
            raise ValueError(
                f"a cell of {sheet} cannot stand in a validation or a conditional format; "
                "give it a defined name"
            )
    return expr


def formulas_of(plan: SheetPlan, book: BookPlan) -> tuple[set[str], set[str]]:
    """The formulas of a sheet's conditional formats, and of its validations, as the file has them.

    A validation is its type and first operand, ``|`` between.
    """
    sheet: Any = Workbook().active
    add_conditions(sheet, plan, book)
    paints = {
        formula
        for area in sheet.conditional_formatting
        for r in area.rules
        for formula in r.formula
    }
    checks = {f"{v.type}|{v.formula1 or ''}" for v in sheet.data_validations.dataValidation}
    return paints, checks
